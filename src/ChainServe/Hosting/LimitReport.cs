using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

/// <summary>Tells the log of one worker's limits that clients pass: a line a minute, however many they are.</summary>
internal sealed class LimitReport
{
    internal const long IntervalMilliseconds = 60_000;

    private readonly long[] _reported = new long[LimitNames.Count];
    private long _next;

    /// <summary>Called now and then.</summary>
    /// <param name="counters">What was passed since the start.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="log">Where to.</param>
    internal void Tick(WorkerCounters counters, long now, ServerLog log)
    {
        if (now < _next || !HasNews(counters))
        {
            return;
        }

        long[] news = new long[LimitNames.Count];
        for (int limit = 0; limit < news.Length; limit++)
        {
            news[limit] = LimitNames.IsOrdinary((LimitKind)limit) ? 0 : counters.Limits[limit] - _reported[limit];
        }

        _next = now + IntervalMilliseconds;
        counters.Limits.CopyTo(_reported);
        log.Warning($"limits passed: {LimitNames.Describe(news)}");
    }

    private bool HasNews(WorkerCounters counters)
    {
        for (int limit = 0; limit < _reported.Length; limit++)
        {
            if (counters.Limits[limit] != _reported[limit] && !LimitNames.IsOrdinary((LimitKind)limit))
            {
                return true;
            }
        }

        return false;
    }
}
