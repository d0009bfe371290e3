using System;
using ChainServe.Http;

namespace ChainServe.Hosting;

/// <summary>
/// The time of a worker, read once per turn of its loop: all completions of one batch happen at the same moment. The
/// Date field is written again only when its second changes.
/// </summary>
internal sealed class WorkerClock
{
    private const long NanosecondsPerTick = 100;

    private readonly TimeProvider _time;
    private readonly byte[] _date = new byte[HttpDate.Length];
    private long _dateSeconds = long.MinValue;

    internal WorkerClock(TimeProvider time)
    {
        _time = time;
        Update();
    }

    /// <summary>Monotonic; for deadlines.</summary>
    internal long NowMilliseconds { get; private set; }

    /// <summary>The same, finer.</summary>
    internal long NowMicroseconds { get; private set; }

    /// <summary>For people.</summary>
    internal DateTime UtcNow { get; private set; }

    /// <summary>Nanoseconds since 1970; for the age of files.</summary>
    internal long UnixNanoseconds { get; private set; }

    /// <summary>The Date field: 29 bytes.</summary>
    internal ReadOnlySpan<byte> Date => _date;

    internal void Update()
    {
        long timestamp = _time.GetTimestamp();
        NowMilliseconds = (long)(timestamp * (1000.0 / _time.TimestampFrequency));
        NowMicroseconds = (long)(timestamp * (1_000_000.0 / _time.TimestampFrequency));
        DateTimeOffset now = _time.GetUtcNow();
        UtcNow = now.UtcDateTime;
        UnixNanoseconds = (now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;
        long seconds = now.ToUnixTimeSeconds();
        if (seconds != _dateSeconds)
        {
            _dateSeconds = seconds;
            HttpDate.Format(seconds, _date);
        }
    }
}
