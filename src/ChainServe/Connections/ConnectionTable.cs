using System;
using Uring;

namespace ChainServe.Connections;

/// <summary>
/// The connections of one worker. A slot number is the identity of a connection: its socket stands in fixed-file slot
/// <c>i</c>, its file in slot <c>Capacity + i</c>. Slots are handed out last in, first out, so that few of them stay
/// warm; one that was never used is made when it is first taken, so that the others cost no memory.
/// </summary>
internal sealed class ConnectionTable
{
    internal const uint GenerationMask = 0xFF_FFFF;
    internal const int CapacityMax = 1 << 19;
    internal const long NoDeadline = long.MaxValue;

    private readonly Connection[] _connections;
    private readonly long[] _deadlines;
    private readonly int[] _free;
    private int _freeCount;

    internal ConnectionTable(int capacity)
    {
        Invariant.Require(capacity is > 0 and <= CapacityMax, "a worker has between 1 and 2^19 connections");
        _connections = new Connection[capacity];
        _deadlines = new long[capacity];
        _free = new int[capacity];
    }

    internal int Capacity => _connections.Length;

    /// <summary>Slots in use, those that wait for a client included.</summary>
    internal int UsedCount => HighWater - _freeCount;

    /// <summary>One more than the highest slot that was ever used: a sweep need not look further.</summary>
    internal int HighWater { get; private set; }

    internal ReadOnlySpan<long> Deadlines => _deadlines.AsSpan(0, HighWater);

    internal ref Connection this[int slot] => ref _connections[slot];

    internal void SetDeadline(int slot, long milliseconds)
    {
        _deadlines[slot] = milliseconds;
    }

    internal bool TryTake(out int slot)
    {
        if (_freeCount > 0)
        {
            slot = _free[--_freeCount];
            return true;
        }

        if (HighWater == _connections.Length)
        {
            slot = 0;
            return false;
        }

        slot = HighWater++;
        _connections[slot].Reset();
        _deadlines[slot] = NoDeadline;
        return true;
    }

    /// <summary>Takes a slot back. The kernel holds nothing of it any more.</summary>
    internal void Free(int slot)
    {
        ref Connection connection = ref _connections[slot];
        Invariant.Require(connection.InFlight == 0, "a slot is free only when no chain of it is in flight");
        Invariant.Require(connection.Buffer == Connection.None, "a free slot holds no response buffer");
        Invariant.Require(connection.Descriptor == Connection.None, "a free slot holds no descriptor");
        connection.Reset();
        _deadlines[slot] = NoDeadline;
        _free[_freeCount++] = slot;
    }
}
