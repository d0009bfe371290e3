using System;
using System.Runtime.InteropServices;
using Uring.Abi;

namespace Uring.Registered;

/// <summary>
/// Registered ("fixed") buffers: pinned once, so that reads, writes and zero-copy sends with them spare the pinning.
/// They do not help plain sends and receives, which copy anyway.
/// </summary>
/// <remarks>Since 5.1; man io_uring_register_buffers(3). Charged to RLIMIT_MEMLOCK without CAP_IPC_LOCK. One set per
/// ring; it goes with the ring.</remarks>
public sealed unsafe class FixedBuffers
{
    private readonly NativeRegion _region;

    private FixedBuffers(NativeRegion region, int count, int bufferLength)
    {
        _region = region;
        Count = count;
        BufferLength = bufferLength;
    }

    /// <summary>Number of buffers.</summary>
    public int Count { get; }

    /// <summary>Bytes of each.</summary>
    public int BufferLength { get; }

    /// <summary>Registers equal parts of a region.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="region">The memory; the caller frees it after the ring.</param>
    /// <param name="count">Number of buffers, at most 16384.</param>
    /// <param name="bufferLength">Bytes of each, at most 1 GiB.</param>
    /// <returns>The buffers.</returns>
    /// <exception cref="RingException">ENOMEM: RLIMIT_MEMLOCK; EBUSY: there are some; EINVAL.</exception>
    public static FixedBuffers Register(Ring ring, NativeRegion region, int count, int bufferLength)
    {
        Invariant.Require(
            (nuint)count * (nuint)bufferLength <= region.Length, "fixed buffers must lie in their region");
        IoVector* vectors = (IoVector*)NativeMemory.Alloc((nuint)(count * sizeof(IoVector)));
        for (int index = 0; index < count; index++)
        {
            vectors[index].Address = region.Address + ((nuint)index * (nuint)bufferLength);
            vectors[index].Length = (nuint)bufferLength;
        }

        // SAFETY: the vectors are copied during the call.
        int result = ring.Register(RegisterOpcode.Buffers, vectors, (uint)count);
        NativeMemory.Free(vectors);
        if (result < 0)
        {
            throw new RingException("io_uring_register(BUFFERS)", -result);
        }

        return new FixedBuffers(region, count, bufferLength);
    }

    /// <summary>The bytes of one buffer.</summary>
    /// <param name="index">0 to <see cref="Count"/> less one.</param>
    /// <returns>Valid as long as the region.</returns>
    public Span<byte> Bytes(int index)
    {
        return _region.Slice((nuint)index * (nuint)BufferLength, BufferLength);
    }
}
