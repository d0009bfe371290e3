using System.Collections.Generic;
using System.IO;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Answers that come from no file, and the page 404.html, which may stand in for one.</summary>
public sealed class CannedTests
{
    [SkippableFact]
    public void ConfiguredRoutesAreAnswered()
    {
        using var site = new TemporarySite();
        site.Write("healthz", "a file of the same name\n");
        string file = site.Write("routes.json", """
            {
              // Comments are allowed.
              "Canned": [
                { "Path": "/healthz", "Status": 200, "ContentType": "text/plain", "Body": "ok\n" },
                { "Path": "/gone", "Status": 410, "ContentType": "text/html", "Body": "<p>g\u00f6ne" },
                { "Path": "/nothing", "Status": 204 }
              ]
            }
            """);
        using ServerProcess server = ServerProcess.Start(site, "--config", file);
        using var client = new RawClient(server);
        RawResponse health = client.Ask("/healthz?full");
        Assert.Equal((200, "ok\n", "text/plain"), (health.Status, health.Text, health["Content-Type"]));
        RawResponse head = client.Ask("/healthz", "HEAD");
        Assert.Equal((200, 3L), (head.Status, head.ContentLength));
        RawResponse gone = client.Ask("/gone");
        Assert.Equal((410, "<p>göne"), (gone.Status, gone.Text));
        Assert.Equal(204, client.Ask("/nothing").Status);
        Assert.Equal(404, client.Ask("/healthz/").Status);
        Assert.Equal(405, client.Ask("/healthz", "POST").Status);
        server.Stop();
    }

    [SkippableFact]
    public void TheFile404AnswersForWhatIsMissing()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        RawResponse canned = client.Ask("/missing");
        Assert.Equal(404, canned.Status);
        Assert.Contains("404", canned.Text, System.StringComparison.Ordinal);
        Assert.Equal(canned.ContentLength, client.Ask("/missing", "HEAD").ContentLength);
        server.Stop();

        site.Write("404.html", "own page");
        using ServerProcess second = ServerProcess.Start(site);
        using var other = new RawClient(second);
        foreach (string target in (string[])["/missing", "/", "/.hidden", "/missing", "/missing/deep", "/?x"])
        {
            RawResponse response = other.Ask(target, fields: "Range: bytes=0-1\r\nIf-None-Match: *\r\n");
            Assert.Equal((404, "own page"), (response.Status, response.Text));
            Assert.Null(response["ETag"]);
            Assert.Equal(8, other.Ask(target, "HEAD").ContentLength);
        }

        Assert.Equal(200, other.Ask("/404.html").Status);
        second.Stop();
    }

    /// <summary>The longest request line that can be configured, against an answer that repeats it.</summary>
    [SkippableFact]
    public void ARedirectThatRepeatsAHugeQueryEndsInAnAnswer()
    {
        using var site = new TemporarySite();
        Directory.CreateDirectory(site.PathOf("sub"));
        var settings = new Dictionary<string, string>
        {
            ["Limits:RequestLineBytesMax"] = "262144",
            ["Limits:HeadBytesMax"] = "262144",
        };
        using ServerProcess server = ServerProcess.Start(site, settings);
        foreach (int length in (int[])[60_000, 67_000, 68_000, 250_000])
        {
            using var client = new RawClient(server);
            client.Send(RawClient.Request("/sub?" + new string('q', length)));
            RawResponse response = client.ReadHead(headLengthMax: 300_000);
            Assert.Contains(response.Status, (int[])[308, 414]);
        }

        server.Stop();
    }
}
