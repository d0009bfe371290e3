using System;
using System.Collections.Generic;
using ChainServe.Chains;
using ChainServe.Connections;
using Uring.Abi;

namespace ChainServe.Hosting;

// The least rate at which a client takes a long body. While one waits for room in its socket, the socket is asked every
// 5 s, or more often where a send may not take so long, what the client has not taken yet; what it took since the last
// time must be as much as the rate demands. The first time only asks. A client that takes nothing ends after 10 s so,
// one that takes a little more than the rate never.
internal sealed partial class ConnectionFlow
{
    private const int MeasureMillisecondsMax = 5_000;
    private const long NotMeasured = long.MinValue;

    /// <summary>The listeners whose sockets do not say it: on kernels before 6.6, and those that are not TCP's. The
    /// deadline of a send rules there.</summary>
    private readonly HashSet<ushort> _unmeasured = [];

    private long MeasureMilliseconds => Math.Min(MeasureMillisecondsMax, _options.Timeouts.SendMilliseconds);

    private bool MeasuresRate(in Connection connection)
    {
        return _options.Limits.SendBytesPerSecondMin > 0
            && !_isAborting
            && (_unmeasured.Count == 0 || !_unmeasured.Contains(connection.Listener));
    }

    private void BeginMeasuring(ref Connection connection)
    {
        connection.Splice.MeasuredSince = _clock.NowMilliseconds;
        connection.Splice.WaitEnded = _clock.NowMilliseconds;
        connection.Splice.MeasuredBytes = NotMeasured;
        connection.IsTooSlow = false;
        connection.IsLastLook = false;
    }

    /// <summary>From here on it is the client that takes the time. For other bodies than spliced ones their deadline
    /// rules.</summary>
    private void BeginWaiting(ConnectionId id, ref Connection connection)
    {
        if (!IsSpliced(connection))
        {
            return;
        }

        connection.IsWaitingForClient = true;
        connection.Splice.MeasuredSince += _clock.NowMilliseconds - connection.Splice.WaitEnded;
        if (IsToBeMeasured(connection))
        {
            _table.SetDeadline(id.Slot, connection.Splice.MeasuredSince + MeasureMilliseconds);
        }
        else if (connection.IsTooSlow)
        {
            _table.SetDeadline(id.Slot, _clock.NowMilliseconds);
            WantsSweep = true;
        }
    }

    /// <summary>From here on it is a disk, or another holder of the pipes.</summary>
    private void EndWaiting(ref Connection connection)
    {
        connection.IsWaitingForClient = false;
        connection.Splice.WaitEnded = _clock.NowMilliseconds;
    }

    /// <summary>Whether its deadline is not the end yet.</summary>
    private bool IsToBeMeasured(in Connection connection)
    {
        return connection.IsWaitingForClient
            && MeasuresRate(connection)
            && !connection.HasSendFailed
            && !connection.IsTooSlow;
    }

    private void Measure(ConnectionId id, ref Connection connection)
    {
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + RepeatMilliseconds);
        if (!connection.IsMeasuring)
        {
            connection.IsMeasuring = true;
            connection.InFlight++;
            GateChain.PrepareMeasure(_resources, id);
        }
    }

    private void CompleteMeasure(ConnectionId id, ref Connection connection, int result)
    {
        connection.IsMeasuring = false;
        if (!IsToBeMeasured(connection))
        {
            // The body has gone on meanwhile, or the connection has ended or will.
            FreeIfEnded(id, ref connection);
            return;
        }

        long now = _clock.NowMilliseconds;
        if (result is -Errno.ENOMEM or -Errno.ENOBUFS or -Errno.EAGAIN or -Errno.EINTR)
        {
            _table.SetDeadline(id.Slot, now + MeasureMilliseconds);
            return;
        }

        if (result < 0)
        {
            StopMeasuring(connection.Listener);
            return;
        }

        long taken = connection.ChunkOffset - connection.Plan.Offset - result;
        long rate = _options.Limits.SendBytesPerSecondMin;
        bool isSlow = connection.Splice.MeasuredBytes != NotMeasured
            && result > 0
            && (taken - connection.Splice.MeasuredBytes) * 1_000 < rate * (now - connection.Splice.MeasuredSince);
        if (isSlow)
        {
            // The sweep ends it: of a thousand such, some at a time. Unless the body goes on before.
            connection.IsTooSlow = true;
            _table.SetDeadline(id.Slot, now);
            WantsSweep = true;
            return;
        }

        connection.Splice.MeasuredBytes = taken;
        connection.Splice.MeasuredSince = now;
        _table.SetDeadline(id.Slot, now + MeasureMilliseconds);
    }

    private void StopMeasuring(ushort listener)
    {
        _unmeasured.Add(listener);
        for (int slot = 0; slot < _table.HighWater; slot++)
        {
            ref Connection connection = ref _table[slot];
            if (connection.Listener != listener || connection.IsTooSlow || connection.HasSendFailed)
            {
                continue;
            }

            // What was left until the next measure is not the time of a send.
            connection.Splice.TimeLeft = _options.Timeouts.SendMilliseconds;
            if (connection.IsWaitingForClient)
            {
                SetSendDeadline(new ConnectionId(slot, _table[slot].Generation));
            }
        }
    }
}
