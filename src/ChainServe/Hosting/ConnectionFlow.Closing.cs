using System;
using ChainServe.Chains;
using ChainServe.Connections;

namespace ChainServe.Hosting;

// How a response and a connection end: finish → the next request, or drain, or close.
internal sealed partial class ConnectionFlow
{
    private const long DrainIdleMilliseconds = 5_000;

    /// <summary>Gives back what the connections of a worker that has died hold outside of its ring.</summary>
    internal void Abandon()
    {
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            ref Connection connection = ref _table[slot];
            if (connection.State == ConnectionState.Free)
            {
                continue;
            }

            Leave(new ConnectionId(slot, connection.Generation), connection);

            // A number under a job that still reads may be another file's tomorrow: better lost than that.
            if (connection.Descriptor != Connection.None && !connection.IsWorking)
            {
                _resources.Ring.Kernel.Close(connection.Descriptor);
            }
        }
    }

    /// <summary>The response is through, in whole or not.</summary>
    private void Finish(ConnectionId id, ref Connection connection)
    {
        ReleaseBuffer(id, ref connection);
        connection.HasServed = true;
        if (connection.HasSendFailed || _isAborting)
        {
            Close(id, ref connection);
            return;
        }

        connection.Carry.Consume(connection.KeptHeadLength);
        connection.KeptHeadLength = 0;
        if (!connection.KeepAlive || EndsIdle)
        {
            // A stop found the connection between two requests: bytes of the next one would turn a close into a reset.
            connection.MustDrain |= _isStopping
                && (connection.BodyLeft > 0 || connection.Carry.Length > 0 || connection.IsSocketNonEmpty);
            if (connection.MustDrain && !connection.IsEndOfStream)
            {
                Drain(id, ref connection);
            }
            else
            {
                Close(id, ref connection);
            }

            return;
        }

        connection.State = ConnectionState.Receiving;
        if (connection.Carry.Length > 0)
        {
            connection.HeadDeadline = _clock.NowMilliseconds + HeadMilliseconds;
            ReadCarriedRequest(id, ref connection, isSocketKnown: false);
        }
        else if (connection.IsEndOfStream)
        {
            Close(id, ref connection);
        }
        else
        {
            AwaitRequest(id, ref connection);
        }
    }

    private void AwaitRequest(ConnectionId id, ref Connection connection)
    {
        long now = _clock.NowMilliseconds;
        if (connection.BodyLeft > 0)
        {
            // A body that is still coming is no idleness; it has the time of a head, from its first wait on.
            connection.HeadDeadline = connection.HeadDeadline == 0
                ? now + HeadMilliseconds
                : connection.HeadDeadline;
            _table.SetDeadline(id.Slot, connection.HeadDeadline);
        }
        else
        {
            connection.HeadDeadline = 0;
            _table.SetDeadline(id.Slot, now + IdleMilliseconds);
        }

        if (!connection.IsReceiveArmed)
        {
            ArmReceive(id, ref connection, pollFirst: true);
        }
    }

    private void Drain(ConnectionId id, ref Connection connection)
    {
        connection.State = ConnectionState.Draining;
        connection.Carry.Clear();
        connection.DrainDeadline = _clock.NowMilliseconds
            + (_isStopping || connection.IsTurnedAway ? StoppedDrainMilliseconds : _options.Timeouts.DrainMilliseconds);
        SetDrainDeadline(id, connection);
        connection.InFlight++;
        CloseChain.PrepareShutdown(_resources, id);
        if (!connection.IsReceiveArmed)
        {
            ArmReceive(id, ref connection, pollFirst: false);
        }
    }

    /// <summary>A drain ends when nothing comes for a while, and in any case after its whole time.</summary>
    private void SetDrainDeadline(ConnectionId id, in Connection connection)
    {
        _table.SetDeadline(
            id.Slot, Math.Min(connection.DrainDeadline, _clock.NowMilliseconds + DrainIdleMilliseconds));
    }

    /// <summary>Ends a connection that has no response chain in flight.</summary>
    private void Close(ConnectionId id, ref Connection connection)
    {
        ReleaseBuffer(id, ref connection);
        connection.State = ConnectionState.Closing;
        connection.CancelCount = 0;
        connection.Carry.Clear();
        CloseChain.Prepare(_resources, id, connection);
        connection.InFlight++;
        connection.IsFileSlotOccupied = false;
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + RepeatMilliseconds);
    }

    private void CompleteClose(CloseChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        bool isTerminal = step is CloseChain.Step.CloseSocket or CloseChain.Step.Shutdown;
        CloseChain.Complete(step, result);
        if (isTerminal)
        {
            connection.InFlight--;
            FreeIfEnded(id, ref connection);
        }
    }

    /// <summary>The last chain of a connection has closed its socket.</summary>
    private void EndClosed(ConnectionId id, ref Connection connection)
    {
        ReleaseBuffer(id, ref connection);
        connection.State = ConnectionState.Closing;
        FreeIfEnded(id, ref connection);
    }

    private void FreeIfEnded(ConnectionId id, ref Connection connection)
    {
        if (connection.State == ConnectionState.Closing && connection.InFlight == 0)
        {
            Leave(id, connection);
            _table.Free(id.Slot);
        }
    }

    private void ReleaseBuffer(ConnectionId id, ref Connection connection)
    {
        LogResponse(id.Slot, ref connection);
        connection.Facts = null;
        connection.Original = null;
        connection.ErrorAnswer = null;
        connection.StatusLines = null;
        connection.OriginLines = null;
        connection.Parts = null;
        ReleaseMemory(ref connection);
        ReleaseSnapshot(ref connection);
        if (connection.Buffer != Connection.None)
        {
            _buffers.Return(connection.Buffer);
            connection.Buffer = Connection.None;
        }
    }
}
