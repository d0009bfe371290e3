using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>The few ways in which operations fill an entry; the only place where a span becomes an address.</summary>
internal static unsafe class EntryFields
{
    /// <summary>All whole-file reads and writes at the current position pass this offset (-1).</summary>
    internal const ulong CurrentPosition = ulong.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong AddressOf(ReadOnlySpan<byte> memory)
    {
        // SAFETY: the caller's contract is native memory that outlives the request; Debug builds check it.
        void* address = Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        NativeRegion.RequireNative(address, memory.Length);
        return (ulong)address;
    }

    internal static ulong AddressOf<T>(ReadOnlySpan<T> items)
        where T : unmanaged
    {
        return AddressOf(MemoryMarshal.AsBytes(items));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong AddressOf<T>(in T structure)
        where T : unmanaged
    {
        // SAFETY: as above, for one structure.
        void* address = Unsafe.AsPointer(ref Unsafe.AsRef(in structure));
        NativeRegion.RequireNative(address, sizeof(T));
        return (ulong)address;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Set(
        ref SubmissionQueueEntry entry,
        Opcode opcode,
        int fileDescriptor,
        ulong address = 0,
        uint length = 0,
        ulong offset = 0)
    {
        entry.Opcode = opcode;
        entry.FileDescriptor = fileDescriptor;
        entry.Address = address;
        entry.Length = length;
        entry.Offset = offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetFixed(
        ref SubmissionQueueEntry entry,
        Opcode opcode,
        FixedFileSlot slot,
        ulong address = 0,
        uint length = 0,
        ulong offset = 0)
    {
        Set(ref entry, opcode, slot.Index, address, length, offset);
        entry.Flags |= SubmissionFlags.FixedFile;
    }
}
