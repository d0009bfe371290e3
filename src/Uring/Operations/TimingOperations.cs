using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>
/// Operations that wait, cancel or signal, with liburing's names and argument order. Structures must be native memory
/// (<see cref="NativeRegion"/>).
/// </summary>
public static class TimingOperations
{
    /// <summary><c>io_uring_prep_nop</c>, <c>IORING_OP_NOP</c>, 5.1: completes with 0.</summary>
    /// <param name="entry">A reserved entry.</param>
    public static void PrepareNop(this ref SubmissionQueueEntry entry)
    {
        EntryFields.Set(ref entry, Opcode.Nop, -1);
    }

    /// <summary><c>io_uring_prep_timeout</c>, <c>IORING_OP_TIMEOUT</c>, 5.4.</summary>
    /// <remarks>Result -ETIME at expiry, 0 when <paramref name="count"/> completions came first, -ECANCELED.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="timespec">Native memory; may go after the submit (but under SQPOLL).</param>
    /// <param name="count">Completions that end it early; 0 for none.</param>
    /// <param name="flags">Clock and form of the time.</param>
    public static void PrepareTimeout(
        this ref SubmissionQueueEntry entry,
        in KernelTimespec timespec,
        uint count,
        TimeoutFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Timeout, -1, EntryFields.AddressOf(timespec), 1, count);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_timeout_remove</c>, <c>IORING_OP_TIMEOUT_REMOVE</c>, 5.5.</summary>
    /// <remarks>Result 0, or -ENOENT, -EALREADY; the timeout itself ends with -ECANCELED.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="userData">User data of the timeout.</param>
    public static void PrepareTimeoutRemove(this ref SubmissionQueueEntry entry, ulong userData)
    {
        EntryFields.Set(ref entry, Opcode.TimeoutRemove, -1, userData);
    }

    /// <summary><c>io_uring_prep_link_timeout</c>, <c>IORING_OP_LINK_TIMEOUT</c>, 5.5: bounds the step before it, and
    /// that one alone, from when it starts to wait. That step must carry a link flag.</summary>
    /// <remarks>At expiry the guarded step ends with -ECANCELED. It does not fire while the step blocks in a kernel
    /// worker. With the skip flag it never posts a completion.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="timespec">Native memory; may go after the submit (but under SQPOLL).</param>
    /// <param name="flags">Clock and form of the time.</param>
    public static void PrepareLinkTimeout(
        this ref SubmissionQueueEntry entry,
        in KernelTimespec timespec,
        TimeoutFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.LinkTimeout, -1, EntryFields.AddressOf(timespec), 1);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_cancel64</c>, <c>IORING_OP_ASYNC_CANCEL</c>, 5.5: cancels by user data.</summary>
    /// <remarks>Result 0, -ENOENT (none found, or not started yet), -EALREADY (runs and cannot be stopped). With
    /// <see cref="CancelFlags.All"/> the number cancelled.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="userData">User data of the request.</param>
    /// <param name="flags">What to match.</param>
    public static void PrepareCancel(this ref SubmissionQueueEntry entry, ulong userData, CancelFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.AsyncCancel, -1, userData);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_cancel_fd</c> for a slot, 6.0: cancels what runs on it.</summary>
    /// <remarks>Result as above; -EBADF for an empty slot. The kernel looks at all that waits in the ring, a third of a
    /// millisecond with 8,000 requests; by user data into one bucket of a hash table, at timers and at queued
    /// work.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="flags"><see cref="CancelFlags.All"/> or none; the descriptor flags are added.</param>
    public static void PrepareCancelSlot(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot slot,
        CancelFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.AsyncCancel, slot.Index);
        entry.OperationFlags = (uint)(flags | CancelFlags.Fd | CancelFlags.FdFixed);
    }

    /// <summary><c>io_uring_prep_cancel_fd</c> for a normal descriptor, 5.19: cancels what runs on it.</summary>
    /// <remarks>Result: the number cancelled with <see cref="CancelFlags.All"/>; else 0, -ENOENT, -EALREADY.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="flags"><see cref="CancelFlags.All"/> or none; the descriptor flag is added.</param>
    public static void PrepareCancelDescriptor(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        CancelFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.AsyncCancel, fileDescriptor);
        entry.OperationFlags = (uint)(flags | CancelFlags.Fd);
    }

    /// <summary><c>io_uring_prep_poll_add</c>, <c>IORING_OP_POLL_ADD</c>, 5.1: waits for an event, once.</summary>
    /// <remarks>Result: the events, or -errno: ECANCELED, EBADF. POLLERR, POLLHUP and, unlike poll(2), POLLRDHUP end it
    /// though nobody asked for them: a poll for room ends at once, without POLLOUT, when the peer has shut down its
    /// side. Look at the bits before acting on them.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="events">What to wait for.</param>
    public static void PreparePollAdd(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot slot,
        PollEvents events)
    {
        EntryFields.SetFixed(ref entry, Opcode.PollAdd, slot);
        entry.OperationFlags = (uint)events;
    }

    /// <summary><c>io_uring_prep_poll_add</c> on a normal descriptor.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="events">What to wait for.</param>
    public static void PreparePollAdd(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        PollEvents events)
    {
        EntryFields.Set(ref entry, Opcode.PollAdd, fileDescriptor);
        entry.OperationFlags = (uint)events;
    }

    /// <summary><c>io_uring_prep_poll_multishot</c>, 5.13: a completion for every event, until one comes without
    /// <c>IORING_CQE_F_MORE</c>.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="events">What to wait for.</param>
    public static void PreparePollMultishot(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot slot,
        PollEvents events)
    {
        entry.PreparePollAdd(slot, events);
        entry.Length = 1; // IORING_POLL_ADD_MULTI
    }

    /// <summary><c>io_uring_prep_poll_multishot</c> on a normal descriptor.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="events">What to wait for.</param>
    public static void PreparePollMultishot(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        PollEvents events)
    {
        entry.PreparePollAdd(fileDescriptor, events);
        entry.Length = 1; // IORING_POLL_ADD_MULTI
    }

    /// <summary><c>io_uring_prep_poll_remove</c>, <c>IORING_OP_POLL_REMOVE</c>, 5.1.</summary>
    /// <remarks>Result 0, or -ENOENT, -EALREADY; the poll itself ends with -ECANCELED.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="userData">User data of the poll.</param>
    public static void PreparePollRemove(this ref SubmissionQueueEntry entry, ulong userData)
    {
        EntryFields.Set(ref entry, Opcode.PollRemove, -1, userData);
    }

    /// <summary><c>io_uring_prep_msg_ring</c>, <c>IORING_OP_MSG_RING</c>, 5.18: posts a completion to another ring.
    /// </summary>
    /// <remarks>Result 0 here; there a completion with the given result and user data. -EOVERFLOW, -EBADFD (that ring
    /// is disabled).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="ring">Descriptor of the other ring.</param>
    /// <param name="result">Result of the completion there.</param>
    /// <param name="userData">User data of the completion there.</param>
    /// <param name="flags">0.</param>
    public static void PrepareMessageRing(
        this ref SubmissionQueueEntry entry,
        int ring,
        uint result,
        ulong userData,
        uint flags)
    {
        EntryFields.Set(ref entry, Opcode.MessageRing, ring, 0, result, userData);
        entry.OperationFlags = flags;
    }
}
