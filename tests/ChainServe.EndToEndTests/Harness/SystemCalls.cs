using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Counts the system calls of a server, all its threads together, with strace.</summary>
internal static class SystemCalls
{
    internal static Process Attach(string strace, ServerProcess server, string report)
    {
        string[] arguments = ["-f", "-c", "-o", report, "-p", $"{server.ProcessId}"];
        Process tracer = Process.Start(new ProcessStartInfo(strace, arguments) { RedirectStandardError = true })!;
        bool IsTraced() => ServerThreads.All(server).All(
            thread => ServerThreads.IsTracedOrGone(thread, tracer.Id));
        bool isAttached = SpinWait.SpinUntil(() => tracer.HasExited || IsTraced(), 10_000) && !tracer.HasExited;
        if (!isAttached)
        {
            string reason = tracer.HasExited ? tracer.StandardError.ReadToEnd().Trim() : "it did not attach in time";
            Skip.If(true, $"processes may not be traced here: {reason}");
        }

        // Its chatter about threads must not fill the pipe.
        tracer.BeginErrorReadLine();
        return tracer;
    }

    /// <summary>Ends the trace.</summary>
    /// <returns>How often each call was made.</returns>
    internal static Dictionary<string, long> Detach(Process tracer, string report)
    {
        Machine.Run("/bin/sh", "-c", $"kill -INT {tracer.Id}");
        Assert.True(tracer.WaitForExit(30_000), "strace ends");
        return Parse(File.ReadAllLines(report));
    }

    /// <summary>The calls of a report.</summary>
    internal static string[] NamesIn(string report)
    {
        return [.. Parse(File.ReadAllLines(report)).Keys];
    }

    /// <summary>Rows of "% time, seconds, usecs/call, calls, [errors,] syscall".</summary>
    private static Dictionary<string, long> Parse(string[] report)
    {
        var calls = new Dictionary<string, long>();
        foreach (string line in report)
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isRow = columns.Length is 5 or 6 && columns[^1] != "total" && char.IsAsciiDigit(columns[0][0]);
            if (isRow)
            {
                calls[columns[^1]] = long.Parse(columns[3], CultureInfo.InvariantCulture);
            }
        }

        return calls;
    }
}
