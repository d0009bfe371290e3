using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Deadlines on virtual time: absolute per phase, and nobody else notices.</summary>
public sealed class DeadlineTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void ASilentClientIsClosedAtTheHeadDeadline()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect();

        server.Pass(700);
        Assert.False(client.IsClosedByServer);
        server.Pass(700);

        Assert.True(client.IsClosedByServer);
        Assert.Equal([], client.ReceivedBytes);
        server.End();
    }

    [Fact]
    public void AByteNowAndThenBuysNoTime()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect();
        string request = "GET /file HTTP/1.1\r\nHost: a\r\nX-Slow: ";
        for (int index = 0; index < 15 && !client.IsClosedByServer; index++)
        {
            client.Send($"{request[index]}");
            server.Pass(100);
        }

        Assert.Equal(408, ResponseReader.Single(client.ReceivedBytes).Status);
        client.Shutdown();
        server.RunUntilQuiet();
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void AnIdleConnectionIsClosedAtItsOwnDeadline()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(Get);

        server.Pass(2_500);
        Assert.False(client.IsClosedByServer);
        server.Pass(1_000);

        Assert.True(client.IsClosedByServer);
        Assert.False(client.IsReset);
        Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void ALaterHeadHasTheTimeOfAHeadFromItsFirstByte()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(Get);
        server.Pass(2_000);
        client.Send("GET /fi");
        server.Pass(700);
        client.Send("le HTTP/1.1\r\nHost: a\r\n\r\nGET");
        server.Pass(700);

        Assert.Equal(2, ResponseReader.All(client.ReceivedBytes, out _).Count);
        server.Pass(700);
        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out byte[] rest);

        Assert.Equal([200, 200, 408], responses.Select(response => response.Status));
        Assert.Empty(rest);
        server.End();
    }

    [Fact]
    public void ABodyThatTricklesEndsAtItsDeadline()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("GET /file HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        for (int index = 0; index < 15; index++)
        {
            client.Send("x");
            server.Pass(100);
        }

        Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void AHeadBehindASlowBodyHasItsOwnTime()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("GET /file HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
        server.Pass(700);
        client.Send("0123456789GET /file HTTP/1.1\r\n");
        server.Pass(500);
        client.Send("Host: a\r\n\r\n");
        server.RunUntilQuiet();

        Assert.Equal([200, 200], ResponseReader.All(client.ReceivedBytes, out _).Select(response => response.Status));
        server.End();
    }

    [Fact]
    public void AReaderThatNeverReadsIsCutOffWhileAnotherIsServed()
    {
        using FakeServer server = Serve();
        FakeClient stalled = server.Connect();
        stalled.ReadsByItself = false;
        stalled.ServerSendBufferLength = 10_000;
        stalled.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

        server.Pass(4_500);
        Assert.False(stalled.IsClosedByServer);
        Assert.Equal(200, server.Get("/file").Status);
        server.Pass(1_500);

        Assert.True(stalled.IsClosedByServer);
        Assert.Equal(1, server.Counters.Timeouts);
        server.End();
    }

    [Fact]
    public void ASlowReaderHasTheDeadlineOfEachChainOnly()
    {
        // 256 KiB of a body are one chain; at 100 bytes a millisecond each takes half of its time, the whole more.
        using FakeServer server = Serve();
        server.Write("huge", new byte[2_000_000]);
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.ReadBytesPerMillisecond = 100;
        client.Send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(22_000);

        Assert.Equal(2_000_000, ResponseReader.Single(client.ReceivedBytes).Body.Length);
        server.End();
    }

    [Fact]
    public void AThousandOfEachAtOnceEndAtTheirDeadlinesAndOthersAreServed()
    {
        const int Count = 1_000;
        using FakeServer server = Serve(connections: (3 * Count) + 200);
        FakeClient[] silent = Enumerable.Range(0, Count).Select(_ => server.Connect()).ToArray();
        FakeClient[] slow = Enumerable.Range(0, Count).Select(_ => server.Connect("GE")).ToArray();
        FakeClient[] stalled = Enumerable.Range(0, Count).Select(_ => server.Connect()).ToArray();
        foreach (FakeClient client in stalled)
        {
            client.ReadsByItself = false;
            client.ServerSendBufferLength = 100;
            client.Send(Get);
        }

        server.RunUntilQuiet();
        Assert.Equal(200, server.Get("/file").Status);
        server.Pass(1_500);
        Assert.All(silent, client => Assert.True(client.IsClosedByServer));
        Assert.All(slow, client => Assert.Equal(408, ResponseReader.Single(client.ReceivedBytes).Status));
        Assert.Equal(200, server.Get("/file").Status);
        server.Pass(5_000);
        Assert.All(slow.Concat(stalled), client => Assert.True(client.IsClosedByServer));
        server.End();
    }

    [Fact]
    public void AClientThatKeepsSendingToADrainIsClosedAtItsDeadline()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("no request\r\n\r\n");
        server.RunUntilQuiet();
        Assert.Equal(400, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.True(client.IsFinished);
        Assert.False(client.IsClosedByServer);

        for (int index = 0; index < 10; index++)
        {
            client.Send("more");
            server.Pass(100);
        }

        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void AShutdownThatFoundNoKernelWorkerKeepsNoSlot()
    {
        using FakeServer server = Serve();
        server.Faults.Add(ChainKind.Close, (byte)CloseChain.Step.Shutdown, 1, _ => Fault.Hang());
        FakeClient client = server.Connect("BAD\r\n\r\n");
        server.RunUntilQuiet();
        client.Shutdown();
        server.Pass(2_000);

        Assert.True(client.IsClosedByServer);
        server.End();
    }

    private static FakeServer Serve(int connections = 8)
    {
        FakeServer server = new FakeServer(connections: connections);
        server.Write("file", new byte[1_000]);
        server.Write("large", new byte[100_000]);
        server.Get("/file");
        return server;
    }
}
