using System;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Long bodies: a gate before each chain, few pipes for many clients, and nothing that waits for one of
/// them.</summary>
public sealed class SpliceTests
{
    private const string Get = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    private const int Length = 700_000;

    private static readonly byte[] Large = Content(Length);

    [Theory]
    [InlineData(65_537)]
    [InlineData(PipePool.PipeLength - 1)]
    [InlineData(PipePool.PipeLength)]
    [InlineData(PipePool.PipeLength + 1)]
    [InlineData((3 * PipePool.PipeLength) + 5)]
    public void ABodyOfAnyLengthArrivesWhole(int length)
    {
        byte[] content = Content(length);
        using FakeServer server = Serve(content);

        Assert.Equal(content, server.Get("/large").Body);
        Assert.Contains(server.Submitted, entry => entry.Opcode == Opcode.Splice);
        server.End();
    }

    [Theory]
    [InlineData(0, 65_536)]
    [InlineData(1, 65_536)]
    [InlineData(4_095, 131_073)]
    [InlineData(4_096, 65_537)]
    [InlineData(65_535, 500_000)]
    public void ARangeFromAnyOffsetArrivesWhole(int from, int count)
    {
        using FakeServer server = Serve(Large, pipeLengthMax: 65_536);
        Response response = server.Get("/large", $"Range: bytes={from}-{from + count - 1}\r\n");

        Assert.Equal(206, response.Status);
        Assert.Equal(Large[from..(from + count)], response.Body);
        Assert.Equal(0, server.Counters.ShortSplices);
        server.End();
    }

    [Fact]
    public void AClientThatReadsSlowlyGetsTheWholeBodyInParts()
    {
        using FakeServer server = Serve(Large);
        FakeClient client = SlowClient(server);
        for (int round = 0; round < 1_000 && client.ReceivedBytes.Length < Length; round++)
        {
            server.RunUntilQuiet();
            client.Receive(9_000);
        }

        Assert.Equal(Large, ResponseReader.Single(client.ReceivedBytes).Body);
        Assert.True(server.Counters.ShortSplices > 0);
        server.End();
    }

    [Fact]
    public void ClientsThatDoNotReadHoldNoPipe()
    {
        using FakeServer server = Serve(Large, connections: 64);
        FakeClient[] stalled = [.. Enumerable.Range(0, 5 * PipePool.CountMax).Select(_ => SlowClient(server))];
        server.RunUntilQuiet();

        Assert.Equal(Large, server.Get("/large").Body);
        Assert.All(stalled, client => Assert.InRange(client.UnreadCount, 1, 20_000));
        server.End();
    }

    [Fact]
    public void MoreBodiesThanPipesWaitTheirTurnAndAllArrive()
    {
        using FakeServer server = Serve(Large, connections: 64, pipeLengthMax: 65_536);
        FakeClient[] clients = [.. Enumerable.Range(0, 40).Select(_ => server.Connect(Get))];
        server.RunUntilQuiet();

        Assert.All(clients, client => Assert.Equal(Large, ResponseReader.Single(client.ReceivedBytes).Body));
        server.End();
    }

    [Fact]
    public void ABodyThatWaitsWhileNoPipeMovesGoesOnWithoutOne()
    {
        using FakeServer server = Serve(Large);
        HoldAllPipes(server);
        FakeClient waiting = server.Connect(Get);
        server.RunUntilQuiet();
        Assert.Empty(waiting.ReceivedBytes);

        // Those that hold the pipes do so still.
        server.Pass(2_000);
        Assert.Equal(Large, ResponseReader.Single(waiting.ReceivedBytes).Body);
        Assert.Equal(0, server.Counters.Timeouts);
        waiting.Close();
        server.Pass(server.Options.Timeouts.SendMilliseconds + 1_000);
        Assert.Equal(PipePool.CountMax, server.Counters.Timeouts);
        server.End();
    }

    [Fact]
    public void AStopAtTheEndOfItsGraceEndsThoseThatWaitForAPipe()
    {
        using FakeServer server = Serve(Large);
        HoldAllPipes(server);
        FakeClient[] waiting = [.. Enumerable.Range(0, 3).Select(_ => server.Connect(Get))];
        server.RunUntilQuiet();
        server.Stop();

        Assert.All(waiting, client => Assert.True(client.IsClosedByServer));
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void ABodyThatADiskHoldsBeyondItsDeadlineIsCountedOnce()
    {
        using FakeServer server = Serve(Large);
        server.Faults.Add(ChainKind.Splice, (byte)SpliceChain.Step.In, 1, _ => Fault.Stall(30_000));
        FakeClient client = server.Connect(Get);
        server.Pass(31_000);

        Assert.Equal(1, server.Counters.Timeouts);
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(240)]
    public void AFileThatGivesNothingForTheMomentGivesItForSoLongOnly(int bytesPerSecondMin)
    {
        ServerOptions quick = FakeServer.Quick();
        using FakeServer server = new FakeServer(
            quick with { Limits = quick.Limits with { SendBytesPerSecondMin = bytesPerSecondMin } });
        server.Write("large", Large);
        server.Faults.Issuing = static entry =>
            new UserData(entry.UserData) is { Kind: ChainKind.Splice, Step: (byte)SpliceChain.Step.In }
                ? Fault.Fail(Errno.EAGAIN)
                : null;
        FakeClient client = server.Connect(Get);
        server.Pass(60_000);

        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void AClientThatShutDownItsSideAndReadsLateGetsTheWholeBody()
    {
        using FakeServer server = Serve(Large);
        FakeClient client = SlowClient(server);
        client.ServerSendBufferLength = 100_000;
        server.RunUntilQuiet();
        client.Shutdown();
        for (int round = 0; round < 1_000 && client.ReceivedBytes.Length < Length; round++)
        {
            server.Pass(300);
            client.Receive(90_000);
        }

        Assert.Equal(Large, ResponseReader.Single(client.ReceivedBytes).Body);
        server.End();
    }

    [Fact]
    public void AClientThatShutDownItsSideAndReadsFastIsServedFast()
    {
        using FakeServer server = Serve(Large);
        FakeClient client = server.Connect();
        client.ServerSendBufferLength = 100_000;
        client.ReadBytesPerMillisecond = 20_000;
        client.ReadsByItself = false;
        client.Send(Get);
        client.Shutdown();
        server.Pass(3 * Length / client.ReadBytesPerMillisecond);

        Assert.Equal(Large, ResponseReader.Single(client.ReceivedBytes).Body);
        server.End();
    }

    [Fact]
    public void AClientThatResetsWhileItsBodyWaitsIsForgotten()
    {
        using FakeServer server = Serve(Large);
        FakeClient client = SlowClient(server);
        server.RunUntilQuiet();
        client.Reset();
        server.RunUntilQuiet();

        Assert.Equal(Large, server.Get("/large").Body);
        server.End();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, false)]
    public void AByteNowAndThenBuysNoTime(int bytesPerMillisecond, bool isCut)
    {
        using FakeServer server = Serve(Large);
        FakeClient client = SlowClient(server);
        client.ReadBytesPerMillisecond = bytesPerMillisecond;
        // One that has it all is idle then, and ends too.
        server.Pass(4L * server.Options.Timeouts.SendMilliseconds);

        Assert.True(client.IsClosedByServer);
        Assert.Equal(!isCut, ResponseReader.TryRead(client.ReceivedBytes, isHead: false, out _));
        server.End();
    }

    [Fact]
    public void APipeThatCannotBeEmptiedIsMadeAnew()
    {
        using FakeServer server = Serve(Large);
        server.Faults.Add(ChainKind.Splice, (byte)SpliceChain.Step.OutOfBody, 1, _ => Fault.Limit(1_000));
        server.Faults.Add(ChainKind.Pipe, 0, 1, Errno.EIO);

        Assert.Equal(Large, server.Get("/large").Body);
        Assert.Equal(0, server.Faults.PendingCount);
        Assert.Equal(PipePool.CountMax, server.Worker.PipeCount);
        server.End();
    }

    [Fact]
    public void WhenTheLastPipeIsLostThoseThatWaitAreReadAndSent()
    {
        using FakeServer server = Serve(Large, connections: 32);
        for (int pipe = 0; pipe < PipePool.CountMax; pipe++)
        {
            server.Faults.Add(ChainKind.Splice, (byte)SpliceChain.Step.OutOfBody, pipe + 1, _ => Fault.Limit(1_000));
            server.Faults.Add(ChainKind.Pipe, 0, pipe + 1, Errno.EIO);
            server.Kernel.PipeErrors.Enqueue(Errno.ENFILE);
        }

        FakeClient[] clients = [.. Enumerable.Range(0, 12).Select(_ => server.Connect(Get))];
        server.RunUntilQuiet();

        Assert.Equal(0, server.Worker.PipeCount);
        Assert.All(clients, client => Assert.Equal(Large, ResponseReader.Single(client.ReceivedBytes).Body));
        server.End();
    }

    [Fact]
    public void WithoutPipesABodyIsReadAndSent()
    {
        using FakeServer server = Serve(Large, pipeLengthMax: 0);

        Assert.Equal(Large, server.Get("/large").Body);
        Assert.DoesNotContain(server.Submitted, entry => entry.Opcode == Opcode.Splice);
        server.End();
    }

    private static FakeServer Serve(
        byte[] content,
        int connections = 8,
        int pipeLengthMax = PipePool.PipeLength)
    {
        FakeServer server = new FakeServer(connections: connections, pipeLengthMax: pipeLengthMax);
        server.Write("large", content);
        return server;
    }

    private static FakeClient SlowClient(FakeServer server)
    {
        FakeClient client = server.Connect(Get);
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 20_000;
        return client;
    }

    /// <summary>As many bodies as pipes, each with a splice that waits.</summary>
    private static void HoldAllPipes(FakeServer server)
    {
        for (int pipe = 0; pipe < PipePool.CountMax; pipe++)
        {
            server.Faults.Add(ChainKind.Splice, (byte)SpliceChain.Step.OutOfBody, 1, _ => Fault.Hang());
            server.Connect(Get);
            server.RunUntilQuiet();
        }
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
