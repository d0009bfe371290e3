using System;
using System.Threading;

namespace ChainServe.Hosting;

/// <summary>
/// Tells a second stop signal, of somebody who does not want to wait, from one signal that arrives twice: timeout(1),
/// npm and foreman send it to the process and to its group, which it is in.
/// </summary>
internal sealed class StopSignals
{
    internal const int SecondMilliseconds = 500;

    private readonly Lock _lock = new Lock();
    private readonly TimeProvider _time;
    private long? _first;

    internal StopSignals(TimeProvider time)
    {
        _time = time;
    }

    /// <summary>Takes one that has come now, on any thread.</summary>
    internal StopSignal Take()
    {
        lock (_lock)
        {
            if (_first is not { } first)
            {
                _first = _time.GetTimestamp();
                return StopSignal.First;
            }

            return _time.GetElapsedTime(first) < TimeSpan.FromMilliseconds(SecondMilliseconds)
                ? StopSignal.Echo
                : StopSignal.Second;
        }
    }
}

/// <summary>What a stop signal means.</summary>
internal enum StopSignal : byte
{
    /// <summary>Stop, and let responses finish.</summary>
    First = 0,

    /// <summary>The first one once more.</summary>
    Echo = 1,

    /// <summary>End at once.</summary>
    Second = 2,
}
