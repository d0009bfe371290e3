using System;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Files;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Hosting;

/// <summary>
/// One worker: one ring, its listeners, its own connections, facts and buffers; nothing is shared on the request path.
/// Made, run and disposed on one thread, because its ring belongs to that thread. A turn of its loop is one system
/// call, or none with --poll: submit what the last batch prepared, wait, take the whole batch.
/// </summary>
internal sealed partial class Worker : IDisposable
{
    private const int SweepMilliseconds = 250;
    private const int EarlySweepMilliseconds = 5;
    private const uint SubmissionEntries = 4096;
    private const uint CompletionEntries = 16384;
    private const int ReceiveBufferCount = 1024;
    private const int ReceiveBufferLength = 4096;

    private static readonly ulong WakeData = UserData.Of(ChainKind.Wake, 0, default);

    private readonly WorkerSettings _settings;
    private readonly Ring _ring;
    private readonly BusyWait? _busyWait;
    private readonly WakeEvent _wake;
    private readonly BufferRing _receiveBuffers;
    private readonly ResponseBuffers _responseBuffers;
    private readonly ChainResources _resources;
    private readonly WorkerClock _clock;
    private readonly FactsTable[] _facts;
    private readonly SnapshotStore _snapshots;
    private readonly PipePool _pipes;
    private readonly AccessLog? _accessLog;
    private readonly ListenerSet _listeners;
    private readonly ConnectionFlow _flow;
    private readonly LimitReport _limitReport = new LimitReport();
    private long _nextSweep;
    private bool _isWakeArmed;
    private volatile bool _stopRequested;

    private Worker(WorkerSettings settings, Ring ring)
    {
        _settings = settings;
        _ring = ring;
        _busyWait = settings.Flow.Polls ? new BusyWait(ring) : null;
        _wake = WakeEvent.Create(settings.Kernel);
        FixedFileTable.Register(ring, 2 * settings.Connections);
        _receiveBuffers = BufferRing.Register(
            ring, ChainResources.ReceiveGroup, ReceiveBufferCount, ReceiveBufferLength);
        _responseBuffers = new ResponseBuffers(settings.Connections);
        _resources = new ChainResources(
            ring, settings.Connections, _receiveBuffers, _responseBuffers)
        {
            ClientAddresses = settings.WantsAddresses ? new ClientAddresses(settings.Connections) : null,
        };
        _clock = new WorkerClock(settings.Time);
        _accessLog = settings.AccessLog is { } log
            ? new AccessLog(log.Open(), log.Format, _resources.ClientAddresses!, _clock, settings.Log)
            : null;
        LimitsOptions limits = settings.Flow.Limits;
        _facts = MakeFacts(limits.FactsPerWorker, settings.Sites.Count);
        _snapshots = new SnapshotStore(limits.CannedBytesPerWorker, limits.CannedFileBytesMax);
        _pipes = PipePool.Create(settings.Kernel, settings.Connections);
        _listeners = new ListenerSet(settings.Listeners);
        _flow = new ConnectionFlow(
            _resources,
            _listeners,
            new ConnectionTable(settings.Connections),
            _facts,
            _snapshots,
            _pipes,
            new JobQueue(() => _wake.Signal(), settings.RunJob),
            _accessLog,
            settings.Clients,
            settings.Flow,
            settings.Sites,
            _clock,
            new WorkerCounters(),
            settings.Log);
        settings.Pulse?.Attach(() => _wake.Signal());
    }

    internal WorkerCounters Counters
    {
        get
        {
            _flow.Counters.Enters = _ring.EnterCount;
            _flow.Counters.LostLogLines = _accessLog?.LostLines ?? 0;
            _flow.Counters.FactsHits = 0;
            _flow.Counters.FactsMisses = 0;
            foreach (FactsTable facts in _facts)
            {
                _flow.Counters.FactsHits += facts.Hits;
                _flow.Counters.FactsMisses += facts.Misses;
            }

            return _flow.Counters;
        }
    }

    /// <summary>Whether nothing of this worker is left in the kernel but its wake event.</summary>
    internal bool IsIdle => _flow.IsIdle;

    /// <summary>Pipes that long bodies go through; none where the kernel gives none.</summary>
    internal int PipeCount => _pipes.Count;

    /// <summary>Makes a worker on the calling thread. Nothing is accepted before its first turn.</summary>
    /// <exception cref="RingException">The ring, or what it registers, was refused.</exception>
    internal static Worker Create(WorkerSettings settings)
    {
        Ring ring = RingStart.Create(
            settings.Kernel,
            SubmissionEntries,
            CompletionEntries,
            settings.Flow.Polls,
            isRestricted: settings.EnterSandbox is not null);
        try
        {
            return new Worker(settings, ring);
        }
        catch
        {
            ring.Dispose();
            throw;
        }
    }

    /// <summary>Turns until it is stopped and every connection has ended, or the grace period is over.</summary>
    internal void Run()
    {
        while (!_stopRequested)
        {
            Turn();
        }

        Stop();
    }

    /// <summary>Puts another file in place of the access log's. From any thread.</summary>
    internal void ReplaceAccessLog(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        _accessLog?.Replace(file);
        _wake.Signal();
    }

    /// <summary>One turn of the loop: submit and wait, then the whole batch.</summary>
    internal void Turn()
    {
        if (!_isWakeArmed)
        {
            _isWakeArmed = true;
            _wake.PrepareWait(ref _ring.Next(WakeData));
        }

        _flow.ArmAccepts();
        _accessLog?.Flush(_ring, isLast: _stopRequested);
        int result = _busyWait is null ? Sleep() : Look(_busyWait);
        bool goesOn = result is >= 0 or -Errno.EINTR or -Errno.ETIME or -Errno.EAGAIN or -Errno.EBUSY;
        if (!goesOn)
        {
            throw new RingException("io_uring_enter", -result);
        }

        _clock.Update();
        if (_busyWait is not null && _ring.CompletionQueue.ReadyCount > 0)
        {
            _busyWait.Extend(_clock.NowMilliseconds);
        }

        Drain();
        _flow.CompleteJobs();
        long early = _flow.WantsSweep ? SweepMilliseconds - EarlySweepMilliseconds : 0;
        if (_clock.NowMilliseconds >= _nextSweep - early)
        {
            _nextSweep = _clock.NowMilliseconds + SweepMilliseconds;
            _flow.Sweep();
            _limitReport.Tick(_flow.Counters, _clock.NowMilliseconds, _settings.Log);
        }

        _settings.Pulse?.Turned();
    }

    /// <summary>Asks the worker to stop. From any thread.</summary>
    internal void RequestStop()
    {
        _stopRequested = true;
        _wake.Signal();
    }

    /// <summary>Closes the ring, and frees the memory when the kernel holds nothing of it.</summary>
    public void Dispose()
    {
        _settings.Pulse?.Detach();
        _flow.Abandon();
        _ring.Dispose();
        if (!_flow.IsIdle || _accessLog is { IsWriting: true })
        {
            // The kernel ends what is in flight some time after the ring is gone, and may write until then: memory that
            // is lost now is better than memory that is written later. Files it holds itself.
            _pipes.Abandon();
            _accessLog?.Abandon();
            _wake.Abandon();
            return;
        }

        _receiveBuffers.Dispose();
        _responseBuffers.Dispose();
        _snapshots.Dispose();
        _pipes.Dispose();
        _accessLog?.Dispose();
        _resources.Dispose();
        _wake.Dispose();
    }

    // Each site has its own, since the same path is another file in each; together they hold what one would.
    private static FactsTable[] MakeFacts(int capacity, int siteCount)
    {
        const int CapacityMin = 64;
        FactsTable[] tables = new FactsTable[siteCount];
        for (int site = 0; site < siteCount; site++)
        {
            tables[site] = new FactsTable(Math.Min(capacity, Math.Max(capacity / siteCount, CapacityMin)));
        }

        return tables;
    }

    private int Sleep()
    {
        bool needsLog = _accessLog is { NeedsTimer: true };
        bool needsTimer = needsLog || _flow.NeedsTimer || _stopRequested;
        int timer = _flow.WantsSweep ? EarlySweepMilliseconds
            : needsLog ? AccessLog.DelayMilliseconds
            : SweepMilliseconds;
        return needsTimer ? _ring.SubmitAndWait(1, timer) : _ring.SubmitAndWait(1);
    }

    private int Look(BusyWait busyWait)
    {
        int result = busyWait.Look();
        return result == 0 && busyWait.IsOver(_clock.NowMilliseconds) ? Sleep() : result;
    }

    private void Drain()
    {
        CompletionQueue queue = _ring.CompletionQueue;
        for (uint count = queue.ReadyCount; count > 0; count = queue.ReadyCount)
        {
            for (uint index = 0; index < count; index++)
            {
                ref readonly CompletionQueueEntry completion = ref queue[index];
                if (completion.UserData == WakeData)
                {
                    _isWakeArmed = false;
                }
                else if (completion.UserData == LogChain.Data)
                {
                    _accessLog!.Complete(completion.Result);
                }
                else
                {
                    _flow.Complete(completion);
                }
            }

            queue.Advance(count);
        }
    }
}
