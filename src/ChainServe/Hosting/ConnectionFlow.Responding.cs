using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Responses;
using Uring;
using Uring.Abi;

namespace ChainServe.Hosting;

// From facts to a chain, and from its completions to what comes next. The methods that return a bool say whether the
// head must be kept, because the request is not finished without another look at it.
internal sealed partial class ConnectionFlow
{
    /// <summary>An answer without a file.</summary>
    private bool SendCanned(ConnectionId id, ref Connection connection, CannedResponse canned)
    {
        int length = canned.Write(
            _buffers.Answer(connection.Buffer),
            _clock.Date,
            connection.KeepAlive,
            connection.Version,
            omitBody: connection.Method == Http.HttpMethod.Head);
        return SendAnswer(id, ref connection, length);
    }

    private bool SendAnswer(ConnectionId id, ref Connection connection, int length)
    {
        Invariant.Require(length > 0, "an answer without a file fits into its buffer");
        connection.HeadLength = length;
        Respond(id, ref connection);
        CannedChain.Prepare(
            _resources, id, _buffers.Answer(connection.Buffer)[..length], connection.ClosesSocket);
        return false;
    }

    /// <summary>Answers with the file of the connection's facts and plan.</summary>
    private bool SendFile(ConnectionId id, ref Connection connection)
    {
        FileFacts facts = connection.Facts!;
        if (!connection.Plan.SendsBody)
        {
            CloseDescriptor(id, ref connection);
            return SendAnswer(id, ref connection, WriteHead(connection, _buffers.Answer(connection.Buffer)));
        }

        if (facts.Length > ResponseBuffers.BodyLength)
        {
            if (connection.Descriptor == Connection.None)
            {
                return StartResolve(id, ref connection);
            }

            SendFirstChunks(id, ref connection);
            return false;
        }

        int start = (int)connection.Plan.Offset;
        int count = (int)connection.Plan.Count;
        if (connection.HasBodyInBuffer)
        {
            PlaceHead(ref connection, start);
            Respond(id, ref connection);
            int descriptor = connection.Descriptor;
            connection.Descriptor = Connection.None;
            ResolveChain.PrepareSend(
                _resources,
                id,
                descriptor,
                _buffers.Response(connection.Buffer, connection.HeadLength, start, count),
                connection.ClosesSocket);
            return false;
        }

        SendFromPath(id, ref connection);
        return false;
    }

    /// <summary>The whole chain, or the first half of the checked one, from the path in the buffer.</summary>
    private void SendFromPath(ConnectionId id, ref Connection connection)
    {
        FileRequest request = new FileRequest
        {
            Id = id,
            Buffer = connection.Buffer,
            PathLength = connection.PathLength,
            IsCold = connection.IsCold,
        };
        if (_site.IsImmutable)
        {
            PlaceHead(ref connection, 0);
            Respond(id, ref connection);
            FileChain.Prepare(
                _resources,
                request,
                connection.HeadLength,
                connection.Plan.Offset,
                (int)connection.Plan.Count,
                connection.ClosesSocket);
        }
        else
        {
            Respond(id, ref connection);
            CheckedFileChain.PrepareRead(_resources, request, (int)connection.Facts!.Length);
        }
    }

    private void SendFirstChunks(ConnectionId id, ref Connection connection)
    {
        PlaceHead(ref connection, 0);
        connection.ChunkOffset = connection.Plan.Offset;
        connection.ChunkLeft = connection.Plan.Count;
        SendChunks(id, ref connection);
        connection.Descriptor = Connection.None;
        connection.IsFileSlotOccupied = true;
    }

    private void SendChunks(ConnectionId id, ref Connection connection)
    {
        Respond(id, ref connection);
        connection.ChunkBytes = ChunkChain.Prepare(_resources, id, connection, connection.ClosesSocket);
    }

    /// <summary>Counts a response chain that is about to be prepared.</summary>
    private void Respond(ConnectionId id, ref Connection connection)
    {
        connection.State = ConnectionState.Responding;
        connection.InFlight++;
        connection.ClosesSocket = !connection.KeepAlive && !connection.MustDrain && !connection.IsReceiveArmed;
        SetSendDeadline(id);
    }

    private void SetSendDeadline(ConnectionId id)
    {
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + _site.Timeouts.SendMilliseconds);
    }

    private void PlaceHead(ref Connection connection, int bodyStart)
    {
        connection.HeadLength = WriteHead(connection, _head);
        _head.AsSpan(0, connection.HeadLength).CopyTo(
            _buffers.HeadBefore(connection.Buffer, bodyStart, connection.HeadLength));
    }

    private int WriteHead(in Connection connection, Span<byte> destination)
    {
        int length = ResponseHeadWriter.Write(
            destination,
            connection.Plan,
            connection.Facts!,
            _clock.Date,
            connection.KeepAlive,
            connection.Version);
        Invariant.Require(length > 0, "a head fits into its buffer");
        return length;
    }

    private void CompleteCanned(CannedChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        TailOutcome outcome = CannedChain.Complete(step, result, connection.HeadLength);
        if (step == CannedChain.Step.Send && !connection.ClosesSocket && outcome != TailOutcome.Done)
        {
            // The send is the whole chain here, so that its failure is its end.
            connection.HasSendFailed = true;
            outcome = outcome == TailOutcome.SendFailed ? TailOutcome.Done : outcome;
            if (outcome == TailOutcome.Unexpected)
            {
                CountUnexpected(ChainKind.Canned, (byte)step, result);
                outcome = TailOutcome.Done;
            }
        }

        CompleteTail(ChainKind.Canned, (byte)step, id, ref connection, result, outcome);
    }

    private void CompleteFile(FileChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        FileOutcome outcome = FileChain.Complete(step, result, (int)connection.Plan.Count);
        CompleteFileStep(
            ChainKind.File, (byte)step, step == FileChain.Step.Read, outcome, id, ref connection, result);
    }

    private void CompleteCheckedFile(CheckedFileChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        FileFacts facts = connection.Facts!;
        FileOutcome outcome = CheckedFileChain.Complete(step, result, (int)facts.Length);
        if (outcome == FileOutcome.Read)
        {
            ReadOnlySpan<byte> body = _buffers.Body(connection.Buffer, result);
            if (ContentHash.Compute(body) == facts.ContentHash)
            {
                int start = (int)connection.Plan.Offset;
                connection.InFlight--;
                PlaceHead(ref connection, start);
                Respond(id, ref connection);
                CheckedFileChain.PrepareSend(
                    _resources,
                    id,
                    connection.Buffer,
                    connection.HeadLength,
                    start,
                    (int)connection.Plan.Count,
                    connection.ClosesSocket);
                return;
            }

            outcome = FileOutcome.Changed;
        }

        CompleteFileStep(
            ChainKind.CheckedFile,
            (byte)step,
            step == CheckedFileChain.Step.Read,
            outcome,
            id,
            ref connection,
            result);
    }

    private void CompleteFileStep(
        ChainKind kind,
        byte step,
        bool isRead,
        FileOutcome outcome,
        ConnectionId id,
        ref Connection connection,
        int result)
    {
        switch (outcome)
        {
            case FileOutcome.Cold when !connection.IsCold:
                connection.InFlight--;
                connection.IsCold = true;
                Counters.ColdRetries++;
                _resources.IsNoWaitSupported &= result != -Errno.EOPNOTSUPP;

                // The open of the second try replaces what the first one left in the slot.
                connection.IsFileSlotOccupied |= isRead;
                SendFromPath(id, ref connection);
                break;
            case FileOutcome.Cold:
            case FileOutcome.Changed:
                connection.InFlight--;
                connection.IsFileSlotOccupied |= isRead;
                Counters.ChangedFiles++;
                _facts.Remove(PathOf(connection));
                StartResolve(id, ref connection);
                break;
            case FileOutcome.Done:
                connection.IsFileSlotOccupied = false;
                CompleteTail(kind, step, id, ref connection, result, TailOutcome.Done);
                break;
            case FileOutcome.SocketClosed:
                connection.IsFileSlotOccupied = false;
                CompleteTail(kind, step, id, ref connection, result, TailOutcome.SocketClosed);
                break;
            case FileOutcome.SendFailed:
                CompleteTail(kind, step, id, ref connection, result, TailOutcome.SendFailed);
                break;
            default:
                CompleteTail(kind, step, id, ref connection, result, TailOutcome.Unexpected);
                break;
        }
    }

    private void CompleteChunk(ChunkChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        int last = ChunkChain.LastSendLength(connection.ChunkBytes, connection.HeadLength);
        switch (ChunkChain.Complete(step, result, last))
        {
            case ChunkOutcome.Sent when !connection.HasSendFailed:
                connection.InFlight--;
                connection.ChunkOffset += connection.ChunkBytes;
                connection.ChunkLeft -= connection.ChunkBytes;
                connection.HeadLength = 0;
                SendChunks(id, ref connection);
                break;
            case ChunkOutcome.Done:
                connection.IsFileSlotOccupied = false;
                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, TailOutcome.Done);
                break;
            case ChunkOutcome.SocketClosed:
                connection.IsFileSlotOccupied = false;
                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, TailOutcome.SocketClosed);
                break;
            case ChunkOutcome.SendFailed:
                connection.HasSendFailed = true;
                break;
            case ChunkOutcome.NotInstalled:
                // Nothing is sent yet, but the descriptor must not leak.
                connection.Descriptor = _buffers.Descriptor(connection.Buffer)[0];
                connection.IsFileSlotOccupied = false;
                CloseDescriptor(id, ref connection);
                goto default;
            default:
                connection.HasSendFailed = true;
                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, TailOutcome.Done);
                break;
        }
    }

    /// <summary>What every response chain ends with.</summary>
    private void CompleteTail(
        ChainKind kind,
        byte step,
        ConnectionId id,
        ref Connection connection,
        int result,
        TailOutcome outcome)
    {
        switch (outcome)
        {
            case TailOutcome.Done:
                connection.InFlight--;
                Finish(id, ref connection);
                break;
            case TailOutcome.SocketClosed:
                connection.InFlight--;
                EndClosed(id, ref connection);
                break;
            case TailOutcome.SendFailed:
                connection.HasSendFailed = true;
                break;
            default:
                // Only sends come here: the close that is hard-linked behind one reports the end.
                connection.HasSendFailed = true;
                CountUnexpected(kind, step, result);
                break;
        }
    }
}
