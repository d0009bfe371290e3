using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Facts, syncing, advice, and what moves files between slots and descriptors.</content>
public static partial class FileOperations
{
    /// <summary><c>io_uring_prep_statx</c>, <c>IORING_OP_STATX</c>, 5.6. Takes no slot, and always runs in a kernel
    /// worker.</summary>
    /// <remarks>Result 0, or -errno: ENOENT, EACCES, ENOTDIR, ELOOP, EBADF.</remarks>
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
        RequireEnded(path);
        EntryFields.Set(
            ref entry, Opcode.Statx, directory, EntryFields.AddressOf(path), (uint)mask,
            EntryFields.AddressOf(status));
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_fsync</c>, <c>IORING_OP_FSYNC</c>, 5.1. Always runs in a kernel worker.</summary>
    /// <remarks>Result 0, or -errno: EIO, ENOSPC, EINVAL (a file that cannot be synced), EBADF.</remarks>
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

    /// <summary><c>io_uring_prep_fsync</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="flags">Data and metadata, or data alone.</param>
    public static void PrepareFileSync(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        FileSyncFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.FileSync, fileDescriptor);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_fadvise</c>, <c>IORING_OP_FADVISE</c>, 5.6.</summary>
    /// <remarks>Result 0, or -errno: ESPIPE (a pipe, which breaks a link), EINVAL, EBADF.</remarks>
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

    /// <summary><c>io_uring_prep_fadvise</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="offset">Start of the range, in bytes.</param>
    /// <param name="length">Bytes of the range; 0 is up to the end.</param>
    /// <param name="advice">What to expect.</param>
    public static void PrepareFileAdvise(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        ulong offset,
        uint length,
        FileAdvice advice)
    {
        EntryFields.Set(ref entry, Opcode.FileAdvise, fileDescriptor, 0, length, offset);
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
    /// <remarks>Result: the descriptor, or -errno: EBADF (an empty slot), EMFILE, EPERM (with other credentials).
    /// </remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot; it stays filled.</param>
    public static void PrepareFixedFdInstall(this ref SubmissionQueueEntry entry, FixedFileSlot slot)
    {
        EntryFields.SetFixed(ref entry, Opcode.FixedFdInstall, slot);
    }
}
