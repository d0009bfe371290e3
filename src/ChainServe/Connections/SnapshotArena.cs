using System;
using System.Numerics;
using Uring;
using Uring.Registered;

namespace ChainServe.Connections;

/// <summary>
/// The memory of the snapshots of one worker: one native region, cut by halving (a buddy system). A block has a power
/// of two of units; a free one that is not needed whole is halved, and two free halves are joined again, so that blocks
/// of all lengths can live side by side for ever. Pages that no block touched cost nothing.
/// </summary>
internal sealed class SnapshotArena : IDisposable
{
    /// <summary>Bytes of the smallest block.</summary>
    internal const int UnitLength = 1024;

    private const int None = -1;
    private const byte FreeMark = 0x80;

    private readonly NativeRegion _region;
    private readonly int _orderMax;

    // Of the first unit of a block: its order + 1, with FreeMark when it is free. Of any other unit: 0.
    private readonly byte[] _states;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _heads;

    /// <param name="bytes">At least one block of the longest kind; what is beyond a whole number of them is not used.
    /// </param>
    /// <param name="blockBytesMax">The longest block that will be asked for.</param>
    internal SnapshotArena(long bytes, int blockBytesMax)
    {
        _orderMax = OrderOf(blockBytesMax);
        int root = 1 << _orderMax;
        int roots = (int)Math.Max(1, bytes / UnitLength / root);
        int units = roots * root;
        _region = NativeRegion.Allocate((nuint)units * UnitLength);
        _states = new byte[units];
        _next = new int[units];
        _previous = new int[units];
        _heads = new int[_orderMax + 1];
        _heads.AsSpan().Fill(None);
        for (int block = units - root; block >= 0; block -= root)
        {
            Push(block, _orderMax);
        }
    }

    /// <summary>Bytes of the blocks in use, with what halving leaves over.</summary>
    internal long UsedBytes { get; private set; }

    /// <summary>The bytes that a block for a length takes.</summary>
    internal static long BlockLength(int length)
    {
        return (long)UnitLength << OrderOf(length);
    }

    /// <returns>False when no free block is long enough.</returns>
    internal bool TryAllocate(int length, out int block)
    {
        int order = OrderOf(length);
        block = None;
        int from = order;
        while (from <= _orderMax && _heads[from] == None)
        {
            from++;
        }

        if (from > _orderMax)
        {
            return false;
        }

        block = _heads[from];
        Unlink(block, from);
        while (from > order)
        {
            from--;
            Push(block + (1 << from), from);
        }

        _states[block] = (byte)(order + 1);
        UsedBytes += (long)UnitLength << order;
        return true;
    }

    /// <summary>Takes a block back; the kernel reads it no more.</summary>
    internal void Free(int block)
    {
        Invariant.Require(
            _states[block] is > 0 and < FreeMark, "a block that is given back is one that was handed out");
        int order = _states[block] - 1;
        UsedBytes -= (long)UnitLength << order;
        _states[block] = 0;
        while (order < _orderMax)
        {
            int buddy = block ^ (1 << order);
            if (_states[buddy] != (FreeMark | (order + 1)))
            {
                break;
            }

            Unlink(buddy, order);
            block = Math.Min(block, buddy);
            order++;
        }

        Push(block, order);
    }

    /// <summary>The first bytes of a block.</summary>
    internal Span<byte> Bytes(int block, int length)
    {
        return _region.Slice((nuint)block * UnitLength, length);
    }

    /// <summary>Where a byte of a block lies, for a vector.</summary>
    internal nuint AddressOf(int block, int offset)
    {
        return _region.Address + ((nuint)block * UnitLength) + (nuint)offset;
    }

    public void Dispose()
    {
        _region.Dispose();
    }

    private static int OrderOf(int length)
    {
        uint units = (uint)((length + UnitLength - 1) / UnitLength);
        return units <= 1 ? 0 : BitOperations.Log2(units - 1) + 1;
    }

    private void Push(int block, int order)
    {
        int head = _heads[order];
        _states[block] = (byte)(FreeMark | (order + 1));
        _previous[block] = None;
        _next[block] = head;
        if (head != None)
        {
            _previous[head] = block;
        }

        _heads[order] = block;
    }

    private void Unlink(int block, int order)
    {
        int previous = _previous[block];
        int next = _next[block];
        if (previous == None)
        {
            _heads[order] = next;
        }
        else
        {
            _next[previous] = next;
        }

        if (next != None)
        {
            _previous[next] = previous;
        }

        _states[block] = 0;
    }
}
