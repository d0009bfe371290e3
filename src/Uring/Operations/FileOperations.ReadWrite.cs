using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Reads and writes of one buffer. A single transfer moves at most 2^31 - 4096 bytes.</content>
public static partial class FileOperations
{
    /// <summary><c>io_uring_prep_read</c>, <c>IORING_OP_READ</c>, 5.6.</summary>
    /// <remarks>Result: bytes, or -errno: EAGAIN (cold, with <see cref="ReadWriteFlags.NoWait"/>), EOPNOTSUPP (that
    /// flag on tmpfs and overlayfs), EISDIR, EIO. Fewer bytes than asked break a link, the end of the file too.
    /// </remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">Filled by the kernel; native memory, the kernel's until the completion.</param>
    /// <param name="offset">Offset in the file, in bytes; 2^64-1 is the current position.</param>
    /// <param name="flags"><c>RWF_*</c>.</param>
    public static void PrepareRead(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        Span<byte> buffer,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.Read, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_read</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="buffer">Filled by the kernel; native memory, the kernel's until the completion.</param>
    /// <param name="offset">Offset in the file, in bytes; 2^64-1 is the current position.</param>
    /// <param name="flags"><c>RWF_*</c>.</param>
    public static void PrepareRead(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        Span<byte> buffer,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        EntryFields.Set(
            ref entry, Opcode.Read, fileDescriptor, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_write</c>, <c>IORING_OP_WRITE</c>, 5.6.</summary>
    /// <remarks>Result: bytes, or -errno: ENOSPC, EIO, EAGAIN, EBADF. Fewer bytes than asked break a link.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">Read by the kernel; native memory, unchanged until the completion.</param>
    /// <param name="offset">Offset in the file, in bytes; 2^64-1 is the current position.</param>
    /// <param name="flags"><c>RWF_*</c>.</param>
    public static void PrepareWrite(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<byte> buffer,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.Write, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_write</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="buffer">Read by the kernel; native memory, unchanged until the completion.</param>
    /// <param name="offset">Offset in the file, in bytes; 2^64-1 is the current position.</param>
    /// <param name="flags"><c>RWF_*</c>.</param>
    public static void PrepareWrite(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        ReadOnlySpan<byte> buffer,
        ulong offset,
        ReadWriteFlags flags = ReadWriteFlags.None)
    {
        EntryFields.Set(
            ref entry, Opcode.Write, fileDescriptor, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.OperationFlags = (uint)flags;
    }
}
