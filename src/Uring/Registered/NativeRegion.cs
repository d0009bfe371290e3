using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace Uring.Registered;

/// <summary>
/// Memory that the kernel may read and write while requests run: outside the garbage collector's heap, page-aligned, at
/// one address for its life. Pages of a large region that nobody touched cost nothing.
/// </summary>
/// <remarks>Free it after the ring that used it is disposed, or after the last completion that used it.</remarks>
public sealed unsafe class NativeRegion : IDisposable
{
    private const nuint ZeroedBytesMax = 1024 * 1024;

    // A buffer ring must start on a page, and arm64 has kernels with pages of 64 KiB.
    private static readonly nuint PageLength = (nuint)Environment.SystemPageSize;
    private static readonly Lock LiveLock = new Lock();
    private static (nuint Start, nuint End)[] _live = [];

    private byte* _address;

    private NativeRegion(byte* address, nuint length)
    {
        _address = address;
        Length = length;
        Track(address, length);
    }

    /// <summary>Bytes.</summary>
    public nuint Length { get; }

    /// <summary>The address of the first byte.</summary>
    public nuint Address => (nuint)_address;

    /// <summary>Allocates a region: zeroed up to 1 MiB, above that of undefined content.</summary>
    /// <param name="length">Bytes, more than 0.</param>
    /// <returns>The region; owned by the caller.</returns>
    public static NativeRegion Allocate(nuint length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(length);

        // SAFETY: the address is checked by the allocator (it throws) and freed in Dispose alone. Large regions are not
        // cleared, because that would touch every page of a pool that may never be used.
        byte* address = (byte*)NativeMemory.AlignedAlloc(length, PageLength);
        if (length <= ZeroedBytesMax)
        {
            NativeMemory.Clear(address, length);
        }

        return new NativeRegion(address, length);
    }

    /// <summary>A part of the region.</summary>
    /// <param name="offset">Bytes from the start.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>A span over the region's own memory: valid until <see cref="Dispose"/>.</returns>
    public Span<byte> Slice(nuint offset, int length)
    {
        // No sum of the two: it could wrap around and pass.
        Invariant.Require(
            length >= 0 && offset <= Length && (nuint)length <= Length - offset, "a slice must lie in its region");
        Invariant.Require(_address != null, "a region that was freed has no slices");

        // SAFETY: the bounds were checked; the memory lives until Dispose, which the owner calls after the last use.
        return new Span<byte>(_address + offset, length);
    }

    /// <summary>A structure inside the region, for the operations that take one by reference.</summary>
    /// <typeparam name="T">A structure of <c>Uring.Abi</c>.</typeparam>
    /// <param name="offset">Bytes from the start, a multiple of 8.</param>
    /// <returns>A reference to the region's own memory: valid until <see cref="Dispose"/>.</returns>
    public ref T At<T>(nuint offset)
        where T : unmanaged
    {
        Invariant.Require(offset % 8 == 0, "a structure for the kernel is aligned");
        return ref MemoryMarshal.AsRef<T>(Slice(offset, sizeof(T)));
    }

    /// <summary>Frees the memory. No request may still use it.</summary>
    public void Dispose()
    {
        if (_address == null)
        {
            return;
        }

        Untrack(_address);
        NativeMemory.AlignedFree(_address);
        _address = null;
    }

    /// <summary>In Debug builds, ends the process when a span that is handed to the kernel does not lie in a region:
    /// stack and garbage-collected memory move or go away under a running request.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">Bytes.</param>
    [Conditional("DEBUG")]
    internal static void RequireNative(void* start, int length)
    {
        nuint from = (nuint)start;
        if (length == 0)
        {
            return;
        }

        foreach ((nuint Start, nuint End) region in Volatile.Read(ref _live))
        {
            if (from >= region.Start && from + (nuint)length <= region.End)
            {
                return;
            }
        }

        Invariant.Fail("memory for the kernel must lie in a NativeRegion");
    }

    [Conditional("DEBUG")]
    private static void Track(byte* address, nuint length)
    {
        lock (LiveLock)
        {
            Volatile.Write(ref _live, [.. _live, ((nuint)address, (nuint)address + length)]);
        }
    }

    [Conditional("DEBUG")]
    private static void Untrack(byte* address)
    {
        lock (LiveLock)
        {
            Volatile.Write(ref _live, Array.FindAll(_live, region => region.Start != (nuint)address));
        }
    }
}
