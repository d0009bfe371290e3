using System;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// What instrumented code counts in: a byte for each pair of branches, of which SharpFuzz gives every branch a number.
/// As in AFL, an input is worth keeping when it takes a pair for the first time, or about twice as often as any before.
/// </summary>
internal sealed unsafe class CoverageMap
{
    private const int Length = 1 << 16;

    // Never given back: instrumented code counts for as long as the process lives.
    private readonly byte* _counts;
    private readonly byte[] _seen = new byte[Length];

    public CoverageMap()
    {
        _counts = (byte*)NativeMemory.AllocZeroed(Length);
        Trace.SharedMem = _counts;
    }

    /// <summary>Pairs of branches that were taken.</summary>
    public int Edges { get; private set; }

    /// <summary>Forgets what was counted since the last look.</summary>
    public void Begin()
    {
        new Span<byte>(_counts, Length).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether something was counted that was not before; it is known from now on.</summary>
    public bool EndsWithNews()
    {
        bool isNew = false;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(new ReadOnlySpan<byte>(_counts, Length));
        int word = words.IndexOfAnyExcept(0UL);
        for (int at = 0; word >= 0; word = words[at..].IndexOfAnyExcept(0UL))
        {
            at += word;
            for (int index = at * sizeof(ulong); index < (at + 1) * sizeof(ulong); index++)
            {
                byte bucket = BucketOf(_counts[index]);
                if ((bucket & ~_seen[index]) != 0)
                {
                    Edges += _seen[index] == 0 ? 1 : 0;
                    _seen[index] |= bucket;
                    isNew = true;
                }
            }

            at++;
        }

        return isNew;
    }

    /// <summary>The pairs that were taken since <see cref="Begin"/>.</summary>
    public int[] Taken()
    {
        var counts = new ReadOnlySpan<byte>(_counts, Length);
        int[] taken = new int[Length - counts.Count((byte)0)];
        int next = 0;
        for (int index = 0; index < Length; index++)
        {
            if (counts[index] != 0)
            {
                taken[next++] = index;
            }
        }

        return taken;
    }

    /// <summary>Nothing is known any more.</summary>
    public void Reset()
    {
        Begin();
        _seen.AsSpan().Clear();
        Edges = 0;
    }

    // 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more.
    private static byte BucketOf(byte count)
    {
        return count switch
        {
            0 => 0,
            1 => 1,
            2 => 2,
            3 => 4,
            < 8 => 8,
            < 16 => 16,
            < 32 => 32,
            < 128 => 64,
            _ => 128,
        };
    }
}
