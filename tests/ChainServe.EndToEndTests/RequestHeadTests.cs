using System;
using System.Linq;
using System.Text;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Heads that come in pieces, that are large, and that are wrong.</summary>
public sealed class RequestHeadTests
{
    [SkippableFact]
    public void AHeadMayComeByteByByte()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        for (int request = 0; request < 2; request++)
        {
            foreach (byte value in Encoding.ASCII.GetBytes(RawClient.Request("/a.txt")))
            {
                client.Send([value]);
                Thread.Sleep(1);
            }

            Assert.Equal("content of a\n", client.Read().Text);
        }

        Assert.Equal(2, server.Stop().Requests);
    }

    /// <summary>Two requests, cut at every byte: the second may begin in either piece.</summary>
    [SkippableFact]
    public void RequestsMayBeCutAtEveryByte()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        string requests = RawClient.Request("/a.txt", fields: "Accept: */*\r\n")
            + RawClient.Request("/b.txt", "POST", "Content-Length: 5\r\n") + "12345"
            + RawClient.Request("/b.txt");
        for (int cut = 1; cut < requests.Length; cut++)
        {
            client.Send(requests[..cut]);
            Thread.Sleep(1);
            client.Send(requests[cut..]);
            Assert.Equal("content of a\n", client.Read().Text);
            Assert.Equal(405, client.Read().Status);
            Assert.Equal("content of b\n", client.Read().Text);
        }

        Assert.Equal(3 * (requests.Length - 1), server.Stop().Requests);
    }

    [SkippableTheory]
    [InlineData(4000)]
    [InlineData(4096)]
    [InlineData(5000)]
    [InlineData(12_000)]
    [InlineData(16_000)]
    public void AHeadMayBeLargerThanAReceiveBuffer(int length)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        string start = RawClient.Request("/a.txt", fields: "X: ");
        string head = RawClient.Request("/a.txt", fields: $"X: {new string('x', length - start.Length - 2)}\r\n");
        Assert.Equal(length, head.Length);
        client.Send(head + head + RawClient.Request("/b.txt"));
        Assert.Equal("content of a\n", client.Read().Text);
        Assert.Equal("content of a\n", client.Read().Text);
        Assert.Equal("content of b\n", client.Read().Text);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("GET /a.txt HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /a.txt\r\n\r\n", 400)]
    [InlineData("GET  /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\nHost: a\n\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost : a\r\n\r\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("GET a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /a%2Ftxt HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /../a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\0\u00a5\u0001\0\0", 400)]
    [InlineData("GET /a.txt HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)]
    [InlineData("POST /a.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501)]
    [InlineData("FROBNICATE /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 501)]
    [InlineData("GET /a.txt HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n", 417)]
    [InlineData("POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405)]
    [InlineData("DELETE /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 405)]
    public void AWrongRequestGetsItsStatus(string request, int status)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using (var client = new RawClient(server))
        {
            // Answers before it are not lost.
            client.Send(RawClient.Request("/a.txt") + RawClient.Request("/b.txt") + request);
            Assert.Equal("content of a\n", client.Read().Text);
            Assert.Equal("content of b\n", client.Read().Text);
            RawResponse response = client.Read();
            Assert.Equal(status, response.Status);
            Assert.Equal(status == 405, response["Allow"]?.Contains("GET", StringComparison.Ordinal) ?? false);
            if (response.Closes)
            {
                client.RequireEnd();
            }
            else
            {
                Assert.Equal("content of a\n", client.Ask("/a.txt").Text);
            }
        }

        server.Stop();
    }

    [SkippableFact]
    public void NothingBehindAMalformedRequestIsRead()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        string rest = string.Concat(Enumerable.Repeat(RawClient.Request("/b.txt"), 500));
        client.Send(RawClient.Request("/a.txt") + "GET /a.txt HTTP/1.1\r\nbad line\r\n\r\n" + rest);
        Assert.Equal(200, client.Read().Status);
        RawResponse response = client.Read();
        Assert.Equal(400, response.Status);
        Assert.True(response.Closes);
        client.RequireEnd();
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("line", 414)]
    [InlineData("path", 414)]
    [InlineData("field", 431)]
    [InlineData("fields", 431)]
    public void TooLargeAHeadIsRefusedWithoutReadingItAll(string what, int status)
    {
        // Beyond every limit of a head, and below what is drained before the close.
        string text = new string('x', 60_000);
        string request = what switch
        {
            "line" => RawClient.Request("/" + text),
            "path" => RawClient.Request("/" + text[..4096]),
            "field" => RawClient.Request("/a.txt", fields: $"X: {text}\r\n"),
            _ => RawClient.Request("/a.txt", fields: string.Concat(Enumerable.Repeat("X: y\r\n", 101))),
        };
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(request);
        RawResponse response = client.Read();
        Assert.Equal(status, response.Status);
        if (what != "path")
        {
            client.RequireEnd();
        }

        server.Stop();
    }

    [SkippableFact]
    public void OptionsNamesTheMethods()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (string target in (string[])["*", "/a.txt"])
        {
            RawResponse response = client.Ask(target, "OPTIONS");
            Assert.Equal(204, response.Status);
            Assert.Equal("GET, HEAD, OPTIONS", response["Allow"]);
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData("/%zz")]
    [InlineData("/a/../../b")]
    [InlineData("/%00")]
    public void OptionsOfATargetThatIsNoneIsABadRequest(string target)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);

        Assert.Equal(400, RawClient.Fetch(server, target, "OPTIONS").Status);
        server.Stop();
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("a.txt", "content of a\n");
        site.Write("b.txt", "content of b\n");
        return site;
    }
}
