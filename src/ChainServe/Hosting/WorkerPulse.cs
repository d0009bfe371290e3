using System;
using System.Threading;

namespace ChainServe.Hosting;

/// <summary>Whether a worker still turns. One without work sleeps: it is woken, and asked the next time whether it has
/// turned since.</summary>
internal sealed class WorkerPulse
{
    private readonly object _gate = new();
    private Action? _wake;
    private long _turns;
    private long _turnsSeen;

    /// <summary>A worker is there, which this wakes.</summary>
    internal void Attach(Action wake)
    {
        lock (_gate)
        {
            _wake = wake;
        }
    }

    /// <summary>The worker goes, and must not be woken any more.</summary>
    internal void Detach()
    {
        lock (_gate)
        {
            _wake = null;
        }
    }

    /// <summary>A turn is through. On the worker's thread.</summary>
    internal void Turned()
    {
        Volatile.Write(ref _turns, _turns + 1);
        if (_turns == 1)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for the first turn, with which it accepts.</summary>
    /// <returns>False when none has come in time.</returns>
    internal bool AwaitTurn(TimeSpan patience)
    {
        Wake();
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (_gate)
        {
            for (long left = 1; Volatile.Read(ref _turns) == 0 && left > 0; left = end - Environment.TickCount64)
            {
                Monitor.Wait(_gate, (int)left);
            }
        }

        return Volatile.Read(ref _turns) > 0;
    }

    /// <summary>Whether it has turned since the last question. From one thread at a time.</summary>
    internal bool Ask()
    {
        long turns = Volatile.Read(ref _turns);
        bool hasTurned = turns != _turnsSeen;
        _turnsSeen = turns;
        Wake();
        return hasTurned;
    }

    private void Wake()
    {
        lock (_gate)
        {
            _wake?.Invoke();
        }
    }
}
