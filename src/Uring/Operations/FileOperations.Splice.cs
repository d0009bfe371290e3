using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Moving bytes through pipes without copying them to user space.</content>
public static partial class FileOperations
{
    /// <summary><c>io_uring_prep_splice</c>, <c>IORING_OP_SPLICE</c>, 5.7. Always runs in a kernel worker, which a full
    /// target that blocks holds; fewer bytes than asked break a link.</summary>
    /// <remarks>Result: bytes, 0 at the end of the input, or -errno: EAGAIN (a full target that does not wait), EINVAL
    /// (neither side is a pipe, or the file system cannot), EPIPE, ECONNRESET, EBADF.</remarks>
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

    /// <summary><c>io_uring_prep_splice</c> from a slot into a normal descriptor, such as file to pipe.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slotIn">Slot to take from.</param>
    /// <param name="offsetIn">Offset there, in bytes; -1 for a pipe or socket.</param>
    /// <param name="fileDescriptorOut">Descriptor to give to.</param>
    /// <param name="offsetOut">Offset there, in bytes; -1 for a pipe or socket.</param>
    /// <param name="length">Bytes; into a pipe at most its size less 4096.</param>
    /// <param name="flags"><c>SPLICE_F_*</c>; the fixed flag is added.</param>
    public static void PrepareSplice(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot slotIn,
        long offsetIn,
        int fileDescriptorOut,
        long offsetOut,
        uint length,
        SpliceFlags flags)
    {
        entry.PrepareSplice(
            slotIn.Index, offsetIn, fileDescriptorOut, offsetOut, length, flags | SpliceFlags.FdInFixed);
    }

    /// <summary><c>io_uring_prep_tee</c>, <c>IORING_OP_TEE</c>, 5.8: copies what is in one pipe into another without
    /// taking it out. Always runs in a kernel worker.</summary>
    /// <remarks>Result: bytes, 0 for an empty pipe whose writer is gone, or -errno: EAGAIN, EINVAL (not two different
    /// pipes), EBADF. Fewer bytes than asked break a link.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="pipeIn">Read end of the pipe to copy from; a slot number with
    /// <see cref="SpliceFlags.FdInFixed"/>.</param>
    /// <param name="pipeOut">Write end of the pipe to copy to.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="flags"><c>SPLICE_F_*</c>.</param>
    public static void PrepareTee(
        this ref SubmissionQueueEntry entry,
        int pipeIn,
        int pipeOut,
        uint length,
        SpliceFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Tee, pipeOut, 0, length);
        entry.SpliceFileDescriptorIn = pipeIn;
        entry.OperationFlags = (uint)flags;
    }
}
