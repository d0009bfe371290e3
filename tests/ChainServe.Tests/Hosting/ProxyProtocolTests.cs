using System;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Connections that a proxy makes for its clients.</summary>
public sealed class ProxyProtocolTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Header = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";

    [Fact]
    public void ATrustedProxySpeaksForItsClient()
    {
        using FakeServer server = Serve(["127.0.0.0/8"], logs: true);
        FakeClient client = server.Connect(Header + Get + Get);
        server.Pass(100);

        Assert.Equal([200, 200], ResponseReader.All(client.ReceivedBytes, out _).Select(response => response.Status));
        Assert.All(Lines(server), line => Assert.StartsWith("192.0.2.1 - - [", line, StringComparison.Ordinal));
        Assert.Equal(2, Lines(server).Length);
        server.End();
    }

    [Fact]
    public void AHeaderThatComesByteByByteIsPutTogether()
    {
        using FakeServer server = Serve(["127.0.0.1"]);
        FakeClient client = server.Connect();
        foreach (char letter in Header + Get)
        {
            client.Send($"{letter}");
            server.RunUntilQuiet();
        }

        Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status);
        server.End();
    }

    [Theory]
    [InlineData(Get)]
    [InlineData("PROXY TCP4 192.0.2.1\r\n" + Get)]
    public void ATrustedProxyThatSaysNothingOfItsClientIsClosedUnanswered(string text)
    {
        using FakeServer server = Serve(["127.0.0.1"]);
        FakeClient client = server.Connect(text);
        server.RunUntilQuiet();

        Assert.Equal([], client.ReceivedBytes);
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void AnybodyElseIsNotBelieved()
    {
        using FakeServer server = Serve(["10.0.0.0/8", "unix"]);
        FakeClient client = server.Connect(Header + Get);
        FakeClient plain = server.Connect(Get);
        server.RunUntilQuiet();

        Assert.Equal(400, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.Equal(200, ResponseReader.Single(plain.ReceivedBytes).Status);
        server.End();
    }

    [Fact]
    public void AHeaderThatDoesNotComeEndsAtTheDeadlineOfAHead()
    {
        using FakeServer server = Serve(["127.0.0.1"]);
        FakeClient silent = server.Connect();
        FakeClient slow = server.Connect("PROXY TC");
        FakeClient headless = server.Connect(Header);
        server.Pass(1_600);

        Assert.True(silent.IsClosedByServer && slow.IsClosedByServer && headless.IsClosedByServer);
        Assert.Equal([], slow.ReceivedBytes);
        server.End();
    }

    [Fact]
    public void ClientsBehindAProxyAreCountedAndTheProxyIsNot()
    {
        ClientCounts counts = new ClientCounts(1);
        using FakeServer server = Serve(["127.0.0.1"], clients: counts);
        FakeClient first = server.Connect(Header + Get);
        FakeClient second = server.Connect(Header + Get);
        FakeClient other = server.Connect(Header.Replace(".0.2.1", ".0.2.9", StringComparison.Ordinal) + Get);
        FakeClient check = server.Connect("PROXY UNKNOWN\r\n" + Get);
        FakeClient silent = server.Connect(Header);
        server.RunUntilQuiet();

        Assert.Equal(
            [200, 503, 200, 200],
            new[] { first, second, other, check }.Select(client => ResponseReader.Single(client.ReceivedBytes).Status));
        silent.Send("G");
        server.RunUntilQuiet();
        Assert.Equal(503, ResponseReader.Single(silent.ReceivedBytes).Status);
        server.End();
        Assert.Equal(0, counts.ClientCount);
    }

    [Fact]
    public void ASilentClientBehindAProxyThatIsTurnedAwayHoldsItsSlotForAMomentOnly()
    {
        ServerOptions quick = FakeServer.Quick();
        ServerOptions options = quick with
        {
            ProxyProtocol = ["127.0.0.1"],
            Timeouts = quick.Timeouts with { HeadMilliseconds = 10_000 },
        };
        using FakeServer server = new FakeServer(options, clients: new ClientCounts(1));
        server.Write("file", new byte[1_000]);
        server.Connect(Header + Get);
        FakeClient silent = server.Connect(Header);
        server.Pass(1_500);

        Assert.True(silent.IsClosedByServer);
        Assert.Equal([], silent.ReceivedBytes);
        server.End();
    }

    private static string[] Lines(FakeServer server)
    {
        return Encoding.UTF8.GetString(server.Files.Node(FakeServer.AccessLogPath).Content)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static FakeServer Serve(string[] proxies, bool logs = false, ClientCounts? clients = null)
    {
        ServerOptions options = FakeServer.Quick() with { ProxyProtocol = proxies };
        FakeServer server = new FakeServer(options, logs: logs, clients: clients);
        server.Write("file", new byte[1_000]);
        return server;
    }
}
