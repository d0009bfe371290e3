using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>SIGHUP: a successor with the configuration as it is by then takes over, and no client notices.</summary>
[Collection(Alone.Name)]
public sealed class ReloadTests
{
    private const int LargeLength = 100 << 20;

    internal static TemporarySite MakeSite(string settings)
    {
        var site = new TemporarySite();
        site.WritePattern("file.bin", 10_000);
        site.WritePattern("long.bin", 200_000);
        Configure(site, settings);
        return site;
    }

    internal static void Configure(TemporarySite site, string settings)
    {
        string path = Path.Combine(site.Base, "chainserve.json");
        File.WriteAllText(path + ".new", $"{{ \"Host\": \"127.0.0.1\", {settings} }}");
        File.Move(path + ".new", path, overwrite: true);
    }

    // Workers come from the file.
    internal static ServerProcess Start(TemporarySite site, params string[] arguments)
    {
        return ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            start =>
            {
                int workers = start.ArgumentList.IndexOf("--workers");
                start.ArgumentList.RemoveAt(workers + 1);
                start.ArgumentList.RemoveAt(workers);
            },
            arguments);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClientsWithoutPauseGetOnlyWholeAnswersOverManyReloads(bool isUnix)
    {
        using TemporarySite site = MakeSite("\"Workers\": 2, \"Header\": [\"X-Version: 0\"]");
        string socket = Path.Combine(site.Base, "web.sock");
        using ServerProcess first = isUnix ? Start(site, "--unix-socket", socket) : Start(site);
        using var generations = new Generations(first);
        using var hammer = new Hammer(first);
        int[] workers = [3, 1, 2];
        for (int version = 1; version <= workers.Length; version++)
        {
            Configure(site, $"\"Workers\": {workers[version - 1]}, \"Header\": [\"X-Version: {version}\"]");
            hammer.AwaitMore(500);
            generations.Reload();
            hammer.AwaitMore(500);

            // As soon as the predecessor has stopped accepting, and at once if nobody else gets the connection.
            generations.AwaitPredecessors();
            Assert.Equal($"{version}", RawClient.Fetch(first, "/file.bin")["X-Version"]);
        }

        hammer.Stop();
        Assert.Equal("", hammer.Faults);
        generations.Stop();
        Assert.False(File.Exists(socket));
        Assert.DoesNotContain(" error: ", first.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AConfigurationThatCannotBeUsedLeavesTheServerAsItIs()
    {
        using TemporarySite site = MakeSite("\"Workers\": 1, \"Header\": [\"X-Version: 0\"]");
        using ServerProcess first = Start(site);
        using var generations = new Generations(first);
        using var hammer = new Hammer(first);
        foreach ((string settings, string reason) in ((string, string)[])
        [
            ("\"Workers\": \"many\"", "Workers"),
            ("\"Workers\": 1, \"ErrorPages\": }", "chainserve.json"),
            ("\"Workers\": 1, \"AccessLog\": \"no/such/directory/log\"", "directory of the access log"),
            ("\"Workers\": 1, \"Hosts\": [{ \"Host\": \"a\", \"Root\": \"/no/such/root\" }]", "/no/such/root"),
        ])
        {
            Configure(site, settings);
            generations.FailToReload();
            Assert.Contains(reason, first.Error, StringComparison.Ordinal);
            Assert.Contains("exit code 1, and has said why; serving on as before", first.Error);
            Assert.Equal("0", RawClient.Fetch(first, "/file.bin")["X-Version"]);
            hammer.AwaitMore(200);
        }

        Configure(site, "\"Workers\": 1, \"Header\": [\"X-Version: 1\"]");
        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal("1", RawClient.Fetch(first, "/file.bin")["X-Version"]);
        hammer.Stop();
        Assert.Equal("", hammer.Faults);
        generations.Stop();
    }

    [SkippableFact]
    public void AResponseInFlightEndsInThePredecessorWhoseEndNobodyElseNotices()
    {
        using TemporarySite site = MakeSite(
            "\"Workers\": 2, \"Limits\": { \"SendBytesPerSecondMin\": 0 }, "
            + "\"Timeouts\": { \"GraceMilliseconds\": 60000, \"SendMilliseconds\": 60000 }");
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess first = Start(site);
        using var generations = new Generations(first);
        using var slow = new RawClient(first, receiveBuffer: 65536);
        slow.Send(RawClient.Request("/large.bin"));
        slow.ReadHead();
        using var hammer = new Hammer(first);
        generations.Reload();
        Assert.True(Generations.IsRunning(first.ProcessId));
        slow.ReadBody(LargeLength / 2, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        hammer.AwaitMore(500);

        Generations.Signal(first.ProcessId, "KILL");
        generations.AwaitPredecessors();
        hammer.AwaitMore(500);
        hammer.Stop();

        // Those whose connection was still the predecessor's may have been cut off with it.
        Assert.All(hammer.Faults.Split('\n'), line => Assert.DoesNotContain("refused", line));
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        Generations.Signal(generations.Current, "TERM");
        Assert.True(SpinWait.SpinUntil(() => !Generations.IsRunning(generations.Current), 30_000));
    }

    [SkippableFact]
    public void AnotherPortInTheConfigurationIsServedAndTheOldOneIsNot()
    {
        using TemporarySite site = MakeSite("\"Workers\": 1");
        using ServerProcess first = Start(site);
        int port = first.Port;
        using var generations = new Generations(first);
        string other = Path.Combine(site.Base, "web.sock");
        Configure(site, $"\"Workers\": 1, \"UnixSocket\": \"{other}\"");
        generations.Reload();
        generations.AwaitPredecessors();

        // The banner comes on another stream than the line that says who serves.
        Assert.True(SpinWait.SpinUntil(() => first.EndPoint is UnixDomainSocketEndPoint, 30_000));
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        using Socket old = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => old.Connect("127.0.0.1", port));
        generations.Stop();
    }

    [SkippableFact]
    public void SocketsOfAServiceManagerAreHandedOnAndItHearsWhoServes()
    {
        using TemporarySite site = MakeSite("\"Workers\": 2");
        using var manager = new NotifySocket(Path.Combine(site.Base, "notify"));
        using ServerProcess first = ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            start =>
            {
                start.PassSockets("tcp", "tcp", "tcp");
                start.Environment["NOTIFY_SOCKET"] = manager.Path;
                start.Environment["WATCHDOG_USEC"] = "1000000";
            });
        using var generations = new Generations(first);
        manager.Await("READY=1");
        for (int round = 0; round < 2; round++)
        {
            generations.Reload();
            manager.Await("RELOADING=1");
            manager.Await($"MAINPID={generations.Current}");
            generations.AwaitPredecessors();
            Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
            manager.ReceiveAll();
            manager.Await("WATCHDOG=1");
        }

        Assert.DoesNotContain(manager.ReceiveAll(), message => message.Contains("STOPPING=1"));
        generations.Stop();
        manager.Await("STOPPING=1");
    }

    [SkippableFact]
    public void TheSuccessorOfAServerThatWasRootIsTheUserThatServes()
    {
        Skip.IfNot(Machine.IsRoot, "only root may become somebody else");
        using TemporarySite site = MakeSite("\"Workers\": 1, \"User\": \"65534\", \"Group\": \"65534\"");
        Assert.Equal(0, Machine.Run("chmod", "-R", "a+rX", site.Base));
        using ServerProcess first = Start(site, "--port", "1022");
        using var generations = new Generations(first);
        generations.Reload();
        generations.AwaitPredecessors();

        string[] status = File.ReadAllLines($"/proc/{generations.Current}/status");
        Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status);
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void Process1OfAContainerDoesNotHandOver()
    {
        string unshare = Machine.RequireProgram("unshare");
        Skip.If(
            Machine.Run(unshare, "--pid", "--fork", "--kill-child", "true") != 0, "no PID namespace may be made here");
        using TemporarySite site = MakeSite("\"Workers\": 1");
        using ServerProcess first = ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            start => start.RunUnder(unshare, "--pid", "--fork", "--kill-child", "--mount-proc"));
        string child = File.ReadAllText($"/proc/{first.ProcessId}/task/{first.ProcessId}/children").Trim();
        Generations.Signal(int.Parse(child, null), "HUP");
        bool IsTold() => first.Error.Contains("start the container anew", StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(IsTold, 30_000), first.Error);
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        Generations.Signal(int.Parse(child, null), "TERM");
        Assert.Equal(0, first.WaitForExit());
    }

    [SkippableTheory]
    [InlineData("5,6")]
    [InlineData("parent=1;answer=7;sockets=5;passed=0;file=0:0")]
    public void AnInheritanceThatNobodyLeftIsRefused(string text)
    {
        using TemporarySite site = MakeSite("\"Workers\": 1");
        System.Diagnostics.ProcessStartInfo start = ChainServeProgram.StartInfo(site.Base, ["--root", site.Root]);
        start.Environment["CHAINSERVE_LISTENERS"] = text;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("remove it from the environment", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [SkippableFact]
    public void AServerThatIsToOutliveItsTerminalIgnoresItsEnd()
    {
        using TemporarySite site = MakeSite("\"Workers\": 1");
        using ServerProcess server = ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            start => start.RunUnder("/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"));
        server.Signal("HUP");
        Assert.Equal(200, RawClient.Fetch(server, "/file.bin").Status);
        server.Stop();
        Assert.DoesNotContain("successor", server.Error, StringComparison.Ordinal);
    }
}
