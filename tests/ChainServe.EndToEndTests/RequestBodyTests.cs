using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A file server wants no bodies: they are thrown away, and never taken for the next request.</summary>
public sealed class RequestBodyTests
{
    private const string Smuggled = "GET /secret.txt HTTP/1.1\r\nHost: test\r\n\r\n";

    [SkippableTheory]
    [InlineData("POST", 405)]
    [InlineData("PUT", 405)]
    [InlineData("GET", 200)]
    [InlineData("HEAD", 200)]
    public void ABodyIsNeverTheNextRequest(string method, int status)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (int repeats in (int[])[1, 20, 400, 1400])
        {
            var body = new StringBuilder();
            for (int index = 0; index < repeats; index++)
            {
                body.Append(Smuggled);
            }

            client.Send(RawClient.Request("/a.txt", method, $"Content-Length: {body.Length}\r\n") + body);
            Assert.Equal(status, client.Read(method == "HEAD").Status);
            Assert.Equal("content of b\n", client.Ask("/b.txt").Text);
        }

        Assert.Equal(8, server.Stop().Requests);
    }

    [SkippableFact]
    public void ABodyThatComesLateIsStillNotTheNextRequest()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/a.txt", "POST", $"Content-Length: {Smuggled.Length}\r\n"));
        Assert.Equal(405, client.Read().Status);
        client.Send(Smuggled[..10]);
        client.Send(Smuggled[10..] + RawClient.Request("/b.txt"));
        Assert.Equal("content of b\n", client.Read().Text);
        Assert.Equal(2, server.Stop().Requests);
    }

    /// <summary>A method that is never allowed says so, whatever length its body has.</summary>
    [SkippableTheory]
    [InlineData("GET", 65537, 413)]
    [InlineData("GET", 1_000_000_000_000, 413)]
    [InlineData("POST", 1_000_000_000_000, 405)]
    public void ABodyAboveTheLimitIsRefusedAtOnce(string method, long length, int status)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/a.txt", method, $"Content-Length: {length}\r\n") + Smuggled);
        RawResponse response = client.Read();
        Assert.Equal(status, response.Status);
        Assert.True(response.Closes);
        client.RequireEnd();
        Assert.Equal(1, server.Stop().Requests);
    }

    /// <summary>The end of a chunked body is not looked for: the answer is the last one.</summary>
    [SkippableTheory]
    [InlineData("POST", 405)]
    [InlineData("GET", 200)]
    public void AChunkedBodyEndsTheConnection(string method, int status)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/a.txt", method, "Transfer-Encoding: chunked\r\n"));
        client.Send($"{Smuggled.Length:x}\r\n{Smuggled}\r\n0\r\n\r\n{Smuggled}");
        RawResponse response = client.Read();
        Assert.Equal(status, response.Status);
        Assert.True(response.Closes);
        client.RequireEnd();
        Assert.Equal(1, server.Stop().Requests);
    }

    /// <summary>RFC 9110 §10.1.1: a final status instead of 100 is an answer too, and nobody can tell whether the body
    /// still comes.</summary>
    [SkippableFact]
    public void AClientThatExpectsContinueGetsTheFinalAnswer()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/a.txt", "POST", "Content-Length: 10\r\nExpect: 100-continue\r\n"));
        RawResponse response = client.Read();
        Assert.Equal(405, response.Status);
        Assert.True(response.Closes);
        client.RequireEnd();
        server.Stop();
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("a.txt", "content of a\n");
        site.Write("b.txt", "content of b\n");
        site.Write("secret.txt", "never asked for\n");
        return site;
    }
}
