using System.Threading;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>A ring of provided buffers, in the caller's memory: the kernel has the head, the caller the tail.</summary>
internal sealed class FakeBufferRing
{
    private readonly ulong _address;
    private readonly uint _count;
    private ushort _head;

    internal FakeBufferRing(in BufferRingRegister register)
    {
        _address = register.RingAddress;
        _count = register.RingEntries;
    }

    internal int AvailableCount => (ushort)(Tail() - _head);

    /// <summary>Buffers that the application has, or that got lost.</summary>
    internal int OutstandingCount => (int)_count - AvailableCount;

    internal bool TryPeek(out BufferRingEntry entry)
    {
        entry = default;
        int available = AvailableCount;
        if (available > _count)
        {
            throw new FakeKernelException(
                $"a buffer ring of {_count} holds {available} buffers: one was returned twice");
        }

        if (available == 0)
        {
            return false;
        }

        entry = UserMemory.Read<BufferRingEntry>(_address + ((_head & (_count - 1)) * 16));
        return true;
    }

    internal void Commit()
    {
        unchecked
        {
            _head++;
        }
    }

    private ushort Tail()
    {
        Thread.MemoryBarrier();
        return UserMemory.Read<ushort>(_address + BufferRingEntry.TailOffset);
    }
}
