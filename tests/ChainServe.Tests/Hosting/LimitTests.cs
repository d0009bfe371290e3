using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Limits of a client and of a connection: what is told, what is counted, and that nobody else notices.
/// </summary>
public sealed class LimitTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void AClientWithTooManyConnectionsIsTurnedAwayUntilItHasFewer()
    {
        ClientCounts counts = new ClientCounts(2);
        using FakeServer server = Serve(clients: counts);
        FakeClient[] clients = Enumerable.Range(0, 3).Select(_ => server.Connect(Get)).ToArray();
        server.RunUntilQuiet();

        int[] statuses = clients.Select(client => ResponseReader.Single(client.ReceivedBytes).Status).ToArray();
        Assert.Equal([200, 200, 503], statuses);
        Response refusal = ResponseReader.Single(clients[2].ReceivedBytes);
        Assert.Equal("1", refusal.Fields["Retry-After"]);
        Assert.False(refusal.GoesOn);
        Assert.Equal(1, server.Counters.Limits[(int)LimitKind.ConnectionsPerAddress]);
        clients[0].Close();
        clients[2].Close();
        server.RunUntilQuiet();

        Assert.Equal(200, server.Get("/file").Status);
        clients[1].Close();
        server.RunUntilQuiet();
        Assert.Equal(0, counts.ClientCount);
        server.End();
    }

    [Fact]
    public void AnotherClientIsServedWhileOneIsTurnedAway()
    {
        using FakeServer server = Serve(clients: new ClientCounts(1));
        FakeClient first = server.Connect(Get);
        FakeClient second = server.Connect(Get);
        FakeClient other = server.Connect(Get);
        other.Address[7] = 9;
        server.RunUntilQuiet();

        Assert.Equal(
            [200, 503, 200],
            new[] { first, second, other }.Select(client => ResponseReader.Single(client.ReceivedBytes).Status));
        server.End();
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", 503)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", 200)]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.1", 503)]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.2", 200)]
    public void AnIpv6ClientIsItsNetworkAndAMappedOneItsIpv4Address(string first, string second, int status)
    {
        using FakeServer server = Serve(clients: new ClientCounts(1));
        server.Connect(Get).Address = SocketAddressOf(first);
        FakeClient client = server.Connect(Get);
        client.Address = SocketAddressOf(second);
        server.RunUntilQuiet();

        Assert.Equal(status, ResponseReader.Single(client.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void ASilentClientThatIsTurnedAwayHoldsItsSlotForAMomentOnly()
    {
        using FakeServer server = Serve(clients: new ClientCounts(1));
        server.Connect(Get);
        FakeClient silent = server.Connect();
        FakeClient slow = server.Connect("G");
        server.Pass(2_000);

        Assert.True(silent.IsClosedByServer);
        Assert.Equal([], silent.ReceivedBytes);
        Assert.True(slow.IsClosedByServer);
        Assert.Equal(503, ResponseReader.Single(slow.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void AConnectionEndsWithTheLastRequestThatItMayBring()
    {
        using FakeServer server = Serve(limits => limits with { RequestsPerConnection = 3 });
        FakeClient client = server.Connect(string.Concat(Enumerable.Repeat(Get, 5)));
        server.RunUntilQuiet();

        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out byte[] rest);
        Assert.Empty(rest);
        Assert.Equal(
            [true, true, false],
            responses.Select(response => response.GoesOn));
        Assert.True(client.IsFinished);
        Assert.Equal(1, server.Counters.Limits[(int)LimitKind.RequestsPerConnection]);
        server.End();
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(300, false)]
    public void AReaderBelowTheLeastRateIsCutOffAndOneAboveIsNot(int bytesPerSecond, bool isCutOff)
    {
        using FakeServer server = Serve(limits => limits with { SendBytesPerSecondMin = 240 });
        FakeClient client = Stalled(server);
        for (int second = 0; second < 60; second++)
        {
            server.Pass(1_000);
            client.Receive(bytesPerSecond);
        }

        // With a reset: else the kernel would keep what the client has not taken.
        Assert.Equal(isCutOff, client.IsClosedByServer);
        Assert.Equal(isCutOff, client.IsReset);
        Assert.Equal(isCutOff ? 1 : 0, server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin]);
        server.End();
    }

    [Fact]
    public void AReaderThatTakesNothingIsCutOffAfterTenSeconds()
    {
        using FakeServer server = Serve(limits => limits with { SendBytesPerSecondMin = 240 });
        FakeClient client = Stalled(server);
        server.Pass(9_500);
        Assert.False(client.IsClosedByServer);
        server.Pass(1_500);

        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void ASlowReaderAboveTheLeastRateGetsItsWholeFile()
    {
        using FakeServer server = Serve(limits => limits with { SendBytesPerSecondMin = 240 });
        FakeClient client = Stalled(server);
        client.ReadBytesPerMillisecond = 1;
        server.Pass(310_000);

        Assert.Equal(300_000, ResponseReader.Single(client.ReceivedBytes).Body.Length);
        server.End();
    }

    [Fact]
    public void WhereASocketCannotBeAskedTheDeadlineOfASendRules()
    {
        using FakeServer server = Serve(limits => limits with { SendBytesPerSecondMin = 240 });
        server.Faults.Add(
            ChainKind.Gate, (byte)GateChain.Step.Measure, 1, Errno.EOPNOTSUPP);
        FakeClient first = Stalled(server);
        FakeClient second = Stalled(server);
        server.Pass(9_500);
        Assert.False(first.IsClosedByServer || second.IsClosedByServer);
        server.Pass(1_500);

        Assert.True(first.IsClosedByServer && second.IsClosedByServer);
        Assert.Equal(2, server.Counters.Limits[(int)LimitKind.SendMilliseconds]);
        server.End();
    }

    [Theory]
    [MemberData(nameof(Passed))]
    public void APassedLimitIsCountedUnderItsName(string request, string name, int status)
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(request);
        server.Pass(1_500);
        if (status > 0)
        {
            Assert.Equal(status, ResponseReader.All(client.ReceivedBytes, out _)[^1].Status);
        }

        client.Close();
        server.RunUntilQuiet();
        Assert.StartsWith($"{name} 1", LimitNames.Describe(server.Counters.Limits), StringComparison.Ordinal);
        server.End();
    }

    public static TheoryData<string, string, int> Passed()
    {
        string fields = string.Concat(Enumerable.Range(0, 101).Select(index => $"X-{index}: 1\r\n"));
        return new TheoryData<string, string, int>
        {
            { $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: a\r\n\r\n", "Limits:RequestLineBytesMax", 414 },
            { $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 17_000)}\r\n\r\n", "Limits:HeadBytesMax", 431 },
            { $"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n", "Limits:HeaderCountMax", 431 },
            { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", "Limits:BodyBytesDiscardedMax", 413 },
            { "GET / HT", "Timeouts:HeadMilliseconds", 408 },
            { "", "Timeouts:HeadMilliseconds", 0 },
        };
    }

    [Fact]
    public void FullSlotsAreCountedOnceUntilOneIsFree()
    {
        using FakeServer server = Serve(connections: 2);
        FakeClient[] clients = Enumerable.Range(0, 4).Select(_ => server.Connect(Get)).ToArray();
        server.RunUntilQuiet();
        server.RunUntilQuiet();

        Assert.Equal(1, server.Counters.Limits[(int)LimitKind.ConnectionsPerWorker]);
        Array.ForEach(clients, client => client.Close());
        server.End();
    }

    [Fact]
    public void TheLogHearsOfPassedLimitsOnceAMinuteAndOfOrdinaryOnesNever()
    {
        StringWriter text = new StringWriter();
        using (ServerLog log = new ServerLog(text, LogLevel.Warning))
        {
            WorkerCounters counters = new WorkerCounters();
            LimitReport report = new LimitReport();
            for (long now = 0; now < LimitReport.IntervalMilliseconds; now += 250)
            {
                counters.Pass(LimitKind.ConnectionsPerAddress);
                counters.Pass(LimitKind.KeepAliveMilliseconds);
                report.Tick(counters, now, log);
            }

            report.Tick(counters, LimitReport.IntervalMilliseconds, log);
            report.Tick(counters, 3 * LimitReport.IntervalMilliseconds, log);
        }

        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("limits passed: Limits:ConnectionsPerAddress 1", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("limits passed: Limits:ConnectionsPerAddress 239", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AClientThatWaitsForAPipeWhenItsRateCannotBeMeasuredAnyMoreHasTheTimeOfASend()
    {
        using FakeServer server = Serve(limits => limits with { SendBytesPerSecondMin = 240 });
        server.Faults.Add(ChainKind.Gate, (byte)GateChain.Step.Measure, 1, Errno.EOPNOTSUPP);
        Stalled(server);
        FakeClient client = Stalled(server);
        server.Pass(4_500);
        for (int pipe = 0; pipe < PipePool.CountMax; pipe++)
        {
            server.Faults.Add(ChainKind.Splice, (byte)SpliceChain.Step.OutOfBody, 1, _ => Fault.Stall(700));
            server.Connect("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
            server.RunUntilQuiet();
        }

        client.Receive(40_000);
        server.Pass(3_500);
        Assert.False(client.IsReset);
        client.ReadsByItself = true;
        client.Receive();
        server.Pass(1_000);

        Assert.Equal(300_000, ResponseReader.Single(client.ReceivedBytes).Body.Length);
        server.End();
    }

    private static FakeClient Stalled(FakeServer server)
    {
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.Send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        return client;
    }

    private static byte[] SocketAddressOf(string address)
    {
        return [10, 0, 0, 80, 0, 0, 0, 0, .. System.Net.IPAddress.Parse(address).GetAddressBytes(), 0, 0, 0, 0];
    }

    private static FakeServer Serve(
        Func<LimitsOptions, LimitsOptions>? change = null,
        int connections = 8,
        ClientCounts? clients = null)
    {
        ServerOptions quick = FakeServer.Quick();
        ServerOptions options = quick with { Limits = (change ?? (limits => limits))(quick.Limits) };
        FakeServer server = new FakeServer(options, connections, clients: clients);
        server.Write("file", new byte[1_000]);
        server.Write("long", new byte[300_000]);
        return server;
    }
}
