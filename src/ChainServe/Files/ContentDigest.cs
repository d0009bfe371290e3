using System;

namespace ChainServe.Files;

/// <summary>
/// 128 bits of content hash: two XXH64 with different seeds, because 64 bits are few for an entity tag.
/// </summary>
internal readonly record struct ContentDigest(ulong First, ulong Second)
{
    private const ulong SecondSeed = 0x9E3779B97F4A7C15;

    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        return new ContentDigest(ContentHash.Compute(content, 0), ContentHash.Compute(content, SecondSeed));
    }
}
