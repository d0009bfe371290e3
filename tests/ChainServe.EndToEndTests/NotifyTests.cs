using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What the real process tells its service manager.</summary>
public sealed class NotifyTests
{
    private static ServerProcess Start(
        TemporarySite site,
        NotifySocket manager,
        string watchdogMicroseconds,
        params string[] arguments)
    {
        return ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            start =>
            {
                start.Environment["NOTIFY_SOCKET"] = manager.Path;
                start.Environment["WATCHDOG_USEC"] = watchdogMicroseconds;
            },
            arguments);
    }

    [SkippableFact]
    public void TheManagerHearsThatTheServerIsReadyAndThatItStops()
    {
        using var site = new TemporarySite();
        using var manager = new NotifySocket(Path.Combine(site.Base, "notify"));
        string[] user = Machine.IsRoot ? ["--user", "65534", "--group", "65534"] : [];
        Assert.Equal(0, Machine.Run("chmod", "755", site.Base));
        Assert.Equal(0, Machine.Run("chmod", "600", manager.Path));
        using ServerProcess server = Start(site, manager, "0", ["--grace-period", "7", .. user]);

        string[] ready = manager.Await("READY=1");
        Assert.Contains(ready, line => line.StartsWith("STATUS=serving http://", StringComparison.Ordinal));
        Assert.Contains($":{server.Port}/", ready[1], StringComparison.Ordinal);
        Assert.Equal(404, RawClient.Fetch(server, "/").Status);
        server.Stop();
        Assert.Contains("EXTEND_TIMEOUT_USEC=12000000", manager.Await("STOPPING=1"));
        Assert.Empty(manager.ReceiveAll());
    }

    /// <summary>A worker that hangs in the kernel: strace holds its next system call back, and nobody else's.</summary>
    [SkippableFact]
    public void AWorkerThatHangsEndsTheBeat()
    {
        string strace = Machine.RequireProgram("strace");
        using var site = new TemporarySite();
        using var manager = new NotifySocket(Path.Combine(site.Base, "notify"));
        using ServerProcess server = Start(site, manager, "1000000", "--workers", "2", "--no-sandbox");
        manager.Await("WATCHDOG=1");
        manager.Await("WATCHDOG=1");

        string thread = Assert.Single(ServerThreads.Named(server, "worker 1"));
        string[] arguments =
        [
            "-p", thread, "-o", "/dev/null", "-e", "inject=io_uring_enter:delay_exit=600000000",
        ];
        using Process tracer = Process.Start(
            new ProcessStartInfo(strace, arguments) { RedirectStandardError = true })!;
        try
        {
            bool IsTraced() => ServerThreads.IsTracedOrGone(thread, tracer.Id);
            bool isTraced = SpinWait.SpinUntil(() => tracer.HasExited || IsTraced(), 30_000);

            // On a machine that stalls it may have missed a turn before.
            int before = CountMissedTurns(server);
            bool isHeld = SpinWait.SpinUntil(() => tracer.HasExited || CountMissedTurns(server) > before, 30_000);
            Skip.If(tracer.HasExited, "processes may not be traced here");
            Assert.True(isTraced && isHeld, "the beat goes on");
            manager.ReceiveAll();

            // Two beats' time: what comes now would be wrong, and nothing that is late can fail this.
            Thread.Sleep(1_100);
            Assert.Empty(manager.ReceiveAll());
        }
        finally
        {
            tracer.Kill();
            tracer.WaitForExit();
        }

        manager.Await("WATCHDOG=1");
        server.Stop();
    }

    private static int CountMissedTurns(ServerProcess server)
    {
        return server.Error.Split("worker 1 has not turned").Length;
    }
}
