using System;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Many connections of one client, which may have one.</summary>
public sealed class FloodTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void OfAFloodOnlySomeAreTold()
    {
        using FakeServer server = Serve(connections: 128 * 16);
        server.Connect(Get);
        server.RunUntilQuiet();
        FakeClient[] flood = Enumerable.Range(0, 300).Select(_ => server.Connect()).ToArray();
        server.Pass(500);

        Assert.Equal(300, server.Counters.Limits[(int)LimitKind.ConnectionsPerAddress]);
        Assert.Equal(300 - 128, flood.Count(client => client.IsClosedByServer));
        server.Pass(2_000);
        Assert.All(flood, client => Assert.True(client.IsClosedByServer));
        Assert.Equal(300, server.Counters.Limits[(int)LimitKind.ConnectionsPerAddress]);
        FakeClient later = server.Connect(Get);
        server.RunUntilQuiet();
        Assert.Equal(503, ResponseReader.Single(later.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void AFloodOfAClientThatHasTooManyKeepsTheSlotsFromNobodyElse()
    {
        using FakeServer server = Serve(connections: 48);
        server.Connect(Get);
        server.RunUntilQuiet();
        for (int connection = 0; connection < 47; connection++)
        {
            server.Connect();
        }

        FakeClient other = server.Connect(Get);
        other.Address[7] = 9;
        server.Pass(100);

        Assert.Equal(200, ResponseReader.Single(other.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void DeadlinesThatComeAtOnceEndSomeConnectionsAtATime()
    {
        using FakeServer server = new FakeServer(connections: 1_000);
        FakeClient[] silent = [.. Enumerable.Range(0, 900).Select(_ => server.Connect())];
        server.RunUntilQuiet();
        int before = 0;
        for (int step = 0; step < 300; step++)
        {
            server.Pass(5);
            int ended = silent.Count(static client => client.IsClosedByServer);
            Assert.InRange(ended - before, 0, 60);
            before = ended;
        }

        Assert.Equal(900, before);
        server.End();
    }

    /// <summary>Each of them has a socket full of what it did not take, which the kernel must free.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OfManySlowReadersFewAreCutOffAtATime(bool areHalfClosed)
    {
        const int FewMax = 4;
        using FakeServer server = ServeAtLeastRate(connections: 100);
        FakeClient[] slow = [.. Enumerable.Range(0, 90).Select(_ => ConnectSlow(server))];
        if (areHalfClosed)
        {
            Array.ForEach(slow, static client => client.Shutdown());
        }

        int before = 0;
        for (int step = 0; step < 2_400; step++)
        {
            server.Pass(5);
            int ended = slow.Count(static client => client.IsReset);
            Assert.InRange(ended - before, 0, FewMax);
            before = ended;
        }

        Assert.Equal(90, before);
        Assert.Equal(90, server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin]);
        server.End();
    }

    /// <summary>Whoever has too many connections shall not keep those beyond behind the slow readers among them.
    /// </summary>
    [Fact]
    public void SlowReadersByTheHundredDoNotProlongAFlood()
    {
        const int Slow = 800;
        using FakeServer server = ServeAtLeastRate(connections: 2_000, new ClientCounts(Slow));
        for (int index = 0; index < Slow; index++)
        {
            ConnectSlow(server);
        }

        // Two measures, 5 s each.
        server.Pass(10_100);
        FakeClient[] flood = [.. Enumerable.Range(0, 400).Select(_ => server.Connect())];
        server.Pass(100);

        Assert.InRange(server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin], 1, Slow / 2);
        Assert.InRange(flood.Count(static client => client.IsClosedByServer), 200, 400);
        server.End();
    }

    /// <summary>Their ends are tried again and again meanwhile, more of them than one sweep tries.</summary>
    [Fact]
    public void ResponsesThatADiskHoldsKeepNobodyElseBeyondHisDeadline()
    {
        using FakeServer server = new FakeServer(connections: 1_000);
        server.Write("file", new byte[100]);
        Assert.Equal(200, server.Get("/file").Status);
        server.Faults.Issuing = static entry => entry.Opcode == Opcode.Read
            && new UserData(entry.UserData).Kind is ChainKind.File or ChainKind.CheckedFile
                ? Fault.Stall(60_000)
                : null;
        FakeClient[] held = [.. Enumerable.Range(0, 900).Select(_ => server.Connect(Get))];
        server.Pass(server.Options.Timeouts.SendMilliseconds - 500);
        FakeClient silent = server.Connect();
        server.Pass(server.Options.Timeouts.HeadMilliseconds + 2_000);

        Assert.True(silent.IsClosedByServer);
        Assert.DoesNotContain(held, static client => client.IsClosedByServer);
        Assert.Equal(900, server.Counters.Limits[(int)LimitKind.SendMilliseconds]);
        server.Pass(60_000);
        Assert.All(held, static client => Assert.True(client.IsClosedByServer));
        server.End();
    }

    private static FakeServer ServeAtLeastRate(int connections, ClientCounts? clients = null)
    {
        ServerOptions quick = FakeServer.Quick();
        FakeServer server = new FakeServer(
            quick with { Limits = quick.Limits with { SendBytesPerSecondMin = 240 } },
            connections: connections,
            clients: clients);
        server.Write("file", new byte[300_000]);
        return server;
    }

    /// <summary>It asks for a long body, and does not read.</summary>
    private static FakeClient ConnectSlow(FakeServer server)
    {
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.Send(Get);
        return client;
    }

    private static FakeServer Serve(int connections)
    {
        FakeServer server = new FakeServer(connections: connections, clients: new ClientCounts(1));
        server.Write("file", new byte[100]);
        return server;
    }
}
