using System;
using ChainServe.Chains;
using ChainServe.Connections;

namespace ChainServe.Hosting;

// What a stop does: nothing is accepted any more but those who have connected already; idle connections end; a request
// that is on its way has a moment to arrive; responses in flight go on to their end.
internal sealed partial class ConnectionFlow
{
    private const long StoppedDrainMilliseconds = 500;
    private const long StoppedHeadMilliseconds = 1_000;

    /// <summary>How long a head may take; less when the worker stops.</summary>
    private long HeadMilliseconds => _isStopping
        ? Math.Min(StoppedHeadMilliseconds, _options.Timeouts.HeadMilliseconds)
        : _options.Timeouts.HeadMilliseconds;

    /// <summary>How long a connection may wait for its next request.</summary>
    private long IdleMilliseconds => _isStopping
        ? Math.Min(StoppedHeadMilliseconds, _options.Timeouts.KeepAliveMilliseconds)
        : _options.Timeouts.KeepAliveMilliseconds;

    /// <summary>Whether a connection that is kept alive is closed now, rather than after another answer that says
    /// so.</summary>
    private bool EndsIdle => _isStopping && !_isGentle;

    /// <summary>Stops accepting and ends idle connections; responses in flight go on to their end.</summary>
    /// <param name="isGentle">A client that was told that its connection is kept may be sending its next request just
    /// now, and there is somebody who serves it the one after that: idle connections wait a moment for it.</param>
    internal void Stop(bool isGentle)
    {
        _isStopping = true;
        _isGentle = isGentle;
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            ref Connection connection = ref _table[slot];
            ConnectionId id = new ConnectionId(slot, connection.Generation);
            if (connection.State == ConnectionState.Accepting)
            {
                AcceptChain.PrepareCancel(_resources, id);
            }
            else if (connection.State == ConnectionState.Receiving)
            {
                StopReceiving(id, ref connection);
            }
            else if (connection.State == ConnectionState.Draining)
            {
                connection.DrainDeadline = _clock.NowMilliseconds + StoppedDrainMilliseconds;
                SetDrainDeadline(id, connection);
            }
        }
    }

    /// <summary>After a stop, takes the clients that have connected and were not accepted: they wait for an answer, or
    /// a cancelled accept of this worker was woken for one of them.</summary>
    internal void AcceptWaiting()
    {
        ArmMissingAccepts();
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            if (_table[slot].State == ConnectionState.Accepting)
            {
                // It has tried at once, and takes whoever was there; it must not wait for the next.
                AcceptChain.PrepareCancel(_resources, new ConnectionId(slot, _table[slot].Generation));
            }
        }
    }

    private void StopReceiving(ConnectionId id, ref Connection connection)
    {
        if (connection.HasServed && connection.BodyLeft == 0 && connection.Carry.Length == 0)
        {
            if (EndsIdle)
            {
                Close(id, ref connection);
            }
            else
            {
                _table.SetDeadline(
                    id.Slot, Math.Min(_table.Deadlines[id.Slot], _clock.NowMilliseconds + IdleMilliseconds));
            }

            return;
        }

        // A request is on its way, or bytes that a close would answer with a reset: it has a moment to arrive.
        long end = Math.Min(_table.Deadlines[id.Slot], _clock.NowMilliseconds + StoppedHeadMilliseconds);
        connection.HeadDeadline = connection.HeadDeadline == 0 ? end : Math.Min(connection.HeadDeadline, end);
        _table.SetDeadline(id.Slot, end);
    }
}
