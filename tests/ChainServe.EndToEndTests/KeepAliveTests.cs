using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>RFC 9112 §9: connections that go on, that end, and requests that come before their turn.</summary>
public sealed class KeepAliveTests
{
    [SkippableFact]
    public void ManyRequestsGoOverOneConnection()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        for (int request = 0; request < 1000; request++)
        {
            RawResponse response = client.Ask("/a.txt");
            Assert.Equal(200, response.Status);
            Assert.Equal("content of a\n", response.Text);
            Assert.False(response.Closes);
        }

        ServerSummary summary = server.Stop();
        Assert.Equal(1000, summary.Requests);
        Assert.Equal(1, summary.Connections);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHundredPipelinedRequestsAreAnsweredInOrder(bool immutable)
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("large.bin", 200_000);
        site.Write("canned.json", """{ "Canned": [{ "Path": "/canned", "Body": "canned body\n" }] }""");
        using ServerProcess server = ServerProcess.Start(
            site, ["--config", site.PathOf("canned.json"), .. (string[])(immutable ? ["--immutable"] : [])]);
        (string Method, string Target, int Status, string? Body)[] kinds =
        [
            ("GET", "/a.txt", 200, "content of a\n"),
            ("GET", "/missing", 404, null),
            ("HEAD", "/a.txt", 200, ""),
            ("GET", "/canned", 200, "canned body\n"),
            ("GET", "/sub", 308, ""),
            ("GET", "/b.txt", 200, "content of b\n"),
            ("HEAD", "/missing", 404, ""),
            ("POST", "/a.txt", 405, null),
            ("GET", "/large.bin", 200, null),
            ("GET", "/sub/", 200, "index of sub\n"),
        ];
        for (int round = 0; round < 3; round++)
        {
            using var client = new RawClient(server);
            var requests = new StringBuilder();
            for (int index = 0; index < 100; index++)
            {
                requests.Append(RawClient.Request(kinds[index % kinds.Length].Target, kinds[index % 10].Method));
            }

            client.Send(requests.ToString());
            for (int index = 0; index < 100; index++)
            {
                (string method, string target, int status, string? body) = kinds[index % kinds.Length];
                RawResponse response = client.Read(method == "HEAD");
                Assert.True(response.Status == status, $"{index}: {method} {target}: {response.Status}");
                Assert.True(body is null || response.Text == body, $"{index}: {method} {target}: {response.Text}");
                Assert.True(target != "/large.bin" || Pattern.Matches(0, response.Body));
            }

            client.ShutdownSend();
            client.RequireEnd();
        }

        Assert.Equal(300, server.Stop().Requests);
    }

    [SkippableTheory]
    [InlineData("GET /a.txt HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", true)]
    [InlineData("HEAD /a.txt HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET /missing HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET /missing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false)]
    [InlineData("GET /large.bin HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET /sub HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true)]
    public void AConnectionEndsWhenItsRequestSaysSo(string request, bool closes)
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("large.bin", 1_000_000);
        foreach (string[] form in (string[][])[[], ["--immutable"]])
        {
            using ServerProcess server = ServerProcess.Start(site, form);
            for (int fetch = 0; fetch < 3; fetch++)
            {
                using var client = new RawClient(server);
                client.Send(request);
                RawResponse response = client.Read(request.StartsWith("HEAD", System.StringComparison.Ordinal));
                if (closes)
                {
                    Assert.True(response.Closes);
                    client.RequireEnd();
                }
                else
                {
                    Assert.False(response.Closes);
                    Assert.Equal("content of b\n", client.Ask("/b.txt").Text);
                }
            }

            server.Stop();
        }
    }

    /// <summary>RFC 9112 §9.3: what stands behind a request that closes is not answered, and does not turn the
    /// response into a reset.</summary>
    [SkippableFact]
    public void RequestsBehindACloseAreNotAnswered()
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("large.bin", 1_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        foreach (string target in (string[])["/a.txt", "/large.bin", "/missing"])
        {
            using var client = new RawClient(server);
            string rest = string.Concat(Enumerable.Repeat(RawClient.Request("/b.txt"), 200));
            client.Send(RawClient.Request(target, fields: "Connection: close\r\n") + rest);
            RawResponse response = client.Read();
            Assert.Equal(target == "/missing" ? 404 : 200, response.Status);
            Assert.True(response.Closes);
            client.RequireEnd();
        }

        Assert.Equal(3, server.Stop().Requests);
    }

    [SkippableFact]
    public void AClientThatHasSaidAllStillGetsItsAnswers()
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("large.bin", 1_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/large.bin") + RawClient.Request("/a.txt") + RawClient.Request("/b.txt"));
        client.ShutdownSend();
        Assert.Equal(1_000_000, client.Read().Body.Length);
        Assert.Equal("content of a\n", client.Read().Text);
        Assert.Equal("content of b\n", client.Read().Text);
        client.RequireEnd();
        server.Stop();
    }

    [SkippableFact]
    public void AnIdleConnectionEndsInOrder()
    {
        using TemporarySite site = MakeSite();
        var settings = new Dictionary<string, string> { ["Timeouts:KeepAliveMilliseconds"] = "500" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server);
        Assert.Equal(200, client.Ask("/a.txt").Status);
        client.RequireEnd();
        server.Stop();
    }

    /// <summary>No slot, no refusal: who comes too early waits in the backlog until another client has ended.</summary>
    [SkippableFact]
    public void MoreClientsThanConnectionsWaitTheirTurn()
    {
        using TemporarySite site = MakeSite();
        var settings = new Dictionary<string, string>
        {
            ["Limits:ConnectionsPerWorker"] = "8",
            ["Limits:ConnectionsPerAddress"] = "50",
            ["Timeouts:KeepAliveMilliseconds"] = "200",
        };
        using ServerProcess server = ServerProcess.Start(site, settings, "--workers", "1");
        List<RawClient> clients = [.. Enumerable.Range(0, 50).Select(_ => new RawClient(server))];
        clients.ForEach(client => client.Send(RawClient.Request("/a.txt")));
        foreach (RawClient client in clients)
        {
            Assert.Equal("content of a\n", client.Read().Text);
            client.RequireEnd();
            client.Dispose();
        }

        Assert.Equal(50, server.Stop().Connections);
    }

    [SkippableFact]
    public void TheDateIsTheTimeOfTheAnswer()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 3; fetch++)
        {
            RawResponse response = client.Ask("/a.txt");
            var date = System.DateTime.ParseExact(response["Date"]!, "r", CultureInfo.InvariantCulture);
            Assert.InRange((System.DateTime.UtcNow - date).TotalSeconds, -1, 10);
        }

        server.Stop();
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("a.txt", "content of a\n");
        site.Write("b.txt", "content of b\n");
        site.Write("sub/index.html", "index of sub\n");
        return site;
    }
}
