using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Task work and waiting, as <c>__io_run_local_work</c> and <c>io_cqring_wait</c> do them on a deferred ring:
/// links advance only here.</summary>
internal sealed partial class FakeRing
{
    // IO_LOCAL_TW_DEFAULT_MAX: so much work is done in one go, the rest in the next.
    private const int WorkCountMax = 20;

    private readonly List<(WorkKind Kind, FakeRequest Request)> _work = [];
    private readonly List<FakeRequest> _workers = [];
    private readonly Queue<CompletionQueueEntry> _overflow = new Queue<CompletionQueueEntry>();
    private List<FakeRequest> _completed = [];

    internal int OverflowCount => _overflow.Count;

    internal void QueueWork(WorkKind kind, FakeRequest request)
    {
        request.IsQueued = true;
        _work.Add((kind, request));
    }

    internal void QueueWorker(FakeRequest request)
    {
        request.IsInWorker = true;
        _workers.Add(request);
    }

    /// <summary>What kernel workers do beside the ring's thread; their results are task work.</summary>
    internal void RunWorkers()
    {
        while (_workers.Count > 0)
        {
            FakeRequest request = _workers[0];
            _workers.RemoveAt(0);
            Kernel.Statistics.WorkerCount++;
            Issue outcome = IssueOnce(request);
            ArmLinkTimeout(request);
            if (outcome == Issue.Done)
            {
                QueueWork(WorkKind.Complete, request);
            }
            else
            {
                Park(request, outcome);
            }
        }
    }

    /// <summary>The waiting half of <c>io_uring_enter</c>.</summary>
    /// <returns>0 or -ETIME; throws where a real kernel would sleep for ever.</returns>
    internal int Wait(uint minimum, bool hasSubmitted, long? deadline, long? shortDeadline)
    {
        minimum = Math.Min(minimum, _completionEntries);
        if (hasSubmitted)
        {
            // A call that also submits runs work twice, before and in the wait proper.
            RunWork((int)minimum, WorkCountMax);
        }

        RunWorkers();
        RunWork((int)minimum, WorkCountMax);
        FlushOverflow();
        while (ReadyCount < minimum)
        {
            if (_work.Count > 0)
            {
                RunWork((int)minimum, (int)minimum);
                FlushOverflow();
            }
            else if (_workers.Count > 0)
            {
                RunWorkers();
            }
            else if (!Kernel.Sleep(this, ReadyCount > 0 ? Earlier(deadline, shortDeadline) : deadline))
            {
                return ReadyCount == 0 ? -Errno.ETIME : 0;
            }
        }

        return 0;
    }

    /// <summary>Runs all work there is, as any system call does on a ring that is not deferred.</summary>
    internal void RunAllWork()
    {
        RunWorkers();
        RunWork(int.MaxValue, int.MaxValue);
    }

    /// <summary>A request has ended; its completion is posted with the batch.</summary>
    internal void Complete(FakeRequest request)
    {
        _completed.Add(request);
    }

    /// <summary><c>io_req_defer_failed</c>: ends a request with an error, or with what it had moved before.</summary>
    internal void Fail(FakeRequest request, int result)
    {
        request.Finish(result);
        if (request.MovedCount > 0)
        {
            request.Result = request.MovedCount;
        }

        Complete(request);
    }

    private static long? Earlier(long? first, long? second)
    {
        return first is null || second < first ? second ?? first : first;
    }

    private void RunWork(int minimum, int maximum)
    {
        maximum = Math.Max(maximum, minimum);
        int ran = 0;
        while (true)
        {
            minimum -= ran;
            ran = Math.Min(_work.Count, maximum);
            List<(WorkKind Kind, FakeRequest Request)> batch = _work.GetRange(0, ran);
            _work.RemoveRange(0, ran);
            foreach ((WorkKind kind, FakeRequest request) in batch)
            {
                request.IsQueued = false;
                Run(kind, request);
            }

            if (_work.Count > 0 && ran < minimum)
            {
                continue;
            }

            Flush();
            if (_work.Count == 0 || ran >= minimum)
            {
                return;
            }
        }
    }

    private void Run(WorkKind kind, FakeRequest request)
    {
        switch (kind)
        {
            case WorkKind.Submit:
                Start(request);
                break;
            case WorkKind.Poll when !request.IsCancelled:
                RunPolled(request);
                break;
            case WorkKind.Poll:
            case WorkKind.Cancelled:
                _parked.Remove(request);
                Fail(request, -Errno.ECANCELED);
                break;
            case WorkKind.Complete:
                Complete(request);
                break;
            case WorkKind.LinkTimeout:
                ExpireLinkTimeout(request);
                break;
            case WorkKind.FailLinks:
                CompleteCancelled(request);
                break;
        }
    }

    /// <summary>Posts the batch, then starts what was linked behind it.</summary>
    private void Flush()
    {
        while (_completed.Count > 0)
        {
            List<FakeRequest> batch = _completed;
            _completed = [];
            foreach (FakeRequest request in batch)
            {
                if (!request.Skips)
                {
                    Post(request);
                }
            }

            foreach (FakeRequest request in batch)
            {
                InFlight.Remove(request);
                if (request.IsLinked)
                {
                    QueueNext(request);
                }

                request.File?.Drop();
                request.File = null;
            }
        }
    }

    private void Post(FakeRequest request)
    {
        CompletionQueueEntry completion = new CompletionQueueEntry
        {
            UserData = request.Entry.UserData,
            Result = request.Result,
            Flags = request.ResultFlags,
        };
        Kernel.Statistics.CompletionCount++;
        Kernel.Statistics.Posted?.Invoke(completion);

        // Order matters more than room: as long as anything waits outside, everything new queues behind it.
        if (_overflow.Count > 0 || !TryPut(completion))
        {
            _overflow.Enqueue(completion);
            SetOverflowFlag(true);
        }
    }

    private void FlushOverflow()
    {
        while (_overflow.TryPeek(out CompletionQueueEntry completion) && TryPut(completion))
        {
            _overflow.Dequeue();
        }

        SetOverflowFlag(_overflow.Count > 0);
    }
}
