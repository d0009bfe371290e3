using System.Collections.Generic;
using System.Globalization;

namespace ChainServe.Hosting;

/// <summary>What a server says of its life at its end.</summary>
internal static class Summary
{
    /// <summary>Its lines.</summary>
    internal static string[] Of(IEnumerable<WorkerThread> workers)
    {
        WorkerCounters total = new WorkerCounters();
        foreach (WorkerThread worker in workers)
        {
            total.Add(worker.Counters);
        }

        double enters = total.Requests == 0 ? 0 : 1000.0 * total.Enters / total.Requests;
        double facts = Percent(total.FactsHits, total.FactsHits + total.FactsMisses);
        double canned = Percent(total.SnapshotHits, total.Requests);
        string limits = LimitNames.Describe(total.Limits);
        string counts = string.Create(
            CultureInfo.InvariantCulture,
            $"served {total.Requests} requests on {total.Connections} connections; "
            + $"{enters:F0} io_uring_enter per 1,000 requests; facts known {facts:F1} %, "
            + $"sent from memory {canned:F1} % ({total.Snapshots} copies made); {total.Resolves} resolves, "
            + $"{total.ColdRetries} cold retries, {total.ChangedFiles} changed files, {total.FileErrors} file errors, "
            + $"{total.Timeouts} timeouts, "
            + $"{total.ShortSplices} short splices, {total.ShortSends} short sends, "
            + $"{total.Jobs} jobs, {total.Compressions} compressions, "
            + $"{total.LostLogLines} lost log lines, {total.Unexpected} unexpected completions");
        return [counts, $"limits passed: {(limits.Length > 0 ? limits : "none")}"];
    }

    private static double Percent(long part, long whole)
    {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
