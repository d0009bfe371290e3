using System.Linq;
using System.Text.RegularExpressions;
using ChainServe.Hosting;

namespace ChainServe.Tests.Simulation;

// How a run ends, and what must be true then.
internal sealed partial class SimulationRun
{
    private const int IdleActionsMax = 20;

    // Longer than a drain and an accept's pause; and than a stall and all that waits behind it.
    private const int RestMilliseconds = 1_000;
    private const int StalledRestMilliseconds = 7_000;

    private string? EndAtRest()
    {
        _server.Faults.Issuing = null;
        _server.Kernel.TellingStatus = null;
        _tree.EndTrouble();
        foreach (SimulatedClient client in _clients)
        {
            client.Send(int.MaxValue);
            client.Client.ReadsByItself = true;
            client.Client.Receive();
        }

        _server.RunUntilQuiet();
        _server.Pass(_plan.StallPerMille + _plan.LogPerMille > 0 ? StalledRestMilliseconds : RestMilliseconds);
        if (Finish() is { } fault)
        {
            return fault;
        }

        _server.End();
        return LogFault();
    }

    /// <summary>The server was told to stop in the middle of something: clients go on, and then nobody does anything.
    /// </summary>
    private string? EndEarly()
    {
        _marks.Add("an early stop");
        long begin = _tree.NowMilliseconds;
        _server.RunToEnd(ActWhileStopping);
        long time = _tree.NowMilliseconds - begin;
        _marks.AddIf(time >= _plan.Options.Timeouts.GraceMilliseconds, "the grace period's end");
        _marks.AddIf(!_server.Worker.IsIdle, "a stop that left something to a stalled disk");
        if (Finish() is { } fault)
        {
            return fault;
        }

        if (_server.Kernel.RequestsStalled == 0)
        {
            _server.AssertNothingIsLeft();
        }

        return _server.Worker.IsIdle ? LogFault() : null;
    }

    private bool ActWhileStopping()
    {
        if (_idleActions++ >= IdleActionsMax || _clients.Count == 0)
        {
            return false;
        }

        Talk(_dice.Pick(_clients));
        return true;
    }

    private string? Finish()
    {
        foreach (SimulatedClient client in _clients)
        {
            if (client.Finish() is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    // Each response has its line, or is counted as lost.
    private string? LogFault()
    {
        _marks.AddIf(_server.Counters.LostLogLines > 0, "lost lines");
        _marks.AddIf(_server.Counters.SnapshotHits > 0, "copies");
        _marks.AddIf(_server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin] > 0, "a slow reader sent away");
        if (!_plan.Logs)
        {
            return null;
        }

        string text = System.Text.Encoding.Latin1.GetString(_server.Files.Node(FakeServer.AccessLogPath).Content);
        int lines = LogLine().Count(text);
        long lost = _server.Counters.LostLogLines;
        int answered = _clients.Sum(client => client.Answered);
        bool isExact = _plan.LogPerMille == 0;
        return lines + lost < answered || (isExact && lines != text.Split('\n').Length - 1)
            ? $"{lines} lines and {lost} lost for {answered} responses: {text}"
            : null;
    }

    [GeneratedRegex(@"^127\.0\.0\.1 - - \[[^\]]+\] ""[^""\n]*"" [2-5][0-9][0-9] ([0-9]+|-)$", RegexOptions.Multiline)]
    private static partial Regex LogLine();
}
