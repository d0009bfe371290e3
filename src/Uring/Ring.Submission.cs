using System;
using System.Diagnostics.CodeAnalysis;
using Uring.Abi;

namespace Uring;

/// <content>Reserving entries and submitting them.</content>
public sealed partial class Ring
{
    /// <summary>
    /// Reserves one single entry (<c>io_uring_get_sqe</c>). When the queue is full, what it holds is submitted first.
    /// </summary>
    /// <param name="userData">Comes back in the completion.</param>
    /// <returns>The entry to prepare, all zero but for the user data.</returns>
    /// <exception cref="RingException">The queue is full and the kernel does not take what it holds: see
    /// <see cref="MakeRoom"/>.</exception>
    public ref SubmissionQueueEntry Next(ulong userData)
    {
        RequireRoom(1);
        ref SubmissionQueueEntry entry = ref SubmissionQueue.Reserve();
        entry.UserData = userData;
        return ref entry;
    }

    /// <summary>
    /// Reserves a whole chain. When the queue has too little room, what it holds is submitted first: a chain never
    /// crosses a submission.
    /// </summary>
    /// <param name="length">Number of steps; all of them must be taken before the next submit or entry.</param>
    /// <returns>The chain to fill.</returns>
    /// <exception cref="RingException">The queue is full and the kernel does not take what it holds: see
    /// <see cref="MakeRoom"/>.</exception>
    public Chain BeginChain(int length)
    {
        RequireRoom(length);
        SubmissionQueue.OpenChain(length);
        return new Chain(SubmissionQueue, length);
    }

    /// <summary>Sees to it that so many entries can be reserved; submits what the queue holds when it must. A caller
    /// that may not throw asks this first, and takes completions from the queue when it refuses.</summary>
    /// <param name="count">Number of entries, at most the queue's.</param>
    /// <returns>0, or -errno: EBUSY or EAGAIN (the kernel takes nothing now: take completions, then try again), EEXIST
    /// (not the ring's thread), EBADFD (not enabled yet).</returns>
    public int MakeRoom(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Invariant.Require(
            count > 0 && (uint)count <= SubmissionQueue.EntryCount, "a chain must fit into the submission queue");
        bool retried = false;
        while (SubmissionQueue.FreeCount < (uint)count)
        {
            uint freeBefore = SubmissionQueue.FreeCount;
            int result = Submit();
            if (_kernelThreadSubmits && result >= 0 && SubmissionQueue.FreeCount < (uint)count)
            {
                result = Enter(0, 0, EnterFlags.SqWait | EnterFlags.SqWakeup);
            }
            else if (result >= 0 && !_kernelThreadSubmits && SubmissionQueue.FreeCount == freeBefore)
            {
                result = -Errno.EAGAIN;
            }

            if ((result == -Errno.EAGAIN || result == -Errno.EBUSY) && !retried)
            {
                // Task work and overflowed completions may be what the kernel waits for; once, and never for ever.
                retried = true;
                Enter(0, 0, EnterFlags.GetEvents);
            }
            else if (result < 0 && result != -Errno.EINTR)
            {
                return result;
            }
        }

        return 0;
    }

    /// <summary>Submits what is reserved, without waiting. On a deferred ring only the heads of chains start now; the
    /// rest runs when the ring waits.</summary>
    /// <returns>The number submitted, or -errno (EAGAIN, EBUSY, EEXIST, …); what was not taken is submitted again by
    /// the next call.</returns>
    public int Submit()
    {
        uint toSubmit = Publish();
        if (_kernelThreadSubmits)
        {
            return SubmissionQueue.PendingCount != 0 && SubmissionQueue.NeedsWakeup()
                ? Enter(toSubmit, 0, EnterFlags.SqWakeup)
                : (int)toSubmit;
        }

        return toSubmit == 0 ? 0 : Enter(toSubmit, 0, EnterFlags.None);
    }

    /// <summary>Submits what is reserved and waits, in one system call.</summary>
    /// <param name="completions">How many completions must be ready before it returns; 0 runs task work only.</param>
    /// <returns>The number submitted, or -errno. With something submitted, EINTR is hidden by the kernel: look at the
    /// completion queue whatever the answer.</returns>
    public int SubmitAndWait(uint completions)
    {
        uint toSubmit = Publish();
        return Enter(toSubmit, completions, WaitFlags());
    }

    private void RequireRoom(int count)
    {
        if (_disposed || count <= 0 || SubmissionQueue.FreeCount < (uint)count)
        {
            int result = MakeRoom(count);
            if (result < 0)
            {
                ThrowNoRoom(result);
            }
        }
    }

    private uint Publish()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return SubmissionQueue.Publish();
    }

    private EnterFlags WaitFlags()
    {
        return _kernelThreadSubmits && SubmissionQueue.NeedsWakeup()
            ? EnterFlags.GetEvents | EnterFlags.SqWakeup
            : EnterFlags.GetEvents;
    }

    [DoesNotReturn]
    private static void ThrowNoRoom(int result)
    {
        throw new RingException("io_uring_enter", -result);
    }
}
