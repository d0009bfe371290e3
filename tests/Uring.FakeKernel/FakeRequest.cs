using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>struct io_kiocb</c>.</summary>
internal sealed class FakeRequest
{
    internal FakeRequest(FakeRing ring, in SubmissionQueueEntry entry)
    {
        Ring = ring;
        Entry = entry;
        Skips = (entry.Flags & SubmissionFlags.SkipSuccess) != 0;
        IsHard = (entry.Flags & SubmissionFlags.HardLink) != 0;
        IsLinked = (entry.Flags & (SubmissionFlags.Link | SubmissionFlags.HardLink)) != 0;
    }

    internal FakeRing Ring { get; }

    internal SubmissionQueueEntry Entry;

    internal bool IsHard { get; set; }

    internal bool IsLinked { get; set; }

    /// <summary>No completion.</summary>
    internal bool Skips { get; set; }

    /// <summary>No completions for what follows either: the request failed and had the skip flag.</summary>
    internal bool SkipsFollowers { get; private set; }

    internal bool HasFailed { get; private set; }

    internal FakeRequest? Link { get; set; }

    /// <summary>The next one is a link timeout that is not armed yet (REQ_F_ARM_LTIMEOUT).</summary>
    internal bool WillArmTimeout { get; set; }

    /// <summary>The next one is a link timeout that runs (REQ_F_LINK_TIMEOUT).</summary>
    internal bool HasArmedTimeout { get; set; }

    /// <summary>Of a link timeout: what it guards, as long as both run.</summary>
    internal FakeRequest? Guarded { get; set; }

    /// <summary>The file, pinned from the first issue to the completion.</summary>
    internal OpenFile? File { get; set; }

    internal PollEvents WaitsFor { get; set; }

    internal bool WasPolled { get; set; }

    internal bool IsCancelled { get; set; }

    internal bool IsQueued { get; set; }

    internal bool IsInWorker { get; set; }

    /// <summary>Its stall has begun, and perhaps ended.</summary>
    internal bool HasStalled { get; set; }

    internal Fault? Fault { get; set; }

    /// <summary>Bytes that a request with MSG_WAITALL has moved so far.</summary>
    internal int MovedCount { get; set; }

    internal int Result { get; set; }

    internal CompletionFlags ResultFlags { get; set; }

    /// <summary>When a timeout expires, or a stall ends.</summary>
    internal long Deadline { get; set; }

    internal string Path { get; set; } = "";

    internal OpenHow How { get; set; }

    internal KernelTimespec Time { get; set; }

    internal IoVector[] Vectors { get; set; } = [];

    internal MessageFlags MessageFlags => (MessageFlags)Entry.OperationFlags;

    internal bool WaitsForAll => (MessageFlags & MessageFlags.WaitAll) != 0;

    internal void MarkFailed()
    {
        HasFailed = true;
        if (Skips)
        {
            Skips = false;
            SkipsFollowers = true;
        }
    }

    /// <summary>Done with a result that the kernel does not look at: shutdown and statx break no link, and with the
    /// skip flag their error posts nothing.</summary>
    internal Issue FinishUnlooked(int result)
    {
        Result = result;
        return Issue.Done;
    }

    /// <summary>Done with a result; below zero it has failed.</summary>
    internal Issue Finish(int result, bool failed = false)
    {
        Result = result;
        if (result < 0 || failed)
        {
            MarkFailed();
        }

        return Issue.Done;
    }
}
