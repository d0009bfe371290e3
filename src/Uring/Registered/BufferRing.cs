using System;
using System.Numerics;
using System.Threading;
using Uring.Abi;

namespace Uring.Registered;

/// <summary>Id of one buffer of a <see cref="BufferRing"/>, as a completion carries it.</summary>
/// <param name="Id">0 to the ring's count less one.</param>
public readonly record struct BufferIndex(ushort Id);

/// <summary>
/// A ring of provided buffers: receives take one when data is there, so that a waiting connection holds no memory.
/// A buffer belongs to the kernel while it is in the ring, and to the application from the completion that names it
/// until <see cref="Return"/>.
/// </summary>
/// <remarks>Since 5.19; man io_uring_register_buf_ring(3), io_uring_provided_buffers(7). An empty ring ends a receive
/// with ENOBUFS; its data stays in the socket.</remarks>
public sealed unsafe class BufferRing : IDisposable
{
    private readonly Ring _ring;
    private readonly NativeRegion _entries;
    private readonly NativeRegion _buffers;
    private readonly uint _mask;
    private readonly ushort[] _places;
    private ushort _tail;
    private bool _disposed;

    private BufferRing(Ring ring, ushort group, int count, int bufferLength)
    {
        _ring = ring;
        Group = group;
        Count = count;
        BufferLength = bufferLength;
        _mask = (uint)count - 1;
        _places = new ushort[count];
        _entries = NativeRegion.Allocate((nuint)(count * sizeof(BufferRingEntry)));
        _buffers = NativeRegion.Allocate((nuint)count * (nuint)bufferLength);
    }

    /// <summary>The group, for <c>IOSQE_BUFFER_SELECT</c>.</summary>
    public ushort Group { get; }

    /// <summary>Number of buffers, a power of two.</summary>
    public int Count { get; }

    /// <summary>Bytes of each buffer.</summary>
    public int BufferLength { get; }

    /// <summary>Makes a ring of buffers, all of them in it.</summary>
    /// <param name="ring">The ring whose receives take them.</param>
    /// <param name="group">A group number that this ring does not use yet.</param>
    /// <param name="count">A power of two, at most 32768.</param>
    /// <param name="bufferLength">Bytes of each.</param>
    /// <returns>The buffers; dispose them after the ring.</returns>
    /// <exception cref="RingException">EEXIST: the group is in use; ENOMEM: RLIMIT_MEMLOCK (charged since 6.14).
    /// </exception>
    public static BufferRing Register(Ring ring, ushort group, int count, int bufferLength)
    {
        Invariant.Require(BitOperations.IsPow2(count) && count <= 32768, "a buffer ring has 2^n entries");
        BufferRing buffers = new BufferRing(ring, group, count, bufferLength);
        BufferRingRegister register = new BufferRingRegister
        {
            RingAddress = buffers._entries.Address,
            RingEntries = (uint)count,
            BufferGroup = group,
        };

        // SAFETY: the structure is read during the call only; the entries' region outlives the registration.
        int result = ring.Register(
            RegisterOpcode.ProvidedBufferRing, &register, 1);
        if (result < 0)
        {
            // The group may be another buffer ring's (EEXIST): only the memory is ours to take back.
            buffers.FreeMemory();
            throw new RingException("io_uring_register(PBUF_RING)", -result);
        }

        for (int id = 0; id < count; id++)
        {
            buffers.Add(new BufferIndex((ushort)id));
        }

        buffers.Publish();
        return buffers;
    }

    /// <summary>The bytes of a buffer that the application owns.</summary>
    /// <param name="index">From a completion.</param>
    /// <param name="length">From the completion's result.</param>
    /// <returns>Valid until <see cref="Return"/>.</returns>
    public Span<byte> Bytes(BufferIndex index, int length)
    {
        Invariant.Require(length <= BufferLength, "a receive cannot be longer than its buffer");
        return _buffers.Slice((nuint)index.Id * (nuint)BufferLength, length);
    }

    /// <summary>The buffer behind another one in the ring: where the bytes of a bundle go on. Ask for all buffers of a
    /// bundle before any buffer is given back, because a return may overwrite their places.</summary>
    /// <param name="index">A buffer that the application owns.</param>
    /// <returns>The next one; it was taken too when the bundle's result goes beyond the first.</returns>
    public BufferIndex After(BufferIndex index)
    {
        Invariant.Require(index.Id < Count, "a buffer of a bundle must be one of the ring's");

        // SAFETY: the masked position lies in the entries' region; the kernel only reads entries.
        BufferRingEntry* entry = (BufferRingEntry*)_entries.Address + ((_places[index.Id] + 1) & _mask);
        return new BufferIndex(entry->BufferId);
    }

    /// <summary>Gives a buffer back to the kernel.</summary>
    /// <param name="index">A buffer that the application owns.</param>
    public void Return(BufferIndex index)
    {
        Invariant.Require(index.Id < Count, "a buffer that is given back must be one of the ring's");
        Add(index);
        Publish();
    }

    /// <summary>Unregisters the group where the ring still lives, and frees the memory.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        BufferRingRegister register = new BufferRingRegister { BufferGroup = Group };

        // SAFETY: the structure is read during the call only. A disposed ring is left alone: its descriptor's number
        // may be another ring's by now, with a group of the same number.
        _ring.Register(RegisterOpcode.UnregisterProvidedBufferRing, &register, 1);
        FreeMemory();
    }

    private void FreeMemory()
    {
        _buffers.Dispose();
        _entries.Dispose();
    }

    private void Add(BufferIndex index)
    {
        // SAFETY: the masked position lies in the entries' region. Entry 0 is written field by field, because its last
        // half-word is the ring's tail.
        BufferRingEntry* entry = (BufferRingEntry*)_entries.Address + (_tail & _mask);
        entry->Address = _buffers.Address + ((nuint)index.Id * (nuint)BufferLength);
        entry->Length = (uint)BufferLength;
        entry->BufferId = index.Id;
        _places[index.Id] = _tail;
        unchecked
        {
            _tail++;
        }
    }

    private void Publish()
    {
        // SAFETY: the tail stands in entry 0. A release store: the kernel must see the entry before the tail.
        ushort* tail = (ushort*)(_entries.Address + BufferRingEntry.TailOffset);
        Volatile.Write(ref *tail, _tail);
    }
}
