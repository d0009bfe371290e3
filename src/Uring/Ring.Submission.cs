using System;
using System.Diagnostics.CodeAnalysis;
using Uring.Abi;

namespace Uring;

/// <content>Reserving entries and submitting them.</content>
public sealed partial class Ring
{
    // The kernel's thread takes a queue of nops in some tens of microseconds; what takes longer than these looks (about
    // a millisecond) sleeps until it has.
    private const int LooksForRoom = 20_000;

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
            if (_kernelThreadSubmits && result >= 0)
            {
                result = LookForRoom((uint)count) ? 0 : Enter(0, 0, EnterFlags.SqWait | EnterFlags.SqWakeup);
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
            EnterFlags wakeup = WakeupFlag();
            return wakeup != EnterFlags.None ? Enter(toSubmit, 0, wakeup) : (int)toSubmit;
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
        return Enter(toSubmit, completions, WakeupFlag() | EnterFlags.GetEvents);
    }

    /// <summary>Submits what is reserved and looks for completions, without waiting. Under
    /// <see cref="RingMode.SubmissionPolling"/> it makes no system call, unless the kernel's thread sleeps while there
    /// is something to submit, or completions wait outside a queue that was full. Other rings are entered to submit and
    /// where only a call brings completions out, a deferred one always.</summary>
    /// <returns>How many completions can be looked at now, or -errno (EAGAIN, EBUSY, EEXIST, EOWNERDEAD: the kernel's
    /// thread is gone, …); what was not taken is submitted again by the next call.</returns>
    public int SubmitAndPeek()
    {
        uint toSubmit = Publish();
        EnterFlags flags = WakeupFlag();
        if (CompletionQueue.ReadyCount == 0 && HidesCompletions)
        {
            flags |= EnterFlags.GetEvents;
        }

        bool mustEnter = flags != EnterFlags.None || (toSubmit != 0 && !_kernelThreadSubmits);
        int result = mustEnter ? Enter(toSubmit, 0, flags) : 0;
        return result < 0 ? result : (int)CompletionQueue.ReadyCount;
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

    /// <summary>A sleeping kernel thread is woken only for entries: woken for nothing it would spin through its idle
    /// time, once for each wait. What waits for an event wakes it by itself.</summary>
    private EnterFlags WakeupFlag()
    {
        return _kernelThreadSubmits && SubmissionQueue.PendingCount != 0 && SubmissionQueue.NeedsWakeup()
            ? EnterFlags.SqWakeup
            : EnterFlags.None;
    }

    private bool LookForRoom(uint count)
    {
        for (int looks = 0; looks < LooksForRoom && SubmissionQueue.FreeCount < count; looks++)
        {
            Cpu.Pause();
        }

        return SubmissionQueue.FreeCount >= count;
    }

    [DoesNotReturn]
    private static void ThrowNoRoom(int result)
    {
        throw new RingException("io_uring_enter", -result);
    }
}
