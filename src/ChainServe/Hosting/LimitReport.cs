using System;
using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

/// <summary>Tells the log of one worker's limits that clients pass: a line a minute, however many they are.</summary>
internal sealed class LimitReport
{
    internal const long IntervalMilliseconds = 60_000;

    private readonly long[] _reported = new long[LimitNames.Count];
    private readonly long[] _news = new long[LimitNames.Count];
    private long _next;

    /// <summary>Called now and then.</summary>
    /// <param name="counters">What was passed since the start.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="log">Where to.</param>
    internal void Tick(WorkerCounters counters, long now, ServerLog log)
    {
        if (now < _next)
        {
            return;
        }

        for (int limit = 0; limit < _news.Length; limit++)
        {
            _news[limit] = LimitNames.IsOrdinary((LimitKind)limit) ? 0 : counters.Limits[limit] - _reported[limit];
        }

        if (!_news.AsSpan().ContainsAnyExcept(0))
        {
            return;
        }

        _next = now + IntervalMilliseconds;
        counters.Limits.CopyTo(_reported);
        log.Warning($"limits passed: {LimitNames.Describe(_news)}");
    }
}
