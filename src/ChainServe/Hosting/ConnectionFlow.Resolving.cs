using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using Uring.Abi;

namespace ChainServe.Hosting;

// From a name to facts, the cold path. Facts come from a descriptor that the jail opened, never from a second walk of
// the path:
// 1. openat2 beneath the root; what cannot be opened becomes facts too (missing, forbidden);
// 2. fstat: only regular files are served;
// 3. a small file is read from that descriptor, and fstat must say the same again: then the bytes belong to the facts,
//    and the response is sent from them;
// 4. a large file is served from that descriptor.
internal sealed partial class ConnectionFlow
{
    private const int AttemptsMax = 8;

    /// <summary>Looks up the path in the connection's buffer.</summary>
    /// <returns>True: the head must be kept.</returns>
    private bool StartResolve(ConnectionId id, ref Connection connection)
    {
        if (connection.IsFileSlotOccupied)
        {
            connection.IsFileSlotOccupied = false;
            CloseChain.PrepareCloseFile(_resources, id);
        }

        if (connection.Attempts >= AttemptsMax)
        {
            // Somebody writes the file faster than it can be read: no answer about it would be true.
            return SendCanned(id, ref connection, CannedResponses.Unavailable);
        }

        Counters.Resolves++;
        connection.Attempts++;
        connection.State = ConnectionState.Resolving;
        connection.HasBodyInBuffer = false;
        connection.InFlight++;
        SetSendDeadline(id);
        ResolveChain.PrepareOpen(_resources, id, connection.Buffer, connection.PathLength);
        return true;
    }

    private void CompleteResolve(ResolveChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        switch (step)
        {
            case ResolveChain.Step.Open:
                connection.InFlight--;
                CompleteOpen(id, ref connection, result);
                break;
            case ResolveChain.Step.Read:
                connection.InFlight--;
                CompleteRead(id, ref connection, result);
                break;
            case ResolveChain.Step.Inspect:
            case ResolveChain.Step.InspectAgain:
                connection.InFlight--;
                CompleteInspect(step, id, ref connection, result);
                break;
            default:
                TailOutcome outcome = ResolveChain.CompleteTail(step, result);
                CompleteTail(
                    ChainKind.Resolve,
                    (byte)step,
                    id,
                    ref connection,
                    result,
                    outcome == TailOutcome.Done ? OutcomeOfClose(connection) : outcome);
                break;
        }
    }

    private void CompleteOpen(ConnectionId id, ref Connection connection, int result)
    {
        switch (ResolveChain.CompleteOpen(result))
        {
            case ResolveOutcome.Opened:
                connection.Descriptor = result;
                Inspect(ResolveChain.Step.Inspect, id, ref connection);
                break;
            case ResolveOutcome.Missing:
                Store(id, ref connection, FileKind.Missing);
                break;
            case ResolveOutcome.Forbidden:
                Store(id, ref connection, FileKind.Forbidden);
                break;
            case ResolveOutcome.NotServed:
                Store(id, ref connection, FileKind.Other);
                break;
            case ResolveOutcome.Retry:
                StartResolve(id, ref connection);
                break;
            case ResolveOutcome.OutOfResources:
                SendCanned(id, ref connection, CannedResponses.Unavailable);
                break;
            default:
                CountUnexpected(ChainKind.Resolve, (byte)ResolveChain.Step.Open, result);
                SendCanned(id, ref connection, CannedResponses.InternalError);
                break;
        }
    }

    private void ReadFromDescriptor(ConnectionId id, ref Connection connection, bool mayWait)
    {
        connection.InFlight++;
        ResolveChain.PrepareRead(
            _resources,
            id,
            connection.Descriptor,
            ReadTarget(connection),
            FileChain.ReadFlags(_resources, mayWait));
    }

    private void CompleteRead(ConnectionId id, ref Connection connection, int result)
    {
        // A read that may not wait ends short where the page cache ends.
        bool isCold = result is -Errno.EAGAIN or -Errno.EOPNOTSUPP || (result >= 0 && result < connection.Stamp.Length);
        if (connection.IsCold && isCold)
        {
            // This was a regular file, so that its file system has spoken; a chain's EOPNOTSUPP may be that of a pipe.
            _resources.IsNoWaitSupported &= result != -Errno.EOPNOTSUPP;
            connection.IsCold = false;
            ReadFromDescriptor(id, ref connection, mayWait: true);
            return;
        }

        if (result < 0)
        {
            CloseDescriptor(id, ref connection);
            ReleaseSnapshot(ref connection);
            CountUnexpected(ChainKind.Resolve, (byte)ResolveChain.Step.Read, result);
            SendCanned(id, ref connection, CannedResponses.InternalError);
            return;
        }

        if (result != connection.Stamp.Length)
        {
            ReadAgain(id, ref connection);
            return;
        }

        Inspect(ResolveChain.Step.InspectAgain, id, ref connection);
    }

    /// <summary>The file changed while it was read: once more from its name.</summary>
    private void ReadAgain(ConnectionId id, ref Connection connection)
    {
        CloseDescriptor(id, ref connection);
        ReleaseSnapshot(ref connection);
        StartResolve(id, ref connection);
    }

    /// <summary>Keeps facts of something that is not a regular file, and goes on with them.</summary>
    private void Store(ConnectionId id, ref Connection connection, FileKind kind)
    {
        ReadOnlySpan<byte> path = PathOf(connection);
        if (_facts.TryGet(path, out FileFacts? known) && known.Kind == kind)
        {
            known.VerifiedAtMilliseconds = _clock.NowMilliseconds;
        }
        else
        {
            known = Store(path, FileFacts.Create(path, kind));
        }

        Continue(id, ref connection, known);
    }

    private FileFacts Store(ReadOnlySpan<byte> path, FileFacts facts)
    {
        if (_facts.TryGet(path, out FileFacts? known))
        {
            _snapshots.Drop(known);
        }

        facts.VerifiedAtMilliseconds = _clock.NowMilliseconds;
        _facts.Set(path, facts);
        return facts;
    }

    /// <summary>Goes on with a request whose candidate is known now.</summary>
    private void Continue(ConnectionId id, ref Connection connection, FileFacts facts)
    {
        if (connection.HasSendFailed)
        {
            // The client is gone meanwhile.
            CloseDescriptor(id, ref connection);
            Close(id, ref connection);
            return;
        }

        Request request = RequestOf(connection, out ReadOnlySpan<byte> head);
        if (IsAnswer(connection, facts))
        {
            AnswerWith(id, ref connection, facts, request, head);
        }
        else if (NextCandidate(ref connection))
        {
            LookUp(id, ref connection, request, head);
        }
        else
        {
            SendCanned(id, ref connection, CannedResponses.NotFound);
        }
    }

    private ReadOnlySpan<byte> PathOf(in Connection connection)
    {
        return _buffers.Path(connection.Buffer)[..(connection.PathLength - 1)];
    }

    private void CloseDescriptor(ConnectionId id, ref Connection connection)
    {
        if (connection.Descriptor != Connection.None)
        {
            ResolveChain.PrepareCloseDescriptor(_resources, id, connection.Descriptor);
            connection.Descriptor = Connection.None;
        }
    }
}
