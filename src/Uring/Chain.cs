using System.Runtime.CompilerServices;
using Uring.Abi;

namespace Uring;

/// <summary>
/// A chain: entries that the kernel walks one behind the other, without asking the application in between. All entries
/// are reserved together, so that no chain crosses a submission (a cut chain is two chains), and this type alone sets
/// the link and skip flags.
/// </summary>
/// <remarks>
/// A step links softly by default: a step that fails, or reads or sends less than asked, ends the chain, and the rest
/// is cancelled. A skipped step posts no completion when it succeeds, so a chain of <see cref="Next"/> steps and one
/// <see cref="Last"/> posts exactly one: the last one's, or that of the step where it broke. Needs
/// <c>IORING_FEAT_CQE_SKIP</c> (5.17). Source: man io_uring_linked_requests(7), io_uring_enter(2).
/// </remarks>
public ref struct Chain
{
    private readonly SubmissionQueue _queue;
    private int _left;

    internal Chain(SubmissionQueue queue, int length)
    {
        _queue = queue;
        _left = length;
    }

    /// <summary>A step that stays silent on success and whose success starts the next one.</summary>
    /// <param name="userData">Comes back in the completion when the chain breaks here.</param>
    /// <returns>The entry to prepare, all zero but for flags and user data.</returns>
    public ref SubmissionQueueEntry Next(ulong userData)
    {
        return ref Step(userData, SubmissionFlags.Link | SubmissionFlags.SkipSuccess);
    }

    /// <summary>A step that posts its completion and whose success starts the next one.</summary>
    /// <param name="userData">Comes back in the completion.</param>
    /// <returns>The entry to prepare.</returns>
    public ref SubmissionQueueEntry NextReporting(ulong userData)
    {
        return ref Step(userData, SubmissionFlags.Link);
    }

    /// <summary>A step that stays silent on success and behind which the next one runs in any case: for a send in
    /// front of a close, never for an open or a read (a short read would send garbage).</summary>
    /// <param name="userData">Comes back in a completion when this step fails; the chain goes on.</param>
    /// <returns>The entry to prepare.</returns>
    public ref SubmissionQueueEntry NextHard(ulong userData)
    {
        return ref Step(userData, SubmissionFlags.HardLink | SubmissionFlags.SkipSuccess);
    }

    /// <summary>The last step: it always posts its completion.</summary>
    /// <param name="userData">Comes back in the completion.</param>
    /// <returns>The entry to prepare.</returns>
    public ref SubmissionQueueEntry Last(ulong userData)
    {
        Invariant.Require(_left == 1, "the last step of a chain must be its last reserved entry");
        return ref Step(userData, SubmissionFlags.None);
    }

    /// <summary>A last step that stays silent on success, such as the timeout behind a receive.</summary>
    /// <param name="userData">Comes back when it fails; a cancelled or expired link timeout with this flag posts
    /// nothing.</param>
    /// <returns>The entry to prepare.</returns>
    public ref SubmissionQueueEntry LastSilent(ulong userData)
    {
        Invariant.Require(_left == 1, "the last step of a chain must be its last reserved entry");
        return ref Step(userData, SubmissionFlags.SkipSuccess);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref SubmissionQueueEntry Step(ulong userData, SubmissionFlags flags)
    {
        // A link on the last entry would reach for whatever is submitted next, and sends the head to a kernel worker.
        bool links = (flags & (SubmissionFlags.Link | SubmissionFlags.HardLink)) != 0;
        Invariant.Require(!links || _left > 1, "the last step of a chain links to nothing: use Last");
        _left--;
        ref SubmissionQueueEntry entry = ref _queue.ReserveStep();
        entry.Flags = flags;
        entry.UserData = userData;
        return ref entry;
    }
}
