using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using Uring.Abi;

namespace ChainServe.Hosting;

// What the completions of response chains lead to: the second half, another try, the next chunks, or the end of the
// response.
internal sealed partial class ConnectionFlow
{
    private void CompleteCanned(CannedChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        TailOutcome outcome = CannedChain.Complete(step, result, connection.HeadLength - connection.SentLength);
        if (connection.Memory is not null && outcome == TailOutcome.Done && !connection.HasSendFailed)
        {
            connection.InFlight--;
            SendMemoryPiece(id, ref connection, head: 0);
            return;
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
        if (outcome == FileOutcome.Read && !connection.IsExpired)
        {
            ReadOnlySpan<byte> body = _buffers.Body(connection.Buffer, result);
            if (ContentHash.Compute(body) == facts.ContentHash)
            {
                connection.InFlight--;
                Admit(facts, body);
                PlaceHead(ref connection, (int)connection.Plan.Offset);
                Respond(id, ref connection, ChainKind.CheckedFile);
                PrepareSend(id, ref connection);
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
        if (connection.IsExpired && outcome is FileOutcome.Read or FileOutcome.Cold or FileOutcome.Changed)
        {
            // Its deadline came before anything was sent: what a cancelled read says of the file is not true, and
            // nobody waits for another. Nor is there anything to throw away.
            connection.InFlight--;
            connection.IsFileSlotOccupied |= isRead;
            Finish(id, ref connection);
            return;
        }

        if (isRead && outcome == FileOutcome.Changed && IsPartlyCached(connection, result))
        {
            outcome = FileOutcome.Cold;
        }

        switch (outcome)
        {
            case FileOutcome.Cold when !connection.IsCold:
                connection.InFlight--;
                connection.IsCold = true;
                Counters.ColdRetries++;
                connection.IsFileSlotOccupied |= isRead;
                RetryCold(id, ref connection, result);
                break;
            case FileOutcome.Cold:
            case FileOutcome.Changed:
                connection.InFlight--;
                connection.IsFileSlotOccupied |= isRead;
                Counters.ChangedFiles++;
                Forget(connection);
                StartResolve(id, ref connection);
                break;
            case FileOutcome.Done:
                connection.IsFileSlotOccupied = false;
                AdmitWhole(kind, connection);
                CompleteTail(kind, step, id, ref connection, result, OutcomeOfClose(connection));
                break;
            case FileOutcome.SocketClosed:
                connection.IsFileSlotOccupied = false;
                CompleteTail(kind, step, id, ref connection, result, TailOutcome.SocketClosed);
                break;
            default:
                connection.IsFileSlotOccupied = true;
                CompleteTail(kind, step, id, ref connection, result, TailOutcomeOf(outcome));
                break;
        }
    }

    /// <summary>Whether a short read may only mean that the page cache ends there: it was not allowed to
    /// wait.</summary>
    private bool IsPartlyCached(in Connection connection, int result)
    {
        return result >= 0
            && result < connection.Facts!.Length
            && !connection.IsCold
            && _resources.IsNoWaitSupported;
    }

    /// <summary>Drops the facts that a chain disproved, unless another request has put better ones in their place.
    /// </summary>
    private void Forget(in Connection connection)
    {
        DropCopies(connection.Facts!);
        if (!TryGetKnown(connection, out FileFacts? known) || !ReferenceEquals(known, connection.Facts))
        {
            return;
        }

        if (connection.Coding == ContentCoding.Identity)
        {
            _facts[connection.Site].Remove(PathOf(connection));
        }
        else
        {
            connection.Original!.SetVariant(connection.Coding, null);
        }
    }

    private void RetryCold(ConnectionId id, ref Connection connection, int result)
    {
        if (_sites[connection.Site].IsImmutable && !_options.Polls)
        {
            // The same chain without CACHED and NOWAIT; its open replaces what the first one left in the slot.
            _resources.IsNoWaitSupported &= result != -Errno.EOPNOTSUPP;
            SendFromPath(id, ref connection);
        }
        else
        {
            // Others write this tree: the name may be a pipe by now, and a read that may wait would wait for its
            // writer. The resolve reads only from what it knows to be a regular file. And where a kernel thread
            // submits, all that is linked behind an open or a read that waits would run in the worker that waited.
            StartResolve(id, ref connection);
        }
    }

    private void CompleteChunk(ChunkChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        int last = step == ChunkChain.Step.ReadAlone
            ? connection.LastReadLength
            : ChunkChain.LastSendLength(connection.ChunkBytes, connection.HeadLength) - connection.SentLength;
        switch (ChunkChain.Complete(step, result, last))
        {
            case ChunkOutcome.Read when !connection.HasSendFailed:
                connection.InFlight--;
                Respond(id, ref connection, ChainKind.Chunk);
                PrepareSend(id, ref connection);
                break;
            case ChunkOutcome.Sent when !connection.HasSendFailed:
                connection.InFlight--;
                connection.ChunkOffset += connection.ChunkBytes;
                connection.ChunkLeft -= connection.ChunkBytes;
                connection.HeadLength = 0;
                SendChunks(id, ref connection);
                break;
            case ChunkOutcome.Done:
                connection.IsFileSlotOccupied = false;
                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, OutcomeOfClose(connection));
                break;
            case ChunkOutcome.SocketClosed:
                connection.IsFileSlotOccupied = false;
                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, TailOutcome.SocketClosed);
                break;
            case ChunkOutcome.SentInPart when !connection.HasSendFailed:
                connection.InFlight--;
                KeepChunk(id, ref connection, ChunkChain.ChunkOf(step, connection.ChunkBytes));
                SendRest(id, ref connection, result);
                break;
            case ChunkOutcome.NotInstalled:
                FileIsNotInstalled(id, ref connection);
                goto default;
            default:
                if (step is ChunkChain.Step.Read or ChunkChain.Step.ReadAlone
                    && result is < 0 and not -Errno.ECANCELED
                    && !connection.IsExpired)
                {
                    CountFileError(ChainKind.Chunk, (byte)step, result);
                }

                CompleteTail(ChainKind.Chunk, (byte)step, id, ref connection, result, TailOutcome.SendFailed);
                break;
        }
    }

    /// <summary>What the completion of a file's close means: the end of the chain, unless the socket's close stands
    /// behind it. Then it reports only a failure, and the end still comes.</summary>
    private static TailOutcome OutcomeOfClose(in Connection connection)
    {
        return connection.ClosesSocket ? TailOutcome.FileClosed : TailOutcome.Done;
    }

    private static TailOutcome TailOutcomeOf(FileOutcome outcome)
    {
        return outcome switch
        {
            FileOutcome.SentInPart => TailOutcome.SentInPart,
            FileOutcome.SendFailed => TailOutcome.SendFailed,
            _ => TailOutcome.Unexpected,
        };
    }

    /// <summary>The response will not be out: for a client that was too slow nothing of it is kept either.</summary>
    private static void FailSend(ref Connection connection)
    {
        connection.HasSendFailed = true;
        connection.IsCutOff = connection.IsExpired;
    }

    /// <summary>Ends a response that cannot go on, with nothing of it in flight.</summary>
    private void Break(ConnectionId id, ref Connection connection)
    {
        FailSend(ref connection);
        CloseDescriptor(id, ref connection);
        Finish(id, ref connection);
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
            case TailOutcome.FileClosed:
                break;
            case TailOutcome.SentInPart when !connection.HasSendFailed:
                connection.InFlight--;
                SendRest(id, ref connection, result);
                break;
            case TailOutcome.SentInPart:
            case TailOutcome.SendFailed:
                connection.InFlight--;
                Break(id, ref connection);
                break;
            default:
                CountUnexpected(kind, step, result);
                connection.InFlight--;
                Break(id, ref connection);
                break;
        }
    }
}
