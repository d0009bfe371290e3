using System;
using System.Collections.Generic;
using System.Globalization;

namespace ChainServe.Hosting;

/// <summary>How the limits are called where people read of them: by their keys, or by what has none.</summary>
internal static class LimitNames
{
    private static readonly string[] Names =
    [
        "Limits:ConnectionsPerWorker",
        "Limits:ConnectionsPerAddress",
        "Limits:RequestsPerConnection",
        "Limits:RequestLineBytesMax",
        "Limits:HeadBytesMax",
        "Limits:HeaderCountMax",
        "Limits:BodyBytesDiscardedMax",
        "Limits:SendBytesPerSecondMin",
        "Timeouts:HeadMilliseconds",
        "Timeouts:KeepAliveMilliseconds",
        "Timeouts:SendMilliseconds",
        "Timeouts:DrainMilliseconds",
        "Timeouts:GraceMilliseconds",
        "jobs",
        "open files",
    ];

    internal static int Count => Names.Length;

    /// <summary>Whether clients pass it without harm: such a limit is counted, and not reported.</summary>
    internal static bool IsOrdinary(LimitKind limit)
    {
        return limit is LimitKind.RequestsPerConnection or LimitKind.KeepAliveMilliseconds
            or LimitKind.DrainMilliseconds or LimitKind.GraceMilliseconds;
    }

    /// <summary>Lists what was passed: <c>Limits:HeadBytesMax 3, jobs 1</c>.</summary>
    /// <param name="counts">By limit.</param>
    /// <returns>Empty when nothing was.</returns>
    internal static string Describe(ReadOnlySpan<long> counts)
    {
        List<string> parts = [];
        for (int limit = 0; limit < counts.Length; limit++)
        {
            if (counts[limit] > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Names[limit]} {counts[limit]}"));
            }
        }

        return string.Join(", ", parts);
    }
}
