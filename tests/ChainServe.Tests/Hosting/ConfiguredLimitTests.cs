using System;
using System.Linq;
using ChainServe.Configuration;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Limits at values that only a configuration gives them: off, very small, or longer than what stands beside
/// them.</summary>
public sealed class ConfiguredLimitTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void ADrainEndsWhenNothingComesForFiveSecondsHoweverLongItMayTake()
    {
        using FakeServer server = Serve(timeouts => timeouts with { DrainMilliseconds = 30_000 });
        FakeClient silent = server.Connect("no request\r\n\r\n");
        FakeClient talking = server.Connect("no request\r\n\r\n");
        server.Pass(4_500);
        Assert.False(silent.IsClosedByServer);
        for (int second = 0; second < 23; second++)
        {
            talking.Send("more");
            server.Pass(1_000);
        }

        Assert.True(silent.IsClosedByServer);
        Assert.False(talking.IsClosedByServer);
        for (int second = 0; second < 4; second++)
        {
            talking.Send("more");
            server.Pass(1_000);
        }

        Assert.True(talking.IsClosedByServer);
        Assert.Equal(2, server.Counters.Limits[(int)LimitKind.DrainMilliseconds]);
        server.End();
    }

    [Fact]
    public void FactsBeyondTheirNumberAreLookedUpAgainAndNothingElseHappens()
    {
        const int Files = 500;
        using FakeServer server = Serve();
        for (int file = 0; file < Files; file++)
        {
            server.Write($"f{file}", [(byte)file]);
        }

        for (int round = 0; round < 2; round++)
        {
            for (int file = 0; file < Files; file++)
            {
                Assert.Equal([(byte)file], server.Get($"/f{file}").Body);
            }
        }

        // 64 of them fit.
        Assert.InRange(server.Counters.Resolves, (2 * Files) - 64, 2 * Files);
        server.End();
    }

    [Fact]
    public void WithoutALimitOfRequestsAConnectionGoesOn()
    {
        using FakeServer server = Serve(limits: limits => limits with { RequestsPerConnection = 0 });
        FakeClient client = server.Connect(string.Concat(Enumerable.Repeat(Get, 500)));
        server.RunUntilQuiet();

        Assert.Equal(500, ResponseReader.All(client.ReceivedBytes, out _).Count(response => response.GoesOn));
        server.End();
    }

    [Fact]
    public void WithoutALeastRateTheDeadlineOfASendRules()
    {
        using FakeServer server = Serve(limits: limits => limits with { SendBytesPerSecondMin = 0 });
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.Send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(4_500);
        Assert.False(client.IsClosedByServer);
        server.Pass(1_500);

        Assert.True(client.IsClosedByServer);
        Assert.Equal(1, server.Counters.Limits[(int)LimitKind.SendMilliseconds]);
        server.End();
    }

    private static FakeServer Serve(
        Func<TimeoutsOptions, TimeoutsOptions>? timeouts = null,
        Func<LimitsOptions, LimitsOptions>? limits = null)
    {
        ServerOptions quick = FakeServer.Quick();
        FakeServer server = new FakeServer(quick with
        {
            Timeouts = (timeouts ?? (same => same))(quick.Timeouts),
            Limits = (limits ?? (same => same))(quick.Limits),
        });
        server.Write("file", new byte[1_000]);
        server.Write("long", new byte[300_000]);
        return server;
    }
}
