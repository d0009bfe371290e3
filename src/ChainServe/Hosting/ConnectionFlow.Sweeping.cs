using System;
using ChainServe.Chains;
using ChainServe.Connections;

namespace ChainServe.Hosting;

// What deadlines do. A sweep looks at all of them, and ends some of those that are due, in turn.
internal sealed partial class ConnectionFlow
{
    private const long RepeatMilliseconds = 500;
    private const long AbortRepeatMilliseconds = 100;

    /// <summary>Ends of responses in one sweep: each has a file, chains in flight, and all that its client has not
    /// taken.</summary>
    private const int ResponsesMax = 4;

    /// <summary>Ends of other connections, and measures.</summary>
    private const int OthersMax = 60;

    private int _sweepResponsesFrom;
    private int _sweepOthersFrom;

    /// <summary>Ends what is past its deadline; not all of it, when thousands came at once: the rest of the clients
    /// would wait until the kernel has closed them. The next sweep goes on where this one stopped. Responses have a
    /// number of their own: however many of them are due, a flood does not keep its slots.</summary>
    internal void Sweep()
    {
        Sweep(ResponsesMax, OthersMax);
    }

    private void Sweep(int responsesMax, int othersMax)
    {
        WantsSweep = false;
        Sweep(areResponses: true, responsesMax, ref _sweepResponsesFrom);
        Sweep(areResponses: false, othersMax, ref _sweepOthersFrom);
        ServeWaiting();
    }

    private void Sweep(bool areResponses, int countMax, ref int from)
    {
        long now = _clock.NowMilliseconds;
        ReadOnlySpan<long> deadlines = _table.Deadlines;
        for (int looked = 0; looked < deadlines.Length; looked++)
        {
            int slot = (from + looked) % deadlines.Length;
            if (deadlines[slot] > now || EndsResponse(_table[slot]) != areResponses || MustWait(_table[slot]))
            {
                continue;
            }

            if (countMax-- == 0)
            {
                WantsSweep = true;
                from = slot;
                return;
            }

            Expire(new ConnectionId(slot, _table[slot].Generation), ref _table[slot]);
        }
    }

    private bool EndsResponse(in Connection connection)
    {
        return connection.State == ConnectionState.Responding && !IsToBeMeasured(connection);
    }

    /// <summary>Behind its pause it waits for the sweep.</summary>
    private bool MustWait(in Connection connection)
    {
        return connection.IsPausing && !_isAborting && EndsResponse(connection);
    }

    /// <summary>Ends every connection now, whatever is in flight.</summary>
    internal void Abort()
    {
        _isAborting = true;
        _pipes.StopWaiting();
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            if (_table[slot].State != ConnectionState.Free)
            {
                _table.SetDeadline(slot, 0);
            }
        }

        Sweep(int.MaxValue, int.MaxValue);
    }

    private void Expire(ConnectionId id, ref Connection connection)
    {
        switch (connection.State)
        {
            case ConnectionState.Responding when connection.IsWaitingForPipe:
                // It has no deadline but the end of all, which has emptied the queue; nothing in the kernel would tell
                // it.
                connection.IsWaitingForPipe = false;
                EndExpired(id, ref connection);
                return;
            case ConnectionState.Responding when IsToBeMeasured(connection):
                Measure(id, ref connection);
                return;
            case ConnectionState.Responding when connection.IsParked:
                connection.IsParked = false;
                if (connection.IsTooSlow && !connection.IsLastLook && !_isAborting)
                {
                    LookOnceMore(id, ref connection);
                }
                else
                {
                    EndExpired(id, ref connection);
                }

                return;
            case ConnectionState.Receiving:
            case ConnectionState.Closing:
                // A receive is counted when it has ended with ECANCELED: bytes may be on their way past that.
                Cancel(id, ref connection);
                return;
            case ConnectionState.Resolving when !connection.IsWorking:
            case ConnectionState.Responding:
                // What waits on the socket ends with ECANCELED and decides there; so does what waits for a disk's turn.
                // A cancel may pass between two steps of a chain and find nothing, or a disk may hold the response, so
                // that it is repeated until the chain has ended.
                if (!connection.HasSendFailed)
                {
                    CountExpiry(connection);
                }

                connection.IsExpired = true;
                connection.HasSendFailed = true;
                Cancel(id, ref connection);
                return;
            case ConnectionState.Draining:
                Counters.Pass(LimitKind.DrainMilliseconds);
                Close(id, ref connection);
                return;
            default:
                // A job ends by itself. At the end of the grace period nobody waits for what it says.
                connection.HasSendFailed |= _isAborting && connection.State == ConnectionState.Resolving;
                break;
        }

        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + RepeatMilliseconds);
    }

    /// <summary>Cancels what waits, and later again if that has not ended it: at last every 8 s.</summary>
    private void Cancel(ConnectionId id, ref Connection connection)
    {
        const int DoublingsMax = 4;
        CloseChain.PrepareCancel(_resources, id, connection);
        int doublings = Math.Min((int)connection.CancelCount, DoublingsMax);
        connection.CancelCount = (byte)Math.Min(connection.CancelCount + 1, byte.MaxValue);
        long delay = _isAborting ? AbortRepeatMilliseconds : RepeatMilliseconds << doublings;
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + delay);
    }
}
