using ChainServe.Chains;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Looks at files that a disk holds: their clients wait as long as for a send, and no longer.</summary>
public sealed class LookDeadlineTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData((byte)ResolveChain.Step.Open)]
    [InlineData((byte)ResolveChain.Step.Inspect)]
    [InlineData((byte)ResolveChain.Step.Read)]
    [InlineData((byte)ResolveChain.Step.InspectAgain)]
    public void ALookThatWaitsForItsTurnEndsAtTheDeadlineAndSoDoesItsConnection(byte step)
    {
        using FakeServer server = Serve(connections: 1);
        server.Faults.Add(ChainKind.Resolve, step, 1, _ => Fault.Hang());
        FakeClient client = server.Connect(Get);
        server.Pass(4_500);
        Assert.False(client.IsClosedByServer);
        server.Pass(1_000);

        Assert.True(client.IsClosedByServer);
        Assert.Empty(client.ReceivedBytes);
        Assert.Equal(1, server.Counters.Timeouts);
        Assert.Equal(1, server.Counters.Limits[(int)LimitKind.SendMilliseconds]);
        Assert.Equal(0, server.Counters.FileErrors);
        Assert.Equal(200, server.Get("/file").Status);
        server.End();
    }

    [Fact]
    public void AnOpenThatRunsBeyondTheDeadlineLeavesNoDescriptor()
    {
        using FakeServer server = Serve(connections: 1);
        server.Faults.Add(ChainKind.Resolve, (byte)ResolveChain.Step.Open, 1, _ => Fault.Stall(30_000));
        FakeClient client = server.Connect(Get);
        server.Pass(29_000);
        Assert.False(client.IsClosedByServer);
        server.Pass(2_000);

        Assert.True(client.IsClosedByServer);
        Assert.Empty(client.ReceivedBytes);
        Assert.Equal(1, server.Counters.Timeouts);
        Assert.Equal(200, server.Get("/file").Status);
        server.End();
    }

    [Fact]
    public void AClientThatLeavesEndsALookThatWaitsForItsTurn()
    {
        using FakeServer server = Serve(connections: 1);
        server.Faults.Add(ChainKind.Resolve, (byte)ResolveChain.Step.Open, 1, _ => Fault.Hang());
        FakeClient client = server.Connect(Get);
        server.Pass(100);
        client.Reset();
        server.Pass(500);

        Assert.Equal(200, server.Get("/file").Status);
        Assert.Equal(0, server.Counters.Timeouts);
        server.End();
    }

    private static FakeServer Serve(int connections)
    {
        FakeServer server = new FakeServer(connections: connections, isRemote: true);
        server.Write("file", new byte[100]);
        return server;
    }
}
