using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed class ServerLogTests
{
    [Theory]
    [InlineData(0, "error: e|")]
    [InlineData(1, "error: e|warning: w|")]
    [InlineData(2, "error: e|warning: w|info: i|")]
    [InlineData(3, "error: e|warning: w|info: i|debug: d|")]
    public void ALevelContainsTheOnesBeforeIt(byte level, string lines)
    {
        using var writer = new StringWriter();
        using var log = new ServerLog(writer, (LogLevel)level);
        log.Error("e");
        log.Warning("w");
        log.Information("i");
        log.Debug("d");
        log.Flush();

        Assert.Equal(lines, writer.ToString().Replace('\n', '|'));
        Assert.Equal(level >= 3, log.IsEnabled(LogLevel.Debug));
    }

    [Theory]
    [InlineData(0, "2026-01-02T03:04:05.678Z warning: a?b?[31m")]
    [InlineData(1, "warning: a?b?[31m")]
    [InlineData(2, "\e[33mwarning:\e[0m a?b?[31m")]
    public void AMessageCannotMakeALineOrAColorOfItsOwn(byte style, string line)
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

        Assert.Equal(line, LogLine.Format(LogLevel.Warning, "a\nb\e[31m", (LogStyle)style, now));
    }

    [Theory]
    [InlineData(true, null, null, LogStyleName.Colored)]
    [InlineData(true, "NO_COLOR", "1", LogStyleName.Plain)]
    [InlineData(true, "NO_COLOR", "", LogStyleName.Colored)]
    [InlineData(true, "TERM", "dumb", LogStyleName.Plain)]
    [InlineData(false, null, null, LogStyleName.Timed)]
    [InlineData(false, "JOURNAL_STREAM", "8:1", LogStyleName.Plain)]
    public void TheStyleFollowsTheStream(bool isTerminal, string? name, string? value, string style)
    {
        Assert.Equal(style, LogStyles.Choose(isTerminal, key => key == name ? value : null).ToString());
    }

    [Fact]
    public void LinesOfManyThreadsStayWhole()
    {
        using var writer = new StringWriter();
        using (var log = new ServerLog(writer, LogLevel.Information))
        {
            List<Thread> threads = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    log.Information($"{thread} {i} end");
                }
            }))];
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
        }

        string[] lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(400, lines.Distinct().Count());
        Assert.All(lines, line => Assert.Matches("^info: [0-3] [0-9]+ end$", line));
    }

    [Fact]
    public void AReaderThatStopsReadingBlocksNoCallerAndLossIsTold()
    {
        using var gate = new ManualResetEventSlim();
        using var writer = new StalledWriter(gate);
        using var log = new ServerLog(writer, LogLevel.Information);
        for (int i = 0; i < ServerLog.QueuedLinesMax * 2; i++)
        {
            log.Information("x");
        }

        gate.Set();
        log.Flush();

        Assert.Matches("warning: [0-9]+ lines of this log were lost, because nobody read it in time\n$", writer.Text);
    }

    [Fact]
    public void AClosedStreamIsNoReasonToFail()
    {
        var writer = new StreamWriter(new MemoryStream());
        writer.Dispose();
        using var log = new ServerLog(writer, LogLevel.Information);

        log.Error("nobody hears this");
        log.Flush();

        Assert.True(log.IsEnabled(LogLevel.Error));
    }

    private static class LogStyleName
    {
        internal const string Colored = nameof(LogStyle.Colored);
        internal const string Plain = nameof(LogStyle.Plain);
        internal const string Timed = nameof(LogStyle.Timed);
    }

    /// <summary>A pipe whose reader comes back only when the gate opens.</summary>
    private sealed class StalledWriter(ManualResetEventSlim gate) : StringWriter
    {
        internal string Text => ToString();

        public override void Write(string? value)
        {
            gate.Wait();
            base.Write(value);
        }
    }
}
