using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A server and its successors, which share its standard streams. All of them are gone at the end.</summary>
internal sealed partial class Generations : IDisposable
{
    private const int HangUp = 1;

    private const int PatienceMilliseconds = 60_000;

    private readonly ServerProcess _first;

    internal Generations(ServerProcess first)
    {
        _first = first;
        Current = first.ProcessId;
    }

    /// <summary>The process that serves.</summary>
    internal int Current { get; private set; }

    /// <summary>Those that have served before, the first one first.</summary>
    internal List<int> Predecessors { get; } = [];

    internal static bool IsRunning(int processId)
    {
        // One that has ended stays as a zombie until its parent, or process 1, has looked at it.
        string stat = $"/proc/{processId}/stat";
        try
        {
            string text = File.ReadAllText(stat);
            return text[text.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Sends a signal by its name.</summary>
    internal static void Signal(int processId, string name)
    {
        // As under nohup: the server leaves it so.
        Skip.If(
            name == "HUP" && SignalFacts.IsIgnored(HangUp),
            "SIGHUP is ignored in the process of the tests, and so it is in every process that they start");
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", $"kill -{name} {processId}"));
    }

    /// <summary>Asks for a reload, and waits until a successor serves.</summary>
    internal void Reload()
    {
        Signal(Current, "HUP");
        AwaitSuccessor();
    }

    /// <summary>Waits until the next successor serves.</summary>
    internal void AwaitSuccessor()
    {
        int count = Predecessors.Count;
        AwaitLine(
            () => Taken().Count(_first.Error) > count,
            "a successor serves");
        Predecessors.Add(Current);
        Current = int.Parse(Taken().Matches(_first.Error)[count].Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Asks for a reload that is to fail, and waits until it has.</summary>
    internal void FailToReload()
    {
        int count = Failures();
        Signal(Current, "HUP");
        AwaitLine(() => Failures() > count, "the reload fails");
    }

    /// <summary>Waits until no predecessor is left.</summary>
    internal void AwaitPredecessors()
    {
        AwaitLine(() => !Predecessors.Exists(IsRunning), "the predecessors end");
    }

    /// <summary>Stops the one that serves, and waits for its end and that of the streams.</summary>
    internal void Stop()
    {
        Signal(Current, "TERM");
        AwaitLine(() => !IsRunning(Current), "the successor ends");
        Assert.Equal(0, _first.WaitForExit());
    }

    public void Dispose()
    {
        foreach (int processId in Predecessors.Append(Current).Where(IsRunning))
        {
            using Process process = Process.GetProcessById(processId);
            process.Kill();
        }

    }

    private int Failures()
    {
        return _first.Error.Split("there is no successor").Length;
    }

    private void AwaitLine(Func<bool> isTrue, string what)
    {
        Assert.True(SpinWait.SpinUntil(isTrue, PatienceMilliseconds), $"{what}: {_first.Error}");
    }

    [GeneratedRegex(@"process (\d+) serves from now on")]
    private static partial Regex Taken();
}
