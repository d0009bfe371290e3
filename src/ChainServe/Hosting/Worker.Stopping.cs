using System;

namespace ChainServe.Hosting;

// The end of a worker: 1. clients that have connected are accepted, no others; 2. listeners are let go; 3. responses
// end within the grace period, or are cut off; 4. the last lines of the access log.
internal sealed partial class Worker
{
    private const int CancelMilliseconds = 500;
    private const int AcceptRestMilliseconds = 1_000;

    private void Stop()
    {
        _flow.Stop(isGentle: _settings.HasSuccessor?.Invoke() ?? false);
        long end = _clock.NowMilliseconds + _settings.Flow.Timeouts.GraceMilliseconds;
        EndAccepting(end);

        // Only now: a number that is closed under an armed accept may be another file's by the time it is used.
        _listeners.Release();
        while (!_flow.IsIdle && _clock.NowMilliseconds < end)
        {
            Turn();
        }

        if (!_flow.IsIdle)
        {
            _settings.Log.Warning("the grace period is over; responses in flight are cut off");
            _flow.Abort();
            _clock.Update();
            end = _clock.NowMilliseconds + CancelMilliseconds;
            while (!_flow.IsIdle && _clock.NowMilliseconds < end)
            {
                Turn();
            }
        }

        // The last lines; a pipe whose reader has stopped does not hold up the end.
        end = _clock.NowMilliseconds + CancelMilliseconds;
        while (_accessLog is { IsIdle: false } && _clock.NowMilliseconds < end)
        {
            Turn();
        }

        _accessLog?.GiveUp();
    }

    /// <summary>Whoever has connected before the listener is closed gets an answer, and a successor that accepts from
    /// the same socket need not wait for the next client to hear of one that this worker was woken for.</summary>
    private void EndAccepting(long end)
    {
        long lastRound = Math.Min(end, _clock.NowMilliseconds + AcceptRestMilliseconds);
        while (true)
        {
            while (_flow.HasArmedAccepts && _clock.NowMilliseconds < end)
            {
                Turn();
            }

            if (_clock.NowMilliseconds >= lastRound || !_listeners.HasClients)
            {
                return;
            }

            _flow.AcceptWaiting();
            if (!_flow.HasArmedAccepts)
            {
                // Not before a slot is free, or the pause of accepts is over.
                Turn();
            }
        }
    }
}
