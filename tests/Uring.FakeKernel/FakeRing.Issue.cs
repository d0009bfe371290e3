using System;
using System.Collections.Generic;
using System.Linq;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Issuing a request, waiting for its file, timers, and cancelling.</summary>
internal sealed partial class FakeRing
{
    private readonly List<FakeRequest> _parked = [];
    private readonly List<FakeRequest> _timers = [];
    private readonly List<FakeRequest> _stalled = [];

    /// <summary>When the next timer of this ring expires, or the next stall ends.</summary>
    internal long? NextDeadline => _timers.Count + _stalled.Count == 0
        ? null
        : _timers.Concat(_stalled).Min(request => request.Deadline);

    /// <summary>Requests that a stall holds.</summary>
    internal int StalledCount => _stalled.Count;

    /// <summary>Timers whose time has come become task work.</summary>
    internal void ExpireTimers(long now)
    {
        foreach (FakeRequest timer in _timers.Where(timer => timer.Deadline <= now)
            .OrderBy(timer => timer.Deadline).ToArray())
        {
            _timers.Remove(timer);
            if (timer.Entry.Opcode == Opcode.LinkTimeout)
            {
                if (timer.Guarded is { } guarded && guarded.Link == timer)
                {
                    guarded.Link = timer.Link;
                    timer.Link = null;
                }

                QueueWork(WorkKind.LinkTimeout, timer);
                continue;
            }

            bool success = (timer.Entry.OperationFlags & (uint)TimeoutFlags.ExpirySuccess) != 0;
            timer.Result = -Errno.ETIME;
            if (!success)
            {
                timer.MarkFailed();
            }

            QueueWork(WorkKind.Complete, timer);
        }

        foreach (FakeRequest request in _stalled.Where(request => request.Deadline <= now).ToArray())
        {
            _stalled.Remove(request);
            QueueWorker(request);
        }
    }

    internal void AddTimer(FakeRequest timer)
    {
        long time = (timer.Time.Seconds * 1_000_000_000) + timer.Time.Nanoseconds;
        bool absolute = (timer.Entry.OperationFlags & (uint)TimeoutFlags.Absolute) != 0;
        timer.Deadline = absolute ? time : Kernel.NowNanoseconds + time;
        _timers.Add(timer);
    }

    /// <summary>Cancels the first match, the latest request first.</summary>
    /// <returns>0, or -ENOENT: nothing runs that matches.</returns>
    internal int CancelOne(Func<FakeRequest, bool> match)
    {
        FakeRequest? worker = _workers.LastOrDefault(match);
        if (worker is not null)
        {
            _workers.Remove(worker);
            QueueWork(WorkKind.Cancelled, worker);
            return 0;
        }

        FakeRequest? parked = _parked.LastOrDefault(request => !request.IsCancelled && match(request));
        if (parked is not null)
        {
            parked.IsCancelled = true;
            parked.File?.Waits.Remove(parked);
            if (!parked.IsQueued)
            {
                QueueWork(WorkKind.Cancelled, parked);
            }

            return 0;
        }

        FakeRequest? timer = _timers.LastOrDefault(
            request => request.Entry.Opcode == Opcode.Timeout && match(request));
        if (timer is not null)
        {
            _timers.Remove(timer);
            QueueWork(WorkKind.Cancelled, timer);
            return 0;
        }

        return -Errno.ENOENT;
    }

    /// <summary>What still runs, for messages.</summary>
    internal string DescribeInFlight()
    {
        return string.Join(", ", InFlight.Select(
            request => $"{request.Entry.Opcode} (user data {request.Entry.UserData:x})"));
    }

    private void Start(FakeRequest request)
    {
        if ((request.Entry.Flags & SubmissionFlags.Async) != 0 && !request.IsInWorker)
        {
            QueueWorker(request);
            return;
        }

        Issue outcome = IssueOnce(request);
        ArmLinkTimeout(request);
        if (outcome == Issue.Done)
        {
            Complete(request);
        }
        else
        {
            Park(request, outcome);
        }
    }

    private Issue IssueOnce(FakeRequest request)
    {
        if (request.Fault is null)
        {
            request.Fault = Kernel.Faults.Find(request.Entry);
            Kernel.Statistics.Count(request.Entry.Opcode);
        }

        if (!TryAssignFile(request))
        {
            return request.Finish(-Errno.EBADF);
        }

        return request.Fault.Value.Kind switch
        {
            FaultKind.Fail when request.Entry.Opcode is Opcode.Shutdown or Opcode.Statx =>
                request.FinishUnlooked(request.Fault.Value.Value),
            FaultKind.Fail => Fail(request),
            FaultKind.Hang => Issue.Parked,
            FaultKind.Stall when !request.HasStalled => Issue.Stalled,
            _ => Operation.Issue(request),
        };
    }

    private static Issue Fail(FakeRequest request)
    {
        if (request.Entry.Opcode == Opcode.Close)
        {
            // man 2 close: the descriptor is gone, also when what the file system held back until then is an error.
            Operation.Issue(request);
        }

        return request.Finish(request.Fault!.Value.Value);
    }

    private bool TryAssignFile(FakeRequest request)
    {
        if (request.File is not null || !Operation.NeedsFile(request.Entry))
        {
            return true;
        }

        OpenFile? file = Operation.NamesSlot(request.Entry)
            ? SlotAt(request.Entry.FileDescriptor)
            : Kernel.FileAt(request.Entry.FileDescriptor);
        request.File = file?.Hold();
        return file is not null;
    }

    internal OpenFile? SlotAt(int slot)
    {
        return Slots is not null && slot >= 0 && slot < Slots.Length ? Slots[slot] : null;
    }

    private void Park(FakeRequest request, Issue outcome)
    {
        switch (outcome)
        {
            case Issue.Worker:
                QueueWorker(request);
                return;
            case Issue.Stalled:
                request.HasStalled = true;
                request.Deadline = Kernel.NowNanoseconds + (request.Fault!.Value.Value * 1_000_000L);
                _stalled.Add(request);
                return;
            case Issue.Parked:
                if (request.Entry.Opcode != Opcode.Timeout || request.Fault?.Kind == FaultKind.Hang)
                {
                    _parked.Add(request);
                }

                return;
        }

        request.WasPolled = true;
        if (request.Entry.Opcode != Opcode.PollAdd)
        {
            request.WaitsFor = outcome == Issue.WaitReadable
                ? PollEvents.In | PollEvents.ReadHangUp
                : PollEvents.Out; // On Linux a FIN ends this wait too: the send goes on waiting in a worker.
        }

        _parked.Add(request);
        PollEvents ready = request.File!.Poll();
        if ((ready & (request.WaitsFor | PollEvents.Error | PollEvents.HangUp)) != 0)
        {
            QueueWork(WorkKind.Poll, request);
        }
        else
        {
            request.File.Waits.Add(request);
        }
    }

    private void RunPolled(FakeRequest request)
    {
        _parked.Remove(request);
        Issue outcome = IssueOnce(request);
        if (outcome == Issue.Done)
        {
            Complete(request);
        }
        else
        {
            Park(request, outcome);
        }
    }
}
