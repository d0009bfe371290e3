using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>
/// Operations on files, with liburing's names and argument order. Each fills a reserved entry and touches neither the
/// link and skip flags nor the user data. Spans and structures must be native memory (<see cref="NativeRegion"/>) that
/// stays until the completion, unless a text below says less.
/// </summary>
public static class FileOperations
{
    /// <summary><c>io_uring_prep_openat2_direct</c>, <c>IORING_OP_OPENAT2</c>, 5.15 for direct: opens into a slot that
    /// the caller picked; what was in the slot is closed.</summary>
    /// <remarks>Result 0, or -errno: ENOENT, EACCES, ELOOP, EXDEV (out of the directory), ENOTDIR, EAGAIN (cold, with
    /// <see cref="ResolveFlags.Cached"/>), EINVAL (close-on-exec, a mode without create), EBADF (a slot as directory).
    /// </remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="directory">A normal descriptor of the directory to start from.</param>
    /// <param name="path">Ended by a zero byte; may go after the submit (but under SQPOLL).</param>
    /// <param name="how">Native memory; may go after the submit (but under SQPOLL).</param>
    /// <param name="slot">Where the file goes.</param>
    public static void PrepareOpenAt2Direct(
        this ref SubmissionQueueEntry entry,
        int directory,
        ReadOnlySpan<byte> path,
        in OpenHow how,
        FixedFileSlot slot)
    {
        entry.PrepareOpenAt2(directory, path, how);
        entry.FileIndex = slot.FileIndex;
    }

    /// <summary><c>io_uring_prep_openat2</c>, 5.6: opens into a normal descriptor.</summary>
    /// <remarks>Result: the descriptor, or -errno as above, and EMFILE, ENFILE.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="directory">A normal descriptor of the directory to start from.</param>
    /// <param name="path">Ended by a zero byte; may go after the submit (but under SQPOLL).</param>
    /// <param name="how">Native memory; may go after the submit (but under SQPOLL).</param>
    public static void PrepareOpenAt2(
        this ref SubmissionQueueEntry entry,
        int directory,
        ReadOnlySpan<byte> path,
        in OpenHow how)
    {
        Invariant.Require(path.Length > 0 && path[^1] == 0, "a path for the kernel ends with a zero byte");
        EntryFields.Set(
            ref entry, Opcode.OpenAt2, directory, EntryFields.AddressOf(path), 24,
            EntryFields.AddressOf(how));
    }

    /// <summary><c>io_uring_prep_close_direct</c>, <c>IORING_OP_CLOSE</c>, 5.15: empties a slot. Requests that started
    /// on the file keep it open until they end.</summary>
    /// <remarks>Result 0, or -EBADF for an empty slot.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot; it goes into <c>file_index</c>, and the fixed-file flag must stay off.</param>
    public static void PrepareCloseDirect(this ref SubmissionQueueEntry entry, FixedFileSlot slot)
    {
        EntryFields.Set(ref entry, Opcode.Close, 0);
        entry.FileIndex = slot.FileIndex;
    }

    /// <summary><c>io_uring_prep_close</c>, 5.6: closes a normal descriptor.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor; it is the kernel's from the submit on.</param>
    public static void PrepareClose(this ref SubmissionQueueEntry entry, int fileDescriptor)
    {
        EntryFields.Set(ref entry, Opcode.Close, fileDescriptor);
    }

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

    /// <summary><c>io_uring_prep_read_fixed</c>, 5.1: a read into a registered buffer.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareReadFixed(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        Span<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.ReadFixed, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_write_fixed</c>, 5.1: a write from a registered buffer.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareWriteFixed(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.WriteFixed, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_readv</c>, <c>IORING_OP_READV</c>, 5.1.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareReadVector(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.ReadVector, file, EntryFields.AddressOf(vectors), (uint)vectors.Length, offset);
    }

    /// <summary><c>io_uring_prep_writev</c>, <c>IORING_OP_WRITEV</c>, 5.1.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareWriteVector(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.WriteVector, file, EntryFields.AddressOf(vectors), (uint)vectors.Length, offset);
    }

    /// <summary><c>io_uring_prep_statx</c>, <c>IORING_OP_STATX</c>, 5.6. Takes no slot, and always runs in a kernel
    /// worker.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="directory">A normal descriptor.</param>
    /// <param name="path">Ended by a zero byte; may go after the submit (but under SQPOLL).</param>
    /// <param name="flags">With <see cref="AtFlags.EmptyPath"/> and an empty path, the descriptor itself.</param>
    /// <param name="mask">Which fields to fill in.</param>
    /// <param name="status">Native memory, written by the kernel until the completion.</param>
    public static void PrepareStatx(
        this ref SubmissionQueueEntry entry,
        int directory,
        ReadOnlySpan<byte> path,
        AtFlags flags,
        StatxMask mask,
        ref Statx status)
    {
        Invariant.Require(path.Length > 0 && path[^1] == 0, "a path for the kernel ends with a zero byte");
        EntryFields.Set(
            ref entry, Opcode.Statx, directory, EntryFields.AddressOf(path), (uint)mask,
            EntryFields.AddressOf(status));
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_splice</c>, <c>IORING_OP_SPLICE</c>, 5.7. Always runs in a kernel worker, which a full
    /// target that blocks holds; fewer bytes than asked break a link.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptorIn">Descriptor to take from; a slot number with
    /// <see cref="SpliceFlags.FdInFixed"/>.</param>
    /// <param name="offsetIn">Offset there, in bytes; -1 for a pipe.</param>
    /// <param name="fileDescriptorOut">Descriptor to give to; for a slot use the overload.</param>
    /// <param name="offsetOut">Offset there, in bytes; -1 for a pipe or socket.</param>
    /// <param name="length">Bytes; into a pipe at most its size less 4096.</param>
    /// <param name="flags"><c>SPLICE_F_*</c>.</param>
    public static void PrepareSplice(
        this ref SubmissionQueueEntry entry,
        int fileDescriptorIn,
        long offsetIn,
        int fileDescriptorOut,
        long offsetOut,
        uint length,
        SpliceFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Splice, fileDescriptorOut, 0, length, unchecked((ulong)offsetOut));
        entry.SpliceOffsetIn = unchecked((ulong)offsetIn);
        entry.SpliceFileDescriptorIn = fileDescriptorIn;
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_splice</c> into a slot; see the form for descriptors.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptorIn">Descriptor to take from; a slot number with
    /// <see cref="SpliceFlags.FdInFixed"/>.</param>
    /// <param name="offsetIn">Offset there, in bytes; -1 for a pipe.</param>
    /// <param name="slotOut">Slot to give to.</param>
    /// <param name="offsetOut">Offset there, in bytes; -1 for a pipe or socket.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="flags"><c>SPLICE_F_*</c>.</param>
    public static void PrepareSplice(
        this ref SubmissionQueueEntry entry,
        int fileDescriptorIn,
        long offsetIn,
        FixedFileSlot slotOut,
        long offsetOut,
        uint length,
        SpliceFlags flags)
    {
        entry.PrepareSplice(fileDescriptorIn, offsetIn, slotOut.Index, offsetOut, length, flags);
        entry.Flags |= SubmissionFlags.FixedFile;
    }

    /// <summary><c>io_uring_prep_fsync</c>, <c>IORING_OP_FSYNC</c>, 5.1. Always runs in a kernel worker.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="flags">Data and metadata, or data alone.</param>
    public static void PrepareFileSync(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        FileSyncFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.FileSync, file);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_fadvise</c>, <c>IORING_OP_FADVISE</c>, 5.6.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="offset">Start of the range, in bytes.</param>
    /// <param name="length">Bytes of the range; 0 is up to the end.</param>
    /// <param name="advice">What to expect. <see cref="FileAdvice.WillNeed"/> runs in a kernel worker.</param>
    public static void PrepareFileAdvise(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ulong offset,
        uint length,
        FileAdvice advice)
    {
        EntryFields.SetFixed(ref entry, Opcode.FileAdvise, file, 0, length, offset);
        entry.OperationFlags = (uint)advice;
    }

    /// <summary><c>io_uring_prep_files_update</c>, <c>IORING_OP_FILES_UPDATE</c>, 5.6: puts descriptors into slots
    /// within a chain.</summary>
    /// <remarks>Result: number of slots done, or -errno: EBADF, EINVAL, EFAULT.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptors">Native memory, until the completion; -1 empties a slot.</param>
    /// <param name="firstSlot">The first slot.</param>
    public static void PrepareFilesUpdate(
        this ref SubmissionQueueEntry entry,
        ReadOnlySpan<int> fileDescriptors,
        FixedFileSlot firstSlot)
    {
        EntryFields.Set(
            ref entry, Opcode.FilesUpdate, -1, EntryFields.AddressOf(fileDescriptors),
            (uint)fileDescriptors.Length, (ulong)firstSlot.Index);
    }

    /// <summary><c>io_uring_prep_fixed_fd_install</c>, <c>IORING_OP_FIXED_FD_INSTALL</c>, 6.8: makes a normal
    /// descriptor (close-on-exec) of a slot.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot; it stays filled.</param>
    public static void PrepareFixedFdInstall(this ref SubmissionQueueEntry entry, FixedFileSlot slot)
    {
        EntryFields.SetFixed(ref entry, Opcode.FixedFdInstall, slot);
    }
}
