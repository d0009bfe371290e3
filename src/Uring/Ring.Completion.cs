using System;
using Uring.Abi;

namespace Uring;

/// <content>Taking completions one by one; a loop takes them in batches from <see cref="CompletionQueue"/>.</content>
public sealed partial class Ring
{
    /// <summary>Whether there may be completions that only an enter brings into the queue.</summary>
    private bool HidesCompletions => (Features.Setup & SetupFlags.DeferTaskRun) != 0
        || (SubmissionQueue.Flags & (SubmissionRingFlags.CqOverflow | SubmissionRingFlags.TaskRun)) != 0;

    /// <summary>Takes the oldest completion if there is one, without waiting (<c>io_uring_peek_cqe</c>). A deferred
    /// ring, or one whose completion queue overflowed, is entered to get at what waits there.</summary>
    /// <param name="completion">A copy of the completion.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPeek(out CompletionQueueEntry completion)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (CompletionQueue.ReadyCount == 0)
        {
            if (HidesCompletions)
            {
                Enter(0, 0, EnterFlags.GetEvents);
            }

            if (CompletionQueue.ReadyCount == 0)
            {
                completion = default;
                return false;
            }
        }

        completion = CompletionQueue[0];
        CompletionQueue.Advance(1);
        return true;
    }

    /// <summary>Submits what is reserved and waits for one completion (<c>io_uring_wait_cqe</c>).</summary>
    /// <returns>A copy of the oldest completion.</returns>
    /// <exception cref="RingException">The wait failed with something else than EINTR.</exception>
    public CompletionQueueEntry Wait()
    {
        while (CompletionQueue.ReadyCount == 0)
        {
            int result = SubmitAndWait(1);
            if (result < 0 && result != -Errno.EINTR)
            {
                throw new RingException("io_uring_enter", -result);
            }
        }

        CompletionQueueEntry completion = CompletionQueue[0];
        CompletionQueue.Advance(1);
        return completion;
    }
}
