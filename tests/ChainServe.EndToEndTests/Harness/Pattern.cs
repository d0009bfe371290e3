using System;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>
/// The content of large files: random bytes with a period that shares no factor with any buffer or chunk, so that a
/// chunk that is lost, doubled or swapped shows. Comparing is one memcmp per piece.
/// </summary>
internal static class Pattern
{
    private const int Period = 1_000_003;

    private static readonly byte[] Bytes = Make();

    /// <summary>The longest piece that starts at an offset, at most <paramref name="lengthMax"/> long.</summary>
    internal static ReadOnlySpan<byte> At(long offset, long lengthMax)
    {
        int start = (int)(offset % Period);
        return Bytes.AsSpan(start, (int)Math.Min(lengthMax, Period - start));
    }

    internal static void CopyTo(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = At(offset, bytes.Length);
            piece.CopyTo(bytes);
            offset += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Whether the bytes are those of the pattern at an offset.</summary>
    internal static bool Matches(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> expected = At(offset, bytes.Length);
            if (!bytes[..expected.Length].SequenceEqual(expected))
            {
                return false;
            }

            offset += expected.Length;
            bytes = bytes[expected.Length..];
        }

        return true;
    }

    private static byte[] Make()
    {
        byte[] bytes = new byte[Period];
        new Random(20_26).NextBytes(bytes);
        return bytes;
    }
}
