using System;
using System.Threading;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>A worker that dies, which would be our bug: here its kernel answers what no kernel answers.</summary>
public sealed class WorkerThreadTests
{
    private static readonly double[] GrowingDelays = [100, 200, 400, 800, 1600];

    [Fact]
    public void AWorkerThatDiesIsStartedAgainAndServes()
    {
        using var worker = new Supervised();
        worker.RequireService();
        worker.Kill();
        worker.RequireService();
        worker.Stop();

        Assert.Equal([100.0], worker.Delays);
        Assert.Null(worker.Thread.Failure);
        Assert.Equal(0, worker.GivenUp);
        Assert.Equal(2, worker.Thread.Counters.Requests);
        RequireLog(worker, "died and is started again: Uring.RingException: io_uring_enter");
    }

    [Fact]
    public void AnExceptionIsADeathToo()
    {
        using var worker = new Supervised();
        worker.Throw(new InvalidOperationException("a bug"));
        worker.RequireService();
        Assert.Equal([100.0], worker.Delays);
        RequireLog(worker, "started again: System.InvalidOperationException: a bug");
    }

    [Fact]
    public void ClientsThatComeBetweenTwoLivesWaitAndAreServed()
    {
        using var worker = new Supervised();
        FakeClient? client = null;
        worker.Waiting = () => client ??= worker.Connect();
        worker.Kill();
        worker.RequireService();
        Assert.Equal(200, ResponseReader.Single(client!.ReceivedBytes).Status);
        worker.Do(client.Close);
    }

    [Fact]
    public void AWorkerThatKeepsDyingIsGivenUpWithItsReasonAfterGrowingDelays()
    {
        using var worker = new Supervised();
        for (int death = 0; death <= GrowingDelays.Length; death++)
        {
            Assert.Equal(0, worker.GivenUp);
            worker.Kill();
        }

        worker.Thread.Join();
        Assert.Equal(GrowingDelays, worker.Delays);
        Assert.Equal(1, worker.GivenUp);
        Assert.Equal(Errno.EIO, Assert.IsType<RingException>(worker.Thread.Failure).ErrorNumber);
        RequireLog(worker, "died for good: Uring.RingException: io_uring_enter");
    }

    [Fact]
    public void AWorkerThatCannotBeMadeAnewIsGivenUpLikeOneThatDies()
    {
        using var worker = new Supervised();
        worker.Do(() =>
        {
            for (int attempt = 0; attempt <= GrowingDelays.Length; attempt++)
            {
                worker.Kernel.SetupErrors.Enqueue(Errno.EPERM);
            }
        });
        worker.Kill();
        worker.Thread.Join();
        Assert.Equal(GrowingDelays, worker.Delays);
        Assert.Equal(1, worker.GivenUp);
        Assert.Equal(Errno.EPERM, Assert.IsType<RingException>(worker.Thread.Failure).ErrorNumber);
    }

    /// <summary>Five deaths in a row end it, not five in a year; nor does it wait longer each time.</summary>
    [Fact]
    public void DeathsThatLieFarApartAreForgotten()
    {
        using var worker = new Supervised();
        for (int death = 0; death < 20; death++)
        {
            worker.Do(() => worker.Kernel.Advance(TimeSpan.FromMinutes(10)));
            worker.Kill();
            worker.RequireService();
        }

        Assert.All(worker.Delays, delay => Assert.Equal(100, delay));
        Assert.Equal(20, worker.Delays.Count);
        Assert.Equal(0, worker.GivenUp);
    }

    [Fact]
    public void AnErrorAtTheStartIsToldAtOnceAndIsNoDeath()
    {
        using var worker = new Supervised(setupError: Errno.EPERM);
        Assert.Equal(Errno.EPERM, Assert.IsType<RingException>(worker.Thread.Failure).ErrorNumber);
        Assert.Empty(worker.Delays);
        Assert.Equal(0, worker.GivenUp);
    }

    [Fact]
    public void AStopBetweenTwoLivesIsAStop()
    {
        using var worker = new Supervised();
        using var hasDied = new ManualResetEventSlim();
        worker.Waiting = () =>
        {
            worker.Thread.RequestStop();
            hasDied.Set();
        };
        worker.Kill();
        hasDied.Wait();
        worker.Stop();
        Assert.Single(worker.Delays);
        Assert.Null(worker.Thread.Failure);
        Assert.Equal(0, worker.GivenUp);
    }

    [Fact]
    public void TheClientsOfADeadWorkerAreCountedNoMore()
    {
        ClientCounts counts = new ClientCounts(2);
        using var worker = new Supervised(clients: counts);
        FakeClient[] clients = [];
        worker.Do(() => clients = [worker.Connect(), worker.Connect()]);
        Assert.Equal(1, counts.ClientCount);
        worker.Kill();
        worker.RequireService();

        Assert.Equal(0, counts.ClientCount);
    }

    [Fact]
    public void AFileThatADeadWorkerWasReadingIsClosed()
    {
        using var worker = new Supervised();
        worker.RequireService();
        int before = worker.CountDescriptors();
        bool hangs = true;
        worker.Do(() =>
        {
            worker.Kernel.Files.WriteFile($"{FakeServer.Root}/other", new byte[1_000]);
            worker.Kernel.Faults.Hook = entry => hangs && entry.Opcode == Opcode.Read ? Fault.Hang() : null;
            worker.Connect("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
        });
        hangs = false;
        worker.Kill();
        worker.RequireService();

        Assert.Equal(before, worker.CountDescriptors());
    }

    /// <summary>Its memory stays, since the kernel may still write to it; its descriptors are closed.</summary>
    [Fact]
    public void ADeathLeavesNoDescriptors()
    {
        using var worker = new Supervised();
        worker.RequireService();
        int before = worker.CountDescriptors();
        for (int death = 0; death < 3; death++)
        {
            FakeClient? client = null;
            worker.Do(() => client = worker.Connect(""));
            worker.Kill();
            worker.RequireService();
            Assert.True(client!.IsClosedByServer);
        }

        Assert.Equal(before, worker.CountDescriptors());
    }

    // The log has a thread of its own.
    private static void RequireLog(Supervised worker, string text)
    {
        bool IsThere() => $"{worker.Log}".Contains(text, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(IsThere, 30_000), $"{worker.Log}");
    }
}
