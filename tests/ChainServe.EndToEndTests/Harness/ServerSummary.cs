using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The last line of the server's log: what it has counted.</summary>
internal sealed partial record ServerSummary(
    long Requests,
    long Connections,
    long Timeouts,
    long ShortSends,
    long Jobs,
    long Compressions,
    long LostLogLines,
    long Unexpected)
{
    internal static ServerSummary Parse(string log)
    {
        Match match = Line().Match(log);
        Assert.True(match.Success, $"the server's log ends with a summary: {log}");
        return new ServerSummary(
            Number(match, "requests"),
            Number(match, "connections"),
            Number(match, "timeouts"),
            Number(match, "shortsends"),
            Number(match, "jobs"),
            Number(match, "compressions"),
            Number(match, "lost"),
            Number(match, "unexpected"));
    }

    private static long Number(Match match, string group)
    {
        return long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"served (?<requests>\d+) requests on (?<connections>\d+) connections;.*"
        + @" (?<timeouts>\d+) timeouts, \d+ short splices, (?<shortsends>\d+) short sends, "
        + @"(?<jobs>\d+) jobs, (?<compressions>\d+) compressions, "
        + @"(?<lost>\d+) lost log lines, (?<unexpected>\d+) unexpected")]
    private static partial Regex Line();
}
