using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>
/// Operations on files, with liburing's names and argument order. Each fills a reserved entry and touches neither the
/// link and skip flags nor the user data. Spans and structures must be native memory (<see cref="NativeRegion"/>) that
/// stays until the completion, unless a text below says less.
/// </summary>
public static partial class FileOperations
{
    /// <summary><c>AT_FDCWD</c>: paths start from the working directory of the process.</summary>
    public const int CurrentDirectory = -100;

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
        RequireEnded(path);
        EntryFields.Set(
            ref entry, Opcode.OpenAt2, directory, EntryFields.AddressOf(path), 24,
            EntryFields.AddressOf(how));
    }

    /// <summary><c>io_uring_prep_openat</c>, <c>IORING_OP_OPENAT</c>, 5.6: opens into a normal descriptor.</summary>
    /// <remarks>Result: the descriptor, or -errno: ENOENT, EACCES, ELOOP, ENOTDIR, EEXIST, EMFILE, ENFILE.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="directory">A normal descriptor of the directory to start from, or
    /// <see cref="CurrentDirectory"/>.</param>
    /// <param name="path">Ended by a zero byte; may go after the submit (but under SQPOLL).</param>
    /// <param name="flags"><c>O_*</c>.</param>
    /// <param name="mode">Permissions of a file that is created, before the umask; else 0.</param>
    public static void PrepareOpenAt(
        this ref SubmissionQueueEntry entry,
        int directory,
        ReadOnlySpan<byte> path,
        OpenFlags flags,
        uint mode = 0)
    {
        RequireEnded(path);
        EntryFields.Set(ref entry, Opcode.OpenAt, directory, EntryFields.AddressOf(path), mode);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_openat_direct</c>, 5.15: opens into a slot; what was in the slot is closed.</summary>
    /// <remarks>Result 0 (the slot, with <see cref="FixedFileSlot.Allocate"/>), or -errno: as above, EINVAL
    /// (close-on-exec, or no such slot), ENXIO (no table).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="directory">A normal descriptor, or <see cref="CurrentDirectory"/>.</param>
    /// <param name="path">Ended by a zero byte; may go after the submit (but under SQPOLL).</param>
    /// <param name="flags"><c>O_*</c>, without close-on-exec.</param>
    /// <param name="mode">Permissions of a file that is created; else 0.</param>
    /// <param name="slot">Where the file goes.</param>
    public static void PrepareOpenAtDirect(
        this ref SubmissionQueueEntry entry,
        int directory,
        ReadOnlySpan<byte> path,
        OpenFlags flags,
        uint mode,
        FixedFileSlot slot)
    {
        entry.PrepareOpenAt(directory, path, flags, mode);
        entry.FileIndex = slot.FileIndex;
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
    /// <remarks>Result 0, or -EBADF; also for the descriptor of a ring.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor; it is the kernel's from the submit on.</param>
    public static void PrepareClose(this ref SubmissionQueueEntry entry, int fileDescriptor)
    {
        EntryFields.Set(ref entry, Opcode.Close, fileDescriptor);
    }

    private static void RequireEnded(ReadOnlySpan<byte> path)
    {
        Invariant.Require(path.Length > 0 && path[^1] == 0, "a path for the kernel ends with a zero byte");
    }
}
