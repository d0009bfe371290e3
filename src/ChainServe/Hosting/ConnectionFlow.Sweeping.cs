using System;
using ChainServe.Chains;
using ChainServe.Connections;

namespace ChainServe.Hosting;

// What deadlines do. A sweep looks at all of them, and ends some of those that are due, in turn.
internal sealed partial class ConnectionFlow
{
    private const long RepeatMilliseconds = 500;
    private const int SweepCostMax = 64;
    private const int ResponseCost = 16;

    private int _sweepFrom;

    /// <summary>Ends what is past its deadline; not all of it, when thousands came at once: the rest of the clients
    /// would wait until the kernel has closed them. The next sweep goes on where this one stopped.</summary>
    internal void Sweep()
    {
        Sweep(SweepCostMax);
    }

    private void Sweep(int costMax)
    {
        WantsSweep = false;
        long now = _clock.NowMilliseconds;
        ReadOnlySpan<long> deadlines = _table.Deadlines;
        for (int looked = 0; looked < deadlines.Length; looked++)
        {
            int slot = (_sweepFrom + looked) % deadlines.Length;
            if (deadlines[slot] > now)
            {
                continue;
            }

            if (costMax <= 0)
            {
                WantsSweep = true;
                _sweepFrom = slot;
                break;
            }

            costMax -= CostOfEnding(_table[slot]);
            Expire(new ConnectionId(slot, _table[slot].Generation), ref _table[slot]);
        }

        ServeWaiting();
    }

    /// <summary>What its end takes from the others, in ends of a connection that waits for a request: a response has
    /// a file, chains in flight, and all that its client has not taken. To repeat a cancel takes little.</summary>
    private int CostOfEnding(in Connection connection)
    {
        bool ends = connection.State == ConnectionState.Responding
            && !IsToBeMeasured(connection)
            && connection.CancelCount == 0;
        return !ends ? 1
            : connection.IsPausing ? 0
            : ResponseCost;
    }

    /// <summary>Ends every connection now, whatever is in flight.</summary>
    internal void Abort()
    {
        _isAborting = true;
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            if (_table[slot].State != ConnectionState.Free)
            {
                _table.SetDeadline(slot, 0);
            }
        }

        Sweep(int.MaxValue);
    }

    private void Expire(ConnectionId id, ref Connection connection)
    {
        switch (connection.State)
        {
            case ConnectionState.Responding when connection.IsWaitingForPipe:
                LeaveQueue(id, ref connection);
                return;
            case ConnectionState.Responding when IsToBeMeasured(connection):
                Measure(id, ref connection);
                return;
            case ConnectionState.Responding when connection.IsPausing && !_isAborting:
                return;
            case ConnectionState.Responding when connection.IsParked:
                CountExpiry(connection);
                connection.IsExpired = true;
                connection.IsParked = false;
                BreakSplice(id, ref connection);
                return;
            case ConnectionState.Receiving:
            case ConnectionState.Responding:
                // What waits on the socket ends with ECANCELED and decides there. A cancel may pass between two steps
                // of a chain and find nothing, or a disk may hold the response, so that it is repeated until the chain
                // has ended.
                if (!connection.HasSendFailed)
                {
                    CountExpiry(connection);
                }

                connection.IsExpired |= connection.State == ConnectionState.Responding;
                connection.HasSendFailed |= connection.IsExpired;
                Cancel(id, ref connection);
                return;
            case ConnectionState.Draining:
                Counters.Pass(LimitKind.DrainMilliseconds);
                Close(id, ref connection);
                return;
            case ConnectionState.Closing:
                Cancel(id, ref connection);
                return;
            default:
                // A resolve waits for a disk; nothing in the kernel can end that.
                break;
        }

        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + RepeatMilliseconds);
    }

    /// <summary>Cancels what waits, and later again if that has not ended it: at last every 8 s.</summary>
    private void Cancel(ConnectionId id, ref Connection connection)
    {
        const int DoublingsMax = 4;
        CloseChain.PrepareCancel(_resources, id, connection, isRepeated: connection.CancelCount > 0 || _isAborting);
        int doublings = _isAborting ? 0 : Math.Min((int)connection.CancelCount, DoublingsMax);
        connection.CancelCount = (byte)Math.Min(connection.CancelCount + 1, byte.MaxValue);
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + (RepeatMilliseconds << doublings));
    }
}
