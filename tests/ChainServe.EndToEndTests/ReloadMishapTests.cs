using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What may go wrong around a reload: whatever it is, somebody serves.</summary>
[Collection(Alone.Name)]
public sealed class ReloadMishapTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    private static void Await(ServerProcess server, string text, int count = 1)
    {
        Assert.True(SpinWait.SpinUntil(() => server.Error.Split(text).Length > count, 60_000), server.Error);
    }

    private static int LowestFreeDescriptor(ServerProcess server)
    {
        int[] open = [.. Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd")
            .Select(path => int.Parse(Path.GetFileName(path), null))];
        return Enumerable.Range(0, open.Length + 1).Except(open).First();
    }

    /// <summary>Jobs make threads of the pool out of the sandbox of a worker, from where no terminal can be seen; and
    /// signals are handled on them.</summary>
    [SkippableFact]
    public void AServerOnATerminalHandsOverAlsoAfterItHasRunJobs()
    {
        using var site = new TemporarySite();
        string terminal = Path.Combine(site.Base, "terminal");
        using ServerProcess first = ServerProcess.StartAs(
            site, NoSettings, start => start.RunOnTerminal(terminal), "--browse");
        using var generations = new Generations(first);
        for (int index = 0; index < 30; index++)
        {
            site.Write($"{index}/a.txt", "content");
            Assert.Equal(200, RawClient.Fetch(first, $"/{index}/").Status);
        }

        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal(200, RawClient.Fetch(first, "/0/a.txt").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void TheEndOfItsTerminalStopsAServer()
    {
        using var site = new TemporarySite();
        string terminal = Path.Combine(site.Base, "terminal");
        using ServerProcess server = ServerProcess.StartAs(
            site, NoSettings, start => start.RunOnTerminal(terminal));
        File.Delete(terminal);
        Assert.Equal(0, server.WaitForExit());
        Assert.DoesNotContain("successor", server.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AServerWithoutADescriptorLeftServesOnAsBefore()
    {
        string limit = Machine.RequireProgram("prlimit");
        using TemporarySite site = ReloadTests.MakeSite("\"Workers\": 1");
        using ServerProcess first = ReloadTests.Start(site);
        using var generations = new Generations(first);

        // What a reload loads on the way is there after the first one.
        ReloadTests.Configure(site, "\"Workers\": \"many\"");
        generations.FailToReload();
        ReloadTests.Configure(site, "\"Workers\": 1");
        string process = $"--pid={first.ProcessId}";
        string count = $"--nofile={LowestFreeDescriptor(first)}:";
        Assert.Equal(0, Machine.Run(limit, process, count));
        generations.FailToReload();
        Assert.False(first.HasExited);
        Assert.Equal(0, Machine.Run(limit, process, "--nofile=1024:"));
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void AReloadThatIsAskedForDuringAnotherIsNotForgotten()
    {
        using TemporarySite site = ReloadTests.MakeSite("\"Workers\": 1, \"LogLevel\": \"Debug\"");
        using ServerProcess first = ReloadTests.Start(site);
        using var generations = new Generations(first);

        // The successor waits for its configuration, so that the second signal comes in between.
        string file = Path.Combine(site.Base, "chainserve.json");
        Assert.Equal(0, Machine.Run("mkfifo", file + ".fifo"));
        using FileStream pipe = new(file + ".fifo", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        File.Move(file + ".fifo", file, overwrite: true);
        first.Signal("HUP");
        Await(first, "a successor is started");
        first.Signal("HUP");
        Await(first, "SIGHUP", count: 2);
        ReloadTests.Configure(site, "\"Workers\": 1, \"Header\": [\"X-Version: 2\"]");
        pipe.Write("{ \"Host\": \"127.0.0.1\", \"Workers\": 1 }"u8);
        pipe.Dispose();
        generations.AwaitSuccessor();
        generations.AwaitSuccessor();
        generations.AwaitPredecessors();
        Assert.Equal("2", RawClient.Fetch(first, "/file.bin")["X-Version"]);
        generations.Stop();
    }

    [SkippableFact]
    public void AReloadChangesWhoMayUseTheUnixSocket()
    {
        using TemporarySite site = ReloadTests.MakeSite("\"Workers\": 1, \"UnixSocketMode\": \"0666\"");
        string socket = Path.Combine(site.Base, "web.sock");
        using ServerProcess first = ReloadTests.Start(site, "--unix-socket", socket);
        using var generations = new Generations(first);
        ReloadTests.Configure(site, "\"Workers\": 1, \"UnixSocketMode\": \"0600\"");
        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", $"test $(stat -c %a {socket}) = 600"));
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void AReloadThatFailsLeavesTheUnixSocketToWhomItWas()
    {
        using TemporarySite site = ReloadTests.MakeSite("\"Workers\": 1, \"UnixSocketMode\": \"0600\"");
        string socket = Path.Combine(site.Base, "web.sock");
        using ServerProcess first = ReloadTests.Start(site, "--unix-socket", socket);
        using var generations = new Generations(first);

        // That nobody can write it shows when it is opened, behind the listeners.
        ReloadTests.Configure(
            site, "\"Workers\": 1, \"UnixSocketMode\": \"0666\", \"AccessLog\": \"/sys/kernel/notes\"");
        generations.FailToReload();
        Await(first, "cannot be written");
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", $"test $(stat -c %a {socket}) = 600"));
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void AReloadBringsBackAUnixSocketThatSomebodyHasRemoved()
    {
        using TemporarySite site = ReloadTests.MakeSite("\"Workers\": 1");
        string socket = Path.Combine(site.Base, "web.sock");
        using ServerProcess first = ReloadTests.Start(site, "--unix-socket", socket);
        using var generations = new Generations(first);
        File.Delete(socket);
        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal(200, RawClient.Fetch(first, "/file.bin").Status);
        generations.Stop();
        Assert.False(File.Exists(socket));
    }
}
