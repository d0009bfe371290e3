using System.Collections.Generic;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>How a worker ends: what is in flight ends too, within the grace period; nothing is left.</summary>
public sealed class StopTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void AStopFinishesResponsesInFlight()
    {
        using FakeServer server = Serve();
        FakeClient reader = server.Connect();
        reader.ReadsByItself = false;
        reader.ServerSendBufferLength = 10_000;
        reader.ReadBytesPerMillisecond = 300;
        reader.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        FakeClient idle = server.Connect(Get);
        server.RunUntilQuiet();
        server.Stop();
        reader.Receive();

        Assert.Equal(500_000, ResponseReader.Single(reader.ReceivedBytes).Body.Length);
        Assert.True(reader.IsClosedByServer);
        Assert.True(idle.IsClosedByServer);
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void WhoHasConnectedWhenNoSlotWasFreeIsAnsweredToo()
    {
        using FakeServer server = new FakeServer(connections: 2);
        server.Write("file", new byte[100]);
        FakeClient[] idle = [server.Connect(Get), server.Connect(Get)];
        server.RunUntilQuiet();
        FakeClient third = server.Connect(Get);
        server.RunUntilQuiet();
        Assert.Empty(third.ReceivedBytes);
        server.Stop();

        Assert.Equal(200, ResponseReader.Single(third.ReceivedBytes).Status);
        Assert.All(idle, static client => Assert.True(client.IsClosedByServer));
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void AtTheEndOfTheGracePeriodResponsesAreCutOff()
    {
        using FakeServer server = Serve();
        FakeClient stalled = server.Connect();
        stalled.ReadsByItself = false;
        stalled.ServerSendBufferLength = 10_000;
        stalled.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        server.Pass(1_000);
        long before = server.Kernel.NowNanoseconds;
        server.Stop();

        Assert.True(stalled.IsClosedByServer);
        Assert.InRange(server.Kernel.NowNanoseconds - before, 3_900_000_000, 5_000_000_000);
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void AHalfHeadAtTheEndOfTheGracePeriodIsClosedToo()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick() with
        {
            Timeouts = FakeServer.Quick().Timeouts with { HeadMilliseconds = 60_000, DrainMilliseconds = 5_000 },
        });
        FakeClient client = server.Connect("GET /fi");
        server.RunUntilQuiet();
        server.Stop();

        Assert.True(client.IsClosedByServer);
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void ADrainAtTheEndOfTheGracePeriodIsClosedToo()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick() with
        {
            Timeouts = FakeServer.Quick().Timeouts with { DrainMilliseconds = 60_000 },
        });
        FakeClient client = server.Connect("no request\r\n\r\n");
        server.RunUntilQuiet();
        server.Stop();

        Assert.True(client.IsClosedByServer);
        server.AssertNothingIsLeft();
    }

    /// <summary>What has begun nothing can end, and what waits for its turn can be cancelled.</summary>
    [Theory]
    [InlineData((byte)CheckedFileChain.Step.Open, false)]
    [InlineData((byte)CheckedFileChain.Step.Read, false)]
    [InlineData((byte)CheckedFileChain.Step.Read, true)]
    public void ADiskThatHangsKeepsNeitherOthersNorTheStop(byte step, bool canBeCancelled)
    {
        using FakeServer server = Serve();
        server.Faults.Add(
            ChainKind.CheckedFile, step, 1, _ => canBeCancelled ? Fault.Hang() : Fault.Stall(1_000_000));
        FakeClient client = server.Connect(Get);
        server.Pass(10_000);

        Assert.Equal(200, server.Get("/other").Status);
        server.Stop();

        Assert.Equal([], client.ReceivedBytes);
        Assert.Equal(canBeCancelled, server.Worker.IsIdle);
    }

    [Fact]
    public void AClientThatConnectsDuringAStopIsAnsweredOnce()
    {
        using FakeServer server = Serve();
        server.RunUntilQuiet();
        FakeClient client = server.Connect(Get + Get);
        server.Stop();

        Response response = ResponseReader.Single(client.ReceivedBytes);
        Assert.Equal(200, response.Status);
        Assert.Equal("close", response.Fields["Connection"]);
        Assert.True(client.IsClosedByServer);
        Assert.False(client.IsReset);
        server.AssertNothingIsLeft();
    }

    /// <summary>More than are accepted in one turn: those that are left in the backlog when the accepts are taken back.
    /// </summary>
    [Fact]
    public void ClientsOfTheBacklogAreAnsweredBeforeTheListenerIsClosed()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick(), connections: 256);
        server.Write("file", new byte[1_000]);
        server.RunUntilQuiet();
        List<FakeClient> clients = [];
        for (int count = 0; count < 200; count++)
        {
            clients.Add(server.Connect(Get));
        }

        server.Stop();

        Assert.All(clients, client => Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status));
        server.AssertNothingIsLeft();
    }

    /// <summary>It may be sending its next request just now, and would get a reset for it.</summary>
    [Theory]
    [InlineData(true, 900, 2_000)]
    [InlineData(false, 0, 10)]
    public void AnIdleConnectionHasASecondMoreWhereASuccessorServes(bool hasSuccessor, int least, int most)
    {
        using FakeServer server = new FakeServer(FakeServer.Quick(), hasSuccessor: hasSuccessor);
        server.Write("file", new byte[1_000]);
        FakeClient client = server.Connect(Get);
        server.RunUntilQuiet();
        long before = server.Kernel.NowNanoseconds;
        server.Stop();

        Assert.True(client.IsClosedByServer);
        Assert.InRange((server.Kernel.NowNanoseconds - before) / 1_000_000, least, most);
        server.AssertNothingIsLeft();
    }

    /// <summary>A response that was on its way has said that the connection is kept, so the next request is answered;
    /// that answer says that it is the last.</summary>
    [Fact]
    public void TheRequestBehindAResponseInFlightIsAnsweredWhereASuccessorServes()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick(), connections: 16, hasSuccessor: true);
        server.Write("file", new byte[1_000]);
        server.Write("large", new byte[500_000]);
        FakeClient reader = server.Connect();
        reader.ReadsByItself = false;
        reader.ServerSendBufferLength = 10_000;
        reader.ReadBytesPerMillisecond = 300;
        reader.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        reader.Send(Get + Get);
        server.Stop();
        reader.Receive();

        List<Response> responses = ResponseReader.All(reader.ReceivedBytes, out _);
        Assert.Equal([500_000, 1_000], responses.ConvertAll(response => response.Body.Length));
        Assert.Equal([true, false], responses.ConvertAll(response => response.GoesOn));
        server.AssertNothingIsLeft();
    }

    [Fact]
    public void ASilentClientThatConnectsDuringAStopHoldsItUpForOneSecond()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick() with
        {
            Timeouts = new TimeoutsOptions { HeadMilliseconds = 60_000, GraceMilliseconds = 60_000 },
        });
        server.RunUntilQuiet();
        FakeClient client = server.Connect();
        long before = server.Kernel.NowNanoseconds;
        server.Stop();

        Assert.True(client.IsClosedByServer);
        Assert.InRange(server.Kernel.NowNanoseconds - before, 900_000_000, 2_000_000_000);
        server.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStopAtAnyStepOfABusyMomentLeavesNothing(bool immutable)
    {
        bool isThrough = false;
        int step = 0;
        for (; !isThrough; step++)
        {
            using FakeServer server = Serve(immutable);
            int left = step;
            server.Faults.Issuing = _ =>
            {
                if (left-- == 0)
                {
                    server.Worker.RequestStop();
                }

                return null;
            };
            List<FakeClient> clients =
            [
                server.Connect(Get + Get),
                server.Connect("GET /large HTTP/1.1\r\nHost: a\r\n\r\n" + Get),
                server.Connect("GET /cold HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                server.Connect("GET /missing HTTP/1.0\r\n\r\n"),
                server.Connect("GET /fi"),
                server.Connect("nothing\r\n\r\n"),
                server.Connect(),
            ];
            server.RunToEnd();
            isThrough = left >= 0;

            foreach (FakeClient client in clients)
            {
                ResponseReader.All(client.ReceivedBytes, out _);
                Assert.True(client.IsReset || client.IsClosedByServer, $"stopped at step {step}");
            }

            server.AssertNothingIsLeft();
        }

        Assert.True(step > 40, $"only {step} steps");
    }

    private static FakeServer Serve(bool immutable = false)
    {
        FakeServer server = new FakeServer(FakeServer.Quick(immutable), connections: 16);
        server.Write("file", new byte[1_000]);
        server.Write("other", new byte[1_000]);
        server.Write("cold", new byte[1_000]);
        server.Write("large", new byte[500_000]);
        server.Get("/file");
        return server;
    }
}
