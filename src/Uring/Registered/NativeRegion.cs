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
    private const nuint PageLength = 4096;

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
        if (length <= 256 * PageLength)
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
        Invariant.Require(offset + (nuint)length <= Length && length >= 0, "a slice must lie in its region");

        // SAFETY: the bounds were checked; the memory lives until Dispose, which the owner calls after the last use.
        return new Span<byte>(_address + offset, length);
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
