using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Clients that say that nothing more will come, and still listen: what they have asked for in full is
/// answered, nothing else is, and then the connection ends.</summary>
public sealed class HalfClosedTests
{
    private const int LargeLength = 3_000_000;

    [SkippableFact]
    public void ACutRequestIsNeverAnswered()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        string[] requests =
        [
            RawClient.Request("/a.txt"), RawClient.Request("/a.txt", fields: "X: y\r\n"), "GET /a.txt HTTP/1.0\r\n\r\n",
        ];
        foreach (string request in requests)
        {
            for (int length = 1; length < request.Length; length++)
            {
                Conversation cut = Conversation.Hold(server, request[..length], endsSending: true);
                Assert.Equal($"{length} bytes: ", $"{length} bytes: {cut.Statuses}");
            }

            Assert.Equal("200", Conversation.Hold(server, request, endsSending: true).Statuses);
        }

        Assert.Equal(requests.Length, server.Stop().Requests);
    }

    [SkippableFact]
    public void WhatWasPipelinedBeforeTheEndIsAnswered()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        string requests = string.Concat(Enumerable.Repeat(RawClient.Request("/a.txt"), 100));
        string expected = string.Join(' ', Enumerable.Repeat("200", 100));
        Assert.Equal(expected, Conversation.Hold(server, requests, endsSending: true).Statuses);

        // The last one is not whole.
        requests += "GET /a.txt HTTP/1.1\r\n";
        Assert.Equal(expected, Conversation.Hold(server, requests, endsSending: true).Statuses);
        Assert.Equal(200, server.Stop().Requests);
    }

    /// <summary>The body is thrown away, so that nobody waits for its end; what came of it is no request.</summary>
    [SkippableFact]
    public void ABodyThatEndsEarlyEndsTheConnection()
    {
        (string Method, string Lines, string Status)[] requests =
        [
            ("GET", "Content-Length: 200", "200"), ("POST", "Content-Length: 200", "405"),
            ("POST", "Content-Length: 60000", "405"), ("POST", "Content-Length: 1000000000", "405"),
            ("GET", "Content-Length: 1000000000", "413"), ("POST", "Transfer-Encoding: chunked", "405"),
            ("GET", "Transfer-Encoding: chunked", "200"),
            ("POST", "Content-Length: 200\r\nExpect: 100-continue", "405"),
        ];
        string[] bodies = ["", "5\r\n", DesyncTables.Smuggled, DesyncTables.Smuggled + DesyncTables.Smuggled];
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        foreach ((string method, string lines, string status) in requests)
        {
            string head = RawClient.Request("/a.txt", method, lines + "\r\n");
            foreach (string body in bodies)
            {
                Conversation conversation = Conversation.Hold(server, head + body, endsSending: true);
                Assert.Equal($"{lines}: {status}", $"{lines}: {conversation.Statuses}");
            }
        }

        Assert.Equal(requests.Length * bodies.Length, server.Stop().Requests);
    }

    [SkippableFact]
    public void AClientThatAsksForNothingGetsNothing()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        foreach (string bytes in (string[])["", "\r\n", "\r\n\r\n"])
        {
            Assert.Equal("", Conversation.Hold(server, bytes, endsSending: true).Statuses);
        }

        Assert.Equal("200", Conversation.Hold(server, RawClient.Request("/a.txt"), endsSending: true).Statuses);
        Assert.Equal(1, server.Stop().Requests);
    }

    [SkippableFact]
    public void ALongBodyGoesOutToItsEnd()
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site);
        string large = RawClient.Request("/large.bin");
        Conversation conversation = Conversation.Hold(
            server, large + RawClient.Request("/a.txt") + large, endsSending: true);
        Assert.Equal("200 200 200", conversation.Statuses);
        Assert.Equal(LargeLength, conversation.Responses[0].Body.Length);
        Assert.True(Pattern.Matches(0, conversation.Responses[0].Body));
        Assert.Equal("content of a\n", conversation.Responses[1].Text);
        Assert.True(Pattern.Matches(0, conversation.Responses[2].Body));
        Assert.Equal(3, server.Stop().Requests);
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("a.txt", "content of a\n");
        site.Write("secret.txt", "never asked for");
        return site;
    }
}
