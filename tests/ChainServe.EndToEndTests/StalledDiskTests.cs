using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A disk that does not answer for a while: a file system of the test's own (FUSE).</summary>
public sealed class StalledDiskTests
{
    private const int SmallLength = 5_000;
    private const int LargeLength = 1_000_000;

    // In the middle, and not beyond what a socket takes whose client does not read.
    private const int LargeStall = 100_000;

    // More than pipes, and more than kernel workers by default: four per CPU.
    private const int Stalled = 24;

    // Long enough for everything that is known to be looked at again.
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(2500);

    private static FuseFile[] MakeFiles(int count, int length, bool isDirect)
    {
        return [.. Enumerable.Range(0, count).Select(index => new FuseFile($"{length}-{index}.bin", length)
        {
            IsDirect = isDirect,
            Stalls = true,
            StallFrom = length == LargeLength ? LargeStall : 0,
        })];
    }

    private static void RequireStalled(FuseFile[] files)
    {
        bool isReached = SpinWait.SpinUntil(
            () => Array.TrueForAll(files, file => file.Stalled > 0), TimeSpan.FromSeconds(30));
        Assert.True(isReached, $"only {files.Count(file => file.Stalled > 0)} of {files.Length} files are read");
    }

    private static void Reset(List<RawClient> clients)
    {
        clients.ForEach(client => client.Reset());
    }

    [SkippableTheory]
    [InlineData(SmallLength, false)]
    [InlineData(SmallLength, true)]
    [InlineData(LargeLength, false)]
    [InlineData(LargeLength, true)]
    public void OnlyThoseWaitWhoAskForAFileThatStalls(int length, bool isDirect)
    {
        FuseFile[] files = MakeFiles(Stalled, length, isDirect);
        var other = new FuseFile("other.bin", SmallLength) { IsDirect = isDirect };
        using var disk = new FaultyDisk([.. files, other]);
        List<RawClient> waiting = disk.Ask(files);
        List<RawClient> leaving = disk.Ask(files);
        RequireStalled(files);
        var clock = Stopwatch.StartNew();
        using var client = new RawClient(disk.Server);
        for (int round = 0; clock.Elapsed < Duration || round < 20; round++)
        {
            disk.RequireHealth();
            FaultyDisk.RequireFile(client, "/disk/other.bin", SmallLength);
        }

        Reset(leaving);
        disk.RequireHealth();
        Array.ForEach(files, disk.FileSystem.Release);
        waiting.ForEach(late => FaultyDisk.RequireBody(late.Read(), length));
        waiting.ForEach(late => late.Dispose());
        if (length == SmallLength && isDirect)
        {
            disk.RequireFewKernelWorkers();
        }

        disk.Stop(files);
    }

    /// <summary>A kernel worker that waits for the disk cannot be called back; who stands in its queue can.</summary>
    [SkippableFact]
    public void LooksThatWaitForAKernelWorkerEndAtTheirDeadlineAndTheOthersWithTheDisk()
    {
        const int Asked = 300;
        FuseFile[] files =
        [
            .. Enumerable.Range(0, Asked)
                .Select(index => new FuseFile($"{index}.bin", SmallLength) { StallsOpens = true }),
        ];
        var settings = new Dictionary<string, string> { ["Timeouts:SendMilliseconds"] = "3000" };
        using var disk = new FaultyDisk(files, settings);
        disk.FileSystem.EndsInterruptedReads = false;
        List<RawClient> clients = disk.Ask(files);
        int CountEnded() => clients.Count(client => client.Socket.Poll(0, SelectMode.SelectRead));
        int CountRunning() => files.Count(file => file.Stalled > 0);
        Assert.True(SpinWait.SpinUntil(() => CountEnded() + CountRunning() == Asked, TimeSpan.FromSeconds(30)));
        Assert.InRange(CountEnded(), 1, Asked - 1);
        Array.ForEach(files, disk.FileSystem.Release);
        clients.ForEach(client => client.RequireEnd());
        clients.ForEach(client => client.Dispose());
        disk.Stop(files);
        Assert.Contains($"limits passed: Timeouts:SendMilliseconds {Asked}", disk.Server.Error);
    }

    [SkippableTheory]
    [InlineData("TERM", false)]
    [InlineData("TERM", true)]
    [InlineData("KILL", false)]
    [InlineData("KILL", true)]
    public void TheServerEndsWhileADiskStalls(string signal, bool isDirect)
    {
        FuseFile[] files = [.. MakeFiles(2, SmallLength, isDirect), .. MakeFiles(2, LargeLength, isDirect)];
        using var disk = new FaultyDisk(files, "--grace-period", "1");
        List<RawClient> clients = disk.Ask(files);
        RequireStalled(files);
        disk.Server.Signal(signal);
        int exitCode = disk.Server.WaitForExit();
        for (int index = 0; index < files.Length; index++)
        {
            FaultyDisk.RequireBroken(clients[index], files[index].Length);
            clients[index].Dispose();
        }

        if (signal == "TERM")
        {
            Assert.Equal(0, exitCode);
            Assert.Contains("the grace period is over", disk.Server.Error);
            Assert.Equal(0, ServerSummary.Parse(disk.Server.Error).Unexpected);
        }
    }

    [SkippableFact]
    public void ADiskThatVanishesWhileItStallsTakesOnlyItsOwnAnswersAlong()
    {
        FuseFile[] files = [.. MakeFiles(8, SmallLength, false), .. MakeFiles(8, LargeLength, false)];
        using var disk = new FaultyDisk(files);
        List<RawClient> clients = disk.Ask(files);
        RequireStalled(files);
        disk.FileSystem.Dispose();
        for (int index = 0; index < files.Length; index++)
        {
            if (files[index].Length == SmallLength)
            {
                Assert.Equal(500, clients[index].Read().Status);
            }
            else
            {
                FaultyDisk.RequireBroken(clients[index], LargeLength);
            }

            clients[index].Dispose();
        }

        Assert.Equal(404, RawClient.Fetch(disk.Server, "/disk/" + files[0].Name).Status);
        disk.Stop();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASlowDiskIsServedExactly(bool isDirect)
    {
        FuseFile[] files = [.. MakeFiles(8, SmallLength, isDirect), .. MakeFiles(8, LargeLength, isDirect)];
        foreach (FuseFile file in files)
        {
            file.Stalls = false;
            file.ReadMilliseconds = 20;
        }

        using var disk = new FaultyDisk(files);
        List<RawClient> clients = disk.Ask([.. files, .. files]);
        disk.RequireHealth();
        for (int index = 0; index < clients.Count; index++)
        {
            FaultyDisk.RequireBody(clients[index].Read(), files[index % files.Length].Length);
            clients[index].Dispose();
        }

        disk.Stop(files);
    }
}
