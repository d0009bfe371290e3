using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>What happens between one request of a chain and the next: <c>io_req_find_next</c>, <c>io_disarm_next</c>,
/// <c>io_fail_links</c>, and link timeouts.</summary>
internal sealed partial class FakeRing
{
    private void QueueNext(FakeRequest request)
    {
        Disarm(request);
        FakeRequest? next = request.Link;
        request.Link = null;
        if (next is not null)
        {
            QueueWork(WorkKind.Submit, next);
        }
    }

    private void Disarm(FakeRequest request)
    {
        bool running = request.HasArmedTimeout;
        if (running || request.WillArmTimeout)
        {
            request.HasArmedTimeout = false;
            request.WillArmTimeout = false;
            FakeRequest? timeout = request.Link;

            // One that has expired already took itself out of the chain.
            if (timeout is { Entry.Opcode: Opcode.LinkTimeout } && (!running || _timers.Remove(timeout)))
            {
                request.Link = timeout.Link;
                timeout.Link = null;
                timeout.Guarded = null;
                timeout.Result = -Errno.ECANCELED;
                QueueWork(WorkKind.Complete, timeout);
            }
        }

        if (request.HasFailed && !request.IsHard)
        {
            FailLinks(request);
        }
    }

    private void FailLinks(FakeRequest request)
    {
        for (FakeRequest? link = request.Link; link is not null; link = link.Link)
        {
            link.Skips = request.SkipsFollowers;
        }

        if (request.Link is not null)
        {
            QueueWork(WorkKind.FailLinks, request.Link);
            request.Link = null;
        }
    }

    private void CompleteCancelled(FakeRequest first)
    {
        FakeRequest? link = first;
        while (link is not null)
        {
            FakeRequest? next = link.Link;
            link.Link = null;
            link.Result = link.HasFailed ? link.Result : -Errno.ECANCELED;
            link.IsLinked = false;
            Complete(link);
            link = next;
        }
    }

    /// <summary>Arms the timeout behind a request, once that was issued: its time counts from here.</summary>
    private void ArmLinkTimeout(FakeRequest request)
    {
        if (!request.WillArmTimeout || request.Link is not { Entry.Opcode: Opcode.LinkTimeout } timeout)
        {
            return;
        }

        request.WillArmTimeout = false;
        request.HasArmedTimeout = true;
        timeout.Guarded = request;
        AddTimer(timeout);
    }

    private void ExpireLinkTimeout(FakeRequest timeout)
    {
        int result = -Errno.ETIME;
        FakeRequest? guarded = timeout.Guarded;
        timeout.Guarded = null;
        if (guarded is not null && InFlight.Contains(guarded))
        {
            // By user data, as the kernel does: another request with the same one may be hit.
            int cancelled = CancelOne(candidate => candidate.Entry.UserData == guarded.Entry.UserData);
            result = cancelled < 0 ? cancelled : result;
        }

        timeout.Result = result;
        timeout.IsLinked = false;
        Complete(timeout);
    }
}
