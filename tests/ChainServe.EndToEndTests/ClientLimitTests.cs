using System.Collections.Generic;
using System.IO;
using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Who a client is, and how much of the server one may have.</summary>
public sealed class ClientLimitTests
{
    private const string Get = "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n";

    [SkippableFact]
    public void AClientWithTooManyConnectionsIsTurnedAwayAndCounted()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        var settings = new Dictionary<string, string> { ["Limits:ConnectionsPerAddress"] = "2" };
        using ServerProcess server = ServerProcess.Start(site, settings, "--workers", "2");
        using (var first = new RawClient(server))
        using (var second = new RawClient(server))
        {
            Assert.Equal(200, first.Ask("/a.txt").Status);
            Assert.Equal(200, second.Ask("/a.txt").Status);
            using var third = new RawClient(server);
            RawResponse refusal = third.Ask("/a.txt");
            Assert.Equal(503, refusal.Status);
            Assert.Equal("1", refusal["Retry-After"]);
            third.RequireEnd();
            Assert.Equal(200, first.Ask("/a.txt").Status);
        }

        server.Stop();
        Assert.Contains("limits passed: Limits:ConnectionsPerAddress 1", server.Error, System.StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AConnectionEndsWithTheLastRequestThatItMayBring()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        var settings = new Dictionary<string, string> { ["Limits:RequestsPerConnection"] = "2" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server);
        Assert.Equal(200, client.Ask("/a.txt").Status);
        Assert.True(client.Ask("/a.txt").Closes);
        client.RequireEnd();
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("PROXY TCP4 192.0.2.7 192.0.2.8 1000 80\r\n", "192.0.2.7")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::8 1000 80\r\n", "2001:db8::7")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\x0A\x01\x02\x03\x0A\x01\x02\x04\x03\xE8\0\x50", "10.1.2.3")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "127.0.0.1")]
    public void TheClientOfATrustedProxyStandsInTheLog(string header, string address)
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        using ServerProcess server = ServerProcess.Start(
            site, "--proxy-protocol", "127.0.0.0/8", "--access-log", Path.Combine(site.Outside, "log"));
        using var client = new RawClient(server);
        client.Send(Encoding.Latin1.GetBytes(header + Get));
        Assert.Equal("text", client.Read().Text);
        server.Stop();
        string log = File.ReadAllText(Path.Combine(site.Outside, "log"));
        Assert.StartsWith(address + " - ", log, System.StringComparison.Ordinal);
    }

    [SkippableFact]
    public void CurlIsBelievedAsAProxyOnlyWhereItIsTrusted()
    {
        string curl = Machine.RequireProgram("curl");
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        using ServerProcess trusting = ServerProcess.Start(site, "--proxy-protocol", "127.0.0.1");
        using ServerProcess other = ServerProcess.Start(site, "--proxy-protocol", "192.0.2.1");
        const string Option = "--haproxy-protocol";
        Assert.Equal(0, Machine.Run(curl, "-sSf", Option, $"http://127.0.0.1:{trusting.Port}/a.txt"));
        Assert.NotEqual(0, Machine.Run(curl, "-sSf", $"http://127.0.0.1:{trusting.Port}/a.txt"));
        Assert.NotEqual(0, Machine.Run(curl, "-sSf", Option, $"http://127.0.0.1:{other.Port}/a.txt"));
        Assert.Equal(0, Machine.Run(curl, "-sSf", $"http://127.0.0.1:{other.Port}/a.txt"));
    }
}
