using System;
using ChainServe.Chains;
using ChainServe.Connections;
using Uring.Abi;

namespace ChainServe.Hosting;

// A response whose client takes less than was sent at once. A send takes what the socket has room for, and where that
// is not all, nothing that is linked behind it runs, and what it was to send stays where it is:
// 1. the gate, a poll for room in the socket, or a pause, where there is none in spite of it;
// 2. the rest is sent, with the closes that stood behind the first send, and so on.
// The deadline is that of the response, however many sends it takes. Spliced bodies have the same gates and pauses.
internal sealed partial class ConnectionFlow
{
    private static bool IsSpliced(in Connection connection)
    {
        return connection.ResponseKind == (byte)ChainKind.Splice;
    }

    private void AwaitRoom(ConnectionId id, ref Connection connection)
    {
        if (MayWait(id, ref connection))
        {
            connection.IsAtGate = true;
            GateChain.PrepareGate(_resources, id);
        }
    }

    /// <summary>Counts what it will wait for, or ends a response that has failed meanwhile.</summary>
    private bool MayWait(ConnectionId id, ref Connection connection)
    {
        if (connection.HasSendFailed)
        {
            Break(id, ref connection);
            return false;
        }

        BeginWaiting(id, ref connection);
        connection.InFlight++;
        return true;
    }

    private void CompleteGate(GateChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        connection.InFlight--;
        switch (step)
        {
            case GateChain.Step.Gate:
                connection.IsAtGate = false;
                EndWaiting(ref connection);
                PassGate(id, ref connection, result);
                break;
            case GateChain.Step.Pause:
                connection.IsPausing = false;
                EndPause(id, ref connection);
                break;
            default:
                CompleteMeasure(id, ref connection, result);
                break;
        }
    }

    private void PassGate(ConnectionId id, ref Connection connection, int result)
    {
        PollEvents events = (PollEvents)Math.Max(result, 0);
        connection.IsBehindGate = true;
        if (result < 0 || connection.HasSendFailed || (events & (PollEvents.Error | PollEvents.HangUp)) != 0)
        {
            Break(id, ref connection);
        }
        else if ((events & PollEvents.Out) == 0 && connection.IsLastLook)
        {
            EndExpired(id, ref connection);
        }
        else if ((events & PollEvents.Out) == 0)
        {
            Pause(id, ref connection);
        }
        else if (IsSpliced(connection))
        {
            TakePipe(id, ref connection);
        }
        else
        {
            PrepareRest(id, ref connection);
        }
    }

    /// <summary>Waits a little, and longer each time that nothing has moved since: for a client that has shut down its
    /// side, whose polls end at once, or where the kernel has no memory.</summary>
    private void Pause(ConnectionId id, ref Connection connection)
    {
        if (MayWait(id, ref connection))
        {
            connection.IsPausing = true;
            GateChain.PreparePause(_resources, id, connection.PauseCount);
            connection.PauseCount = (byte)Math.Min(connection.PauseCount + 1, byte.MaxValue);
        }
    }

    private void EndPause(ConnectionId id, ref Connection connection)
    {
        bool isDue = _table.Deadlines[id.Slot] <= _clock.NowMilliseconds && !IsToBeMeasured(connection);
        if (isDue && !connection.HasSendFailed)
        {
            // The sweep ends it: pauses end together, and the sweep some at a time.
            connection.IsParked = true;
            WantsSweep = true;
            return;
        }

        EndWaiting(ref connection);
        AwaitRoom(id, ref connection);
    }

    /// <summary>A body that was judged too slow waited for its turn in the sweep: its client may have read
    /// meanwhile.</summary>
    private void LookOnceMore(ConnectionId id, ref Connection connection)
    {
        connection.IsLastLook = true;
        EndWaiting(ref connection);
        AwaitRoom(id, ref connection);
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + RepeatMilliseconds);
    }

    private void EndExpired(ConnectionId id, ref Connection connection)
    {
        CountExpiry(connection);
        connection.IsExpired = true;
        Break(id, ref connection);
    }

    /// <summary>Goes on behind a send that sent too little.</summary>
    private void SendRest(ConnectionId id, ref Connection connection, int result)
    {
        connection.SentLength += Math.Max(result, 0);
        if (connection.Snapshot != Connection.None && connection.SentLength >= connection.DeadlineOffset)
        {
            // A long copy is one message, and has the time of the pieces that it would have been one by one.
            connection.DeadlineOffset = connection.SentLength + ChunkChain.BytesMax;
            SetSendDeadline(id);
        }

        GoOnBehind(id, ref connection, result);
    }

    private void GoOnBehind(ConnectionId id, ref Connection connection, int result)
    {
        bool hadRoom = connection.IsBehindGate;
        connection.IsBehindGate = false;
        Counters.ShortSends++;

        DrainAtEnd(ref connection);
        if (result > 0)
        {
            connection.PauseCount = 0;
            AwaitRoom(id, ref connection);
        }
        else if (result == -Errno.EAGAIN && !hadRoom)
        {
            AwaitRoom(id, ref connection);
        }
        else
        {
            Pause(id, ref connection);
        }
    }

    /// <summary>The client may send a stray byte while its response waits, and a close with unread bytes would reset
    /// what it has not read.</summary>
    private static void DrainAtEnd(ref Connection connection)
    {
        connection.MustDrain |= !connection.KeepAlive;
    }

    private void PrepareRest(ConnectionId id, ref Connection connection)
    {
        if ((ChainKind)connection.ResponseKind == ChainKind.File)
        {
            // From here on the two forms of a file are the same. Its body is in the buffer.
            AdmitWhole(ChainKind.File, connection);
            connection.ResponseKind = (byte)ChainKind.CheckedFile;
        }

        connection.InFlight++;
        connection.ClosesSocket = MayCloseSocket(connection);
        PrepareSend(id, ref connection);
    }

    /// <summary>Sends what of the message is not out, all of it at first, with the closes behind it.</summary>
    private void PrepareSend(ConnectionId id, ref Connection connection)
    {
        bool closes = connection.ClosesSocket;
        switch ((ChainKind)connection.ResponseKind)
        {
            case ChainKind.Canned when connection.Snapshot != Connection.None:
                PrepareSendOfSnapshot(id, connection);
                break;
            case ChainKind.Canned:
                ReadOnlySpan<byte> answer = _buffers.Answer(connection.Buffer)[..connection.HeadLength];
                CannedChain.Prepare(_resources, id, answer[connection.SentLength..], closes);
                break;
            case ChainKind.Chunk:
                ChunkChain.PrepareSend(
                    _resources, id, connection, LeftInBuffer(connection, connection.ChunkBytes), closes);
                break;
            case ChainKind.Resolve:
                ResolveChain.PrepareSend(_resources, id, connection, LeftInBuffer(connection, connection.Plan.Count));
                connection.Descriptor = Connection.None;
                break;
            default:
                CheckedFileChain.PrepareSend(
                    _resources, id, LeftInBuffer(connection, connection.Plan.Count), closes);
                break;
        }
    }

    private void PrepareSendOfSnapshot(ConnectionId id, in Connection connection)
    {
        int count = (int)connection.Plan.Count;
        int start = (int)connection.Plan.Offset;
        int headLeft = connection.HeadLength - count - connection.SentLength;
        if (headLeft > 0)
        {
            CannedChain.Prepare(
                _resources,
                id,
                _buffers.Message(
                    connection.Buffer,
                    connection.SentLength,
                    headLeft,
                    _snapshots.AddressOf(connection.Snapshot, start),
                    count),
                connection.ClosesSocket);
            return;
        }

        ReadOnlySpan<byte> body = _snapshots.Bytes(connection.Snapshot, start + count)[(start - headLeft)..];
        CannedChain.Prepare(_resources, id, body, connection.ClosesSocket);
    }

    private ReadOnlySpan<byte> LeftInBuffer(in Connection connection, long bodyLength)
    {
        ReadOnlySpan<byte> message = _buffers.Response(
            connection.Buffer, connection.HeadLength, connection.BodyStart, (int)bodyLength);
        return message[connection.SentLength..];
    }

    /// <summary>Of a chain that ended in the middle, the chunk whose send was short: the others are out, or will be
    /// read again.</summary>
    private void KeepChunk(ConnectionId id, ref Connection connection, int chunk)
    {
        long before = (long)chunk * ResponseBuffers.BodyLength;
        connection.ChunkOffset += before;
        MoveDeadlineIfDue(id, ref connection);
        connection.ChunkLeft -= before;
        connection.ChunkBytes = Math.Min(connection.ChunkBytes - before, ResponseBuffers.BodyLength);
        connection.HeadLength = chunk == 0 ? connection.HeadLength : 0;
    }
}
