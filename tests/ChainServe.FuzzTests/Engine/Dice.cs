using System.Collections.Generic;

namespace ChainServe.FuzzTests.Engine;

/// <summary>Random numbers that are the same for the same seed on every machine (xorshift64*).</summary>
internal sealed class Dice
{
    private ulong _state;

    public Dice(ulong seed)
    {
        // The state is never 0, and near seeds are far from each other.
        _state = (seed * 0x9E3779B97F4A7C15) | 1;
        Next(2);
    }

    /// <summary>From 0 to one below the bound.</summary>
    public int Next(int bound)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((((_state * 0x2545F4914F6CDD1D) >> 32) * (ulong)bound) >> 32);
    }

    public T Pick<T>(IReadOnlyList<T> list)
    {
        return list[Next(list.Count)];
    }
}
