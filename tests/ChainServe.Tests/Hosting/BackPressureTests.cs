using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Limits that are reached: slots, receive buffers, descriptors; requests in a row; clients that
/// leave.</summary>
public sealed class BackPressureTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void MoreClientsThanSlotsWaitAndAreServed()
    {
        using FakeServer server = Serve(connections: 3);
        FakeClient[] clients = Enumerable.Range(0, 20).Select(_ => server.Connect(Get)).ToArray();
        server.RunUntilQuiet();
        Assert.Equal(17, server.BacklogCount);

        foreach (FakeClient client in clients)
        {
            Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status);
            client.Close();
            server.RunUntilQuiet();
        }

        server.End();
    }

    [Fact]
    public void SilentClientsCannotHoldTheDoor()
    {
        using FakeServer server = Serve(connections: 200);
        for (int index = 0; index < 150; index++)
        {
            server.Connect();
        }

        server.RunUntilQuiet();

        Assert.Equal(0, server.BacklogCount);
        Assert.Equal(200, server.Get("/file").Status);
        server.End();
    }

    [Theory]
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.ENFILE)]
    [InlineData(Errno.ENOBUFS)]
    [InlineData(Errno.ENOMEM)]
    public void AcceptErrorsPauseAndResumeByThemselvesWhileOthersAreServed(int errno)
    {
        using FakeServer server = Serve(connections: 4);
        FakeClient served = server.Connect(Get);
        server.RunUntilQuiet();
        served.Receive();
        for (int index = 0; index < 10; index++)
        {
            server.FailAccept(errno);
        }

        FakeClient waiting = server.Connect(Get);
        server.Pass(20);
        served.Send(Get);
        server.RunUntilQuiet();
        Assert.True(server.Counters.AcceptPauses > 0);
        Assert.Equal(1, server.BacklogCount);
        Assert.Equal(2, ResponseReader.All(served.ReceivedBytes, out _).Count);

        server.Pass(2_000);
        Assert.Equal(200, ResponseReader.Single(waiting.ReceivedBytes).Status);
        Assert.Equal(10, server.Counters.AcceptPauses);
        Assert.Equal(0, server.Counters.Unexpected);
        server.End();
    }

    [Fact]
    public void AReceiveWithoutABufferIsArmedAgain()
    {
        using FakeServer server = Serve();
        server.Faults.Add(ChainKind.Accept, (byte)AcceptChain.Step.Receive, 1, Errno.ENOBUFS);
        server.Faults.Add(ChainKind.Receive, 0, 1, Errno.ENOBUFS);
        server.Faults.Add(ChainKind.Receive, 0, 1, Errno.ENOBUFS);

        Assert.Equal(200, server.Get("/file").Status);
        Assert.Equal(0, server.Counters.Unexpected);
        server.End();
    }

    [Fact]
    public void PipelinedRequestsAreAnsweredInOrder()
    {
        using FakeServer server = Serve();
        string[] targets = ["/file", "/missing", "/large", "/", "/file", "/cold", "/large", "/other"];
        FakeClient client = server.Connect(
            string.Concat(targets.Select(target => $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")));
        server.RunUntilQuiet();

        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out byte[] rest);

        Assert.Empty(rest);
        Assert.Equal([200, 404, 200, 404, 200, 200, 200, 200], responses.Select(response => response.Status));
        Assert.Equal([1_000, 100_000, 1_000, 70, 100_000, 90], responses.Where(response => response.Status == 200)
            .Select(response => response.Body.Length));
        server.End();
    }

    [Fact]
    public void ARequestThatArrivesDuringAResponseWaitsForItsEnd()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 1_000;
        client.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        client.Send("GET /other HTT");
        server.RunUntilQuiet();
        client.Send("P/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        client.ReadsByItself = true;
        client.Receive();
        server.RunUntilQuiet();

        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out byte[] rest);
        Assert.Empty(rest);
        Assert.Equal([100_000, 90], responses.Select(response => response.Body.Length));
        server.End();
    }

    [Theory]
    [InlineData("/file")]
    [InlineData("/cold")]
    [InlineData("/large")]
    [InlineData("/missing")]
    public void AClientThatSentItsLastByteGetsItsWholeResponse(string target)
    {
        using FakeServer server = Serve();
        string expected = ResponseReader.WithoutDate(server.Get(target).Bytes);
        FakeClient client = server.Connect($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        client.Shutdown();
        server.RunUntilQuiet();

        Assert.Equal(expected, ResponseReader.WithoutDate(client.ReceivedBytes));
        Assert.True(client.IsClosedByServer);
        Assert.False(client.IsReset);
        server.End();
    }

    [Theory]
    [InlineData("/file", false)]
    [InlineData("/file", true)]
    [InlineData("/cold", false)]
    [InlineData("/large", false)]
    [InlineData("/missing", false)]
    public void AResetAtAnyStepOfAResponseLeaksNothing(string target, bool immutable)
    {
        bool isThrough = false;
        for (int step = 1; !isThrough; step++)
        {
            using FakeServer server = Serve(immutable: immutable);
            FakeClient client = server.Connect();
            server.RunUntilQuiet();
            int left = step;
            server.Faults.Issuing = _ =>
            {
                if (--left == 0)
                {
                    client.Reset();
                }

                return null;
            };
            client.Send($"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            server.RunUntilQuiet();
            isThrough = left > 0;
            server.Faults.Issuing = null;

            Assert.True(isThrough || client.IsReset, $"reset at step {step}");
            Assert.Equal(200, server.Get("/other").Status);
            server.End();
        }
    }

    private static FakeServer Serve(int connections = 8, bool immutable = false)
    {
        ServerOptions options = FakeServer.Quick(immutable);
        FakeServer server = new FakeServer(options, connections);
        server.Write("file", new byte[1_000]);
        server.Write("cold", new byte[70]);
        server.Write("other", new byte[90]);
        server.Write("large", new byte[100_000]);
        server.Get("/file");
        server.Get("/missing");
        return server;
    }
}
