using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using ChainServe.Files;
using ChainServe.Http;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Hosting;

/// <summary>
/// The state machine of the connections of one worker, and the only place that decides what comes next. A completion
/// comes in, its chain says how it ended, and the flow prepares the next chain; all of them are submitted together when
/// the batch is through (sooner only when the submission queue is full, and never a part of a chain).
/// <code>
/// Accepting → Receiving → Resolving → Responding → Receiving …
///                 └──────────────┴→ Draining → Closing → Free
/// </code>
/// The parts: Receiving (bytes to requests), Requests (request to file), Resolving (name to facts), Responding (facts
/// to chain), Splicing and Measuring (long bodies), Sweeping (deadlines), Closing (ends).
/// </summary>
internal sealed partial class ConnectionFlow
{
    private const int AcceptPauseMilliseconds = 50;
    private const long FileErrorMilliseconds = 10_000;

    private readonly ChainResources _resources;
    private readonly ListenerSet _listeners;
    private readonly ResponseBuffers _buffers;
    private readonly ConnectionTable _table;
    private readonly FactsTable[] _facts;
    private readonly SnapshotStore _snapshots;
    private readonly FlowOptions _options;
    private readonly SiteTable _sites;
    private readonly WorkerClock _clock;
    private readonly PipePool _pipes;
    private readonly JobQueue _jobs;
    private readonly ServerLog _log;
    private readonly byte[] _head = new byte[ResponseBuffers.HeadLengthMax];
    private long _acceptsPausedUntil;
    private long _fileErrorToldAt = -FileErrorMilliseconds;
    private bool _isStopping;
    private bool _isGentle;
    private bool _isAborting;

    internal ConnectionFlow(
        ChainResources resources,
        ListenerSet listeners,
        ConnectionTable table,
        FactsTable[] facts,
        SnapshotStore snapshots,
        PipePool pipes,
        JobQueue jobs,
        AccessLog? accessLog,
        ClientCounts? clients,
        FlowOptions options,
        SiteTable sites,
        WorkerClock clock,
        WorkerCounters counters,
        ServerLog log)
    {
        _resources = resources;
        _listeners = listeners;
        _buffers = resources.ResponseBuffers;
        _table = table;
        _facts = facts;
        _snapshots = snapshots;
        _pipes = pipes;
        _jobs = jobs;
        _accessLog = accessLog;
        _clients = clients;
        _options = options;
        _ranges = new ByteSpan[Math.Max(1, options.Limits.RangesMax)];
        _sites = sites;
        _clock = clock;
        _log = log;
        Counters = counters;
    }

    internal WorkerCounters Counters { get; }

    /// <summary>Whether every slot is free and every pipe back: nothing is left in the kernel.</summary>
    internal bool IsIdle => _table.UsedCount == 0 && _pipes.EmptyingCount == 0;

    /// <summary>Whether accepts wait for clients.</summary>
    internal bool HasArmedAccepts => _listeners.ArmedCount > 0;

    /// <summary>Whether time matters: a client is connected, or accepting pauses.</summary>
    internal bool NeedsTimer => _table.UsedCount > _listeners.ArmedCount
        || _acceptsPausedUntil > _clock.NowMilliseconds;

    /// <summary>Arms accept chains up to their number. Called once per turn, after the batch.</summary>
    internal void ArmAccepts()
    {
        if (!_isStopping)
        {
            ArmMissingAccepts();
        }
    }

    private void ArmMissingAccepts()
    {
        if (_clock.NowMilliseconds < _acceptsPausedUntil)
        {
            return;
        }

        while (_listeners.WantsMore)
        {
            if (!_table.TryTake(out int slot))
            {
                CountFull();
                return;
            }

            _isFull = false;
            ref Connection connection = ref _table[slot];
            connection.State = ConnectionState.Accepting;
            connection.InFlight = 1;
            int listener = _listeners.Arm(out connection.Listener);
            AcceptChain.Prepare(_resources, listener, new ConnectionId(slot, connection.Generation));
        }
    }

    /// <summary>Acts on one completion.</summary>
    internal void Complete(in CompletionQueueEntry completion)
    {
        UserData data = new UserData(completion.UserData);
        if (data.Kind == ChainKind.Detached)
        {
            CompleteDetached((DetachedStep)data.Step, completion.Result);
            return;
        }

        if (data.Kind == ChainKind.Pipe)
        {
            CompleteEmptying(data.Slot, completion.Result);
            return;
        }

        ConnectionId id = new ConnectionId(data.Slot, data.Generation);
        ref Connection connection = ref _table[data.Slot];
        Invariant.Require(
            connection.Generation == data.Generation, "a slot is not reused while a chain of it is in flight");
        int result = completion.Result;
        switch (data.Kind)
        {
            case ChainKind.Accept:
                CompleteAccept((AcceptChain.Step)data.Step, id, ref connection, completion);
                break;
            case ChainKind.Receive:
                CompleteReceive(id, ref connection, completion);
                break;
            case ChainKind.Resolve:
                CompleteResolve((ResolveChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.File:
                CompleteFile((FileChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.CheckedFile:
                CompleteCheckedFile((CheckedFileChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.Chunk:
                CompleteChunk((ChunkChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.Splice:
                CompleteSplice((SpliceChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.Canned:
                CompleteCanned((CannedChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.Gate:
                CompleteGate((GateChain.Step)data.Step, id, ref connection, result);
                break;
            case ChainKind.Close:
                CompleteClose((CloseChain.Step)data.Step, id, ref connection, result);
                break;
            default:
                Invariant.Fail("every completion belongs to a chain kind");
                break;
        }
    }

    private void CompleteAccept(
        AcceptChain.Step step,
        ConnectionId id,
        ref Connection connection,
        in CompletionQueueEntry completion)
    {
        if (step == AcceptChain.Step.Receive)
        {
            if (connection.State == ConnectionState.Accepting)
            {
                // The accept failed, and its receive was cancelled with it.
                connection.InFlight--;
                _table.Free(id.Slot);
                return;
            }

            CompleteReceive(id, ref connection, completion);
            return;
        }

        _listeners.Disarm(connection.Listener);
        AcceptOutcome outcome = AcceptChain.Complete(completion.Result);
        switch (outcome)
        {
            case AcceptOutcome.Accepted:
                connection.State = ConnectionState.Receiving;
                connection.IsReceiveArmed = true;
                connection.IsReceiveOfAccept = true;
                connection.HeadDeadline = _clock.NowMilliseconds + HeadMilliseconds;
                _table.SetDeadline(id.Slot, connection.HeadDeadline);
                Counters.Connections++;
                Admit(id, ref connection);
                break;
            case AcceptOutcome.ClientGone:
            case AcceptOutcome.Canceled:
                break;
            case AcceptOutcome.OutOfResources:
                Counters.AcceptPauses++;
                Counters.Pass(LimitKind.OpenFiles);
                _acceptsPausedUntil = _clock.NowMilliseconds + AcceptPauseMilliseconds;
                break;
            default:
                CountUnexpected(ChainKind.Accept, (byte)step, completion.Result);
                _acceptsPausedUntil = _clock.NowMilliseconds + AcceptPauseMilliseconds;
                break;
        }
    }

    private void CompleteDetached(DetachedStep step, int result)
    {
        // A cancel may come too late, or find its slot empty; nobody waits for it.
        if (step == DetachedStep.Cancel && result is (-Errno.ENOENT or -Errno.EALREADY or -Errno.EBADF))
        {
            return;
        }

        if (step == DetachedStep.Close && result is not (-Errno.EBADF or -Errno.EINVAL))
        {
            // The file is closed; what its file system said of it comes too late for anybody.
            return;
        }

        CountUnexpected(ChainKind.Detached, (byte)step, result);
    }

    /// <summary>Counts what a disk or its file system failed. Told once in a while: a broken disk must not fill the log
    /// of a whole one.</summary>
    private void CountFileError(ChainKind kind, byte step, int result)
    {
        Counters.FileErrors++;
        if (_clock.NowMilliseconds - _fileErrorToldAt >= FileErrorMilliseconds)
        {
            _fileErrorToldAt = _clock.NowMilliseconds;
            _log.Warning(
                $"a file cannot be read: chain {kind}, step {step}, errno {-result}; {Counters.FileErrors} so far");
        }
    }

    private void CountUnexpected(ChainKind kind, byte step, int result)
    {
        Counters.Unexpected++;
        if (_log.IsEnabled(Configuration.LogLevel.Warning))
        {
            _log.Warning($"unexpected completion: chain {kind}, step {step}, result {result}");
        }
    }

    private Span<byte> ReceivedBytes(in CompletionQueueEntry completion)
    {
        return _resources.ReceiveBuffers.Bytes(new BufferIndex(completion.BufferId), completion.Result);
    }
}
