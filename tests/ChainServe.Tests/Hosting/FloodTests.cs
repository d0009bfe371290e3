using System.Linq;
using ChainServe.Connections;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
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
            Assert.InRange(ended - before, 0, 128);
            before = ended;
        }

        Assert.Equal(900, before);
        server.End();
    }

    private static FakeServer Serve(int connections)
    {
        FakeServer server = new FakeServer(connections: connections, clients: new ClientCounts(1));
        server.Write("file", new byte[100]);
        return server;
    }
}
