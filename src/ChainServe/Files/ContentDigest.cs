using System;

namespace ChainServe.Files;

/// <summary>
/// 128 bits of content hash: two XXH64 with different seeds, because 64 bits are few for an entity tag.
/// </summary>
internal readonly record struct ContentDigest(ulong First, ulong Second)
{
    private const ulong SecondSeed = 0x9E3779B97F4A7C15;

    /// <summary>The digest of nothing yet.</summary>
    public static ContentDigest Start => new(0, SecondSeed);

    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        return Start.Append(content);
    }

    /// <summary>The digest with a further piece: the hash so far is the seed of the next. Pieces of other lengths give
    /// other digests, so that they are always cut in the same way.</summary>
    public ContentDigest Append(ReadOnlySpan<byte> piece)
    {
        return new ContentDigest(ContentHash.Compute(piece, First), ContentHash.Compute(piece, Second));
    }
}
