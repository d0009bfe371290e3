using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>The units of deploy/: they are written right, they take away what can be taken, and the server works with
/// what they leave. No service manager runs here; what it would do is done one by one.</summary>
public sealed class DeploymentTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    /// <summary>Copies that name a program which is there.</summary>
    private static string[] CopyUnits(TemporarySite site)
    {
        List<string> copies = [];
        foreach (string unit in Directory.GetFiles(Path.GetDirectoryName(Confinement.UnitPath)!))
        {
            string copy = Path.Combine(site.Base, Path.GetFileName(unit));
            File.WriteAllText(copy, File.ReadAllText(unit).Replace("/usr/local/bin/chainserve", "/bin/true"));
            copies.Add(copy);
        }

        Assert.Equal(2, copies.Count);
        return [.. copies];
    }

    private static string Analyze(params string[] arguments)
    {
        string analyze = Machine.RequireProgram("systemd-analyze");
        using Process process = Process.Start(new ProcessStartInfo(analyze, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        string error = process.StandardError.ReadToEnd();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error + output);
        return error;
    }

    [SkippableFact]
    public void TheUnitsAreWrittenRight()
    {
        using var site = new TemporarySite();
        Assert.Equal("", Analyze(["verify", "--man=no", .. CopyUnits(site)]));
    }

    /// <summary>Of 100; without any option it is 96. Other versions of systemd weigh a little differently.</summary>
    [SkippableFact]
    public void TheServiceIsExposedToNextToNothing()
    {
        using var site = new TemporarySite();
        string service = CopyUnits(site).Single(path => path.EndsWith(".service", StringComparison.Ordinal));
        Analyze("security", "--offline=true", "--no-pager", "--threshold=10", service);
    }

    /// <summary>They are tasks of the service. A ring has up to 256 of them (RingStart), a worker some threads besides,
    /// and there are two servers during a reload.</summary>
    [Fact]
    public void TheKernelHasThreadsForEveryDiskThatStalls()
    {
        const string Limit = "TasksMax=";
        string line = File.ReadLines(Confinement.UnitPath)
            .Single(line => line.StartsWith(Limit, StringComparison.Ordinal));
        int tasks = int.Parse(line[Limit.Length..], CultureInfo.InvariantCulture);
        Assert.InRange(tasks, 2 * 30 * (256 + 8), 32768);
    }

    [SkippableFact]
    public void EveryCallThatTheServerMakesIsAllowed()
    {
        string strace = Machine.RequireProgram("strace");
        HashSet<string> allowed = Confinement.AllowedCalls();
        using TemporarySite site = MakeSite();
        using var manager = new NotifySocket(Path.Combine(site.Base, "notify"));
        string report = Path.Combine(site.Base, "calls");
        using ServerProcess first = ServerProcess.StartAs(
            site,
            NoSettings,
            start =>
            {
                // Behind the making of the sockets, which is not the server's.
                start.RunUnder(strace, "-f", "-c", "-o", report, "-D");
                start.PassSockets("tcp");
                start.Environment["NOTIFY_SOCKET"] = manager.Path;
                start.Environment["WATCHDOG_USEC"] = "1000000";
            },
            Arguments(site));
        using var generations = new Generations(first);
        manager.Await("WATCHDOG=1");
        UseEverything(site, first, generations);
        manager.ReceiveAll();
        generations.Stop();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(report) && new FileInfo(report).Length > 0, 30_000));

        string[] calls = SystemCalls.NamesIn(report);
        Assert.Contains("io_uring_enter", calls);
        Assert.Contains("landlock_restrict_self", calls);
        Assert.Equal([], calls.Where(call => !allowed.Contains(call)));
    }

    [SkippableFact]
    public void TheServerDoesAllItsWorkWithWhatTheServiceLeavesIt()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess first = ServerProcess.StartAs(
            site, NoSettings, static start => start.Confine(), Arguments(site));
        using var generations = new Generations(first);
        string[] status = File.ReadAllLines($"/proc/{first.ProcessId}/status");
        Assert.Contains("Seccomp:\t2", status);
        Assert.Contains("CapBnd:\t0000000000000000", status);
        UseEverything(site, first, generations);
        generations.Stop();
        Assert.DoesNotContain(" error: ", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warn", first.Error, StringComparison.Ordinal);
        Assert.Contains("Landlock", first.Output, StringComparison.Ordinal);
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.WritePattern("large.bin", 500_000);
        site.Write("text.txt", new string('a', 10_000));
        return site;
    }

    private static string[] Arguments(TemporarySite site)
    {
        return ["--browse", "--compress", "--etag", "hash", "--access-log", Path.Combine(site.Base, "access.log")];
    }

    private static void UseEverything(TemporarySite site, ServerProcess server, Generations generations)
    {
        Assert.True(Pattern.Matches(0, RawClient.Fetch(server, "/large.bin").Body));
        Assert.Equal(206, RawClient.Fetch(server, "/large.bin", fields: "Range: bytes=0-9,20-29\r\n").Status);
        Assert.Equal(200, RawClient.Fetch(server, "/text.txt", fields: "Accept-Encoding: gzip\r\n").Status);
        Assert.Contains("text.txt", RawClient.Fetch(server, "/").Text);
        string log = Path.Combine(site.Base, "access.log");
        File.Move(log, log + ".1");
        Generations.Signal(server.ProcessId, "USR1");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(log), 30_000));
        generations.Reload();
        generations.AwaitPredecessors();
        Assert.True(Pattern.Matches(0, RawClient.Fetch(server, "/large.bin").Body));
    }
}
