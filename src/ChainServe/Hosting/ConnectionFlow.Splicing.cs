using System;
using ChainServe.Chains;
using ChainServe.Connections;

namespace ChainServe.Hosting;

// Long bodies: a gate, a pipe, a chain, and so on until the body is out.
// 1. the gate is a poll for room in the socket; a client that does not read costs nothing but that;
// 2. behind it the connection takes one of few pipes, or waits for one;
// 3. the chain moves as much as fits; what the socket did not take is thrown away and spliced again from its offset.
internal sealed partial class ConnectionFlow
{
    private const int SpliceLengthMin = ResponseBuffers.BodyLength;
    private const long StuckMilliseconds = 1_000;

    private long _pipesMovedAt;

    /// <summary>Every pipe is in a chain that waits for a disk.</summary>
    private bool ArePipesStuck => _clock.NowMilliseconds - _pipesMovedAt >= StuckMilliseconds;

    private bool CanSplice(in Connection connection)
    {
        return _pipes.Count > 0 && connection.Plan.Count > ResponseBuffers.BodyLength;
    }

    private void SendFirstSplice(ConnectionId id, ref Connection connection)
    {
        PlaceLongBody(ref connection);
        connection.Splice.LengthMax = int.MaxValue;
        connection.Splice.FailingSince = 0;
        BeginResponse(id, ref connection, ChainKind.Splice);
        BeginMeasuring(ref connection);
        AwaitRoom(id, ref connection);
    }

    /// <summary>The socket has room: on with a pipe, when one is free.</summary>
    private void TakePipe(ConnectionId id, ref Connection connection)
    {
        if (_pipes.TryTake(out int pipe))
        {
            Transfer(id, ref connection, pipe);
            return;
        }

        // Whoever has a pipe gives it back without waiting for a client: no deadline runs meanwhile. It may wait for
        // its disk, and when all do, others go on without a pipe.
        connection.IsWaitingForPipe = true;
        connection.Splice.TimeLeft = Math.Max(_table.Deadlines[id.Slot] - _clock.NowMilliseconds, 0);
        _pipes.Wait(id.Slot);
        _table.SetDeadline(id.Slot, ConnectionTable.NoDeadline);
        ServeWaiting();
    }

    private void Transfer(ConnectionId id, ref Connection connection, int pipe)
    {
        if (MeasuresRate(connection))
        {
            SetSendDeadline(id);
        }
        else if (connection.IsWaitingForPipe)
        {
            _table.SetDeadline(id.Slot, _clock.NowMilliseconds + connection.Splice.TimeLeft);
        }

        connection.IsWaitingForPipe = false;
        connection.Pipe = pipe;
        _pipesMovedAt = _clock.NowMilliseconds;
        connection.ChunkBytes = SpliceChain.Length(connection, _pipes[pipe]);
        connection.ClosesSocket = connection.ChunkBytes == connection.ChunkLeft && MayCloseSocket(connection);
        connection.InFlight++;
        SpliceChain.Prepare(_resources, id, connection, _pipes[pipe], connection.ClosesSocket);
        FileIsInstalled(ref connection);
    }

    private void CompleteSplice(SpliceChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        int length = (int)connection.ChunkBytes;
        SpliceOutcome outcome = SpliceChain.Complete(step, result, length, connection.ClosesSocket);
        if (outcome == SpliceOutcome.FileClosed)
        {
            return;
        }

        connection.InFlight--;
        ReturnPipe(ref connection, SpliceChain.LeftInPipe(step, result, length));
        if (outcome == SpliceOutcome.HeadSentInPart)
        {
            // Its end stands where it stood, before the body.
            connection.HeadLength -= Math.Max(result, 0);
            GoOnBehind(id, ref connection, result);
            return;
        }

        connection.HeadLength = outcome == SpliceOutcome.NotInstalled ? connection.HeadLength : 0;
        switch (outcome)
        {
            case SpliceOutcome.Sent:
                connection.Splice.LengthMax = (int)Math.Min(int.MaxValue, 2L * connection.Splice.LengthMax);
                Advance(id, ref connection, length);
                break;
            case SpliceOutcome.SentInPart when step == SpliceChain.Step.In:
                FailForTheMoment(id, ref connection, result);
                break;
            case SpliceOutcome.SentInPart:
                Counters.ShortSplices++;
                connection.Splice.LengthMax = Math.Max(result, SpliceLengthMin);
                Advance(id, ref connection, sent: Math.Max(result, 0));
                break;
            case SpliceOutcome.ReadInPart:
                connection.Splice.LengthMax = result;
                DrainAtEnd(ref connection);
                AwaitRoom(id, ref connection);
                break;
            case SpliceOutcome.NotSpliceable when !connection.HasSendFailed:
                MoveDeadline(id, ref connection);
                SendChunks(id, ref connection);
                break;
            case SpliceOutcome.Done:
                connection.IsFileSlotOccupied = false;
                Finish(id, ref connection);
                break;
            case SpliceOutcome.SocketClosed:
                connection.IsFileSlotOccupied = false;
                EndClosed(id, ref connection);
                break;
            case SpliceOutcome.NotInstalled:
                FileIsNotInstalled(id, ref connection);
                Break(id, ref connection);
                break;
            default:
                if (step == SpliceChain.Step.In && result < 0 && !connection.IsExpired)
                {
                    CountFileError(ChainKind.Splice, (byte)step, result);
                }

                Break(id, ref connection);
                break;
        }
    }

    /// <summary>The file gave nothing, and may later: until as much time has gone by as a disk may take.</summary>
    private void FailForTheMoment(ConnectionId id, ref Connection connection, int result)
    {
        long now = _clock.NowMilliseconds;
        connection.Splice.FailingSince = connection.Splice.FailingSince == 0 ? now : connection.Splice.FailingSince;
        if (now - connection.Splice.FailingSince >= _options.Timeouts.SendMilliseconds)
        {
            CountFileError(ChainKind.Splice, (byte)SpliceChain.Step.In, result);
            Break(id, ref connection);
            return;
        }

        Counters.ShortSplices++;
        Advance(id, ref connection, sent: 0);
    }

    /// <summary>Goes on behind bytes that are out. The deadline moves when so many are out as one read and send chain
    /// would have to send within it: a byte now and then buys no time.</summary>
    private void Advance(ConnectionId id, ref Connection connection, int sent)
    {
        connection.ChunkOffset += sent;
        connection.ChunkLeft -= sent;
        DrainAtEnd(ref connection);
        if (sent > 0)
        {
            connection.Splice.FailingSince = 0;
            connection.PauseCount = 0;
            connection.IsTooSlow = false;
            connection.IsLastLook = false;
        }

        MoveDeadlineIfDue(id, ref connection);
        if (sent == 0)
        {
            // The gate said that there is room, and there was none, or no memory.
            Pause(id, ref connection);
        }
        else
        {
            AwaitRoom(id, ref connection);
        }
    }

    private void ReturnPipe(ref Connection connection, int left)
    {
        int pipe = connection.Pipe;
        connection.Pipe = Connection.None;
        if (left > 0)
        {
            PipeChain.PrepareEmptying(_resources, _pipes, pipe, left);
            return;
        }

        _pipes.Return(pipe);
        _pipesMovedAt = _clock.NowMilliseconds;
        ServeWaiting();
    }

    private void CompleteEmptying(int pipe, int result)
    {
        _pipes.EndEmptying(pipe, result);
        _pipesMovedAt = _clock.NowMilliseconds;
        ServeWaiting();
    }

    /// <summary>Lends what is free to those who wait; when no pipe is left at all, or none has moved in a while, they
    /// are read and sent.</summary>
    private void ServeWaiting()
    {
        while (_pipes.HasWaiting && (_pipes.Count == 0 || _pipes.HasFree || ArePipesStuck))
        {
            int slot = _pipes.TakeWaiting();
            ref Connection connection = ref _table[slot];
            ConnectionId id = new ConnectionId(slot, connection.Generation);
            if (_pipes.TryTake(out int pipe))
            {
                Transfer(id, ref connection, pipe);
            }
            else
            {
                connection.IsWaitingForPipe = false;
                MoveDeadline(id, ref connection);
                SendChunks(id, ref connection);
            }
        }
    }
}
