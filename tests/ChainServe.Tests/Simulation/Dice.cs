using System;
using System.Collections.Generic;

namespace ChainServe.Tests.Simulation;

/// <summary>The random numbers of a seed: SplitMix64, the same on every machine and with every runtime.</summary>
internal sealed class Dice
{
    private const int NoiseLength = 1 << 20;

    private static readonly byte[] Noise = MakeNoise();

    private ulong _state;

    internal Dice(long seed)
    {
        _state = (ulong)seed;
    }

    /// <summary>0 to limit - 1.</summary>
    internal int Next(int limit)
    {
        return (int)(NextBits() % (uint)limit);
    }

    internal int Next(int from, int limit)
    {
        return from + Next(limit - from);
    }

    internal bool OneIn(int count)
    {
        return Next(count) == 0;
    }

    internal bool Hits(int perMille)
    {
        return perMille > 0 && Next(1000) < perMille;
    }

    internal T Pick<T>(IReadOnlyList<T> items)
    {
        return items[Next(items.Count)];
    }

    /// <summary>Bytes that no other call gives at any offset, as far as chance allows.</summary>
    internal byte[] Bytes(int length)
    {
        // Cut out of one block: to make each byte anew took half of the time of a simulation.
        return Noise.AsSpan(Next(NoiseLength - length), length).ToArray();
    }

    private static byte[] MakeNoise()
    {
        byte[] noise = new byte[NoiseLength];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private ulong NextBits()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong bits = _state;
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            return bits ^ (bits >> 31);
        }
    }
}
