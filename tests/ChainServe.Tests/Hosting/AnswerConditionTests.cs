using System.IO;
using ChainServe.Configuration;
using ChainServe.Files;
using ChainServe.Tests.Simulation;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Conditions hold for everything that answers with 200, and not for files alone (RFC 9110 §13.2.1).
/// </summary>
public sealed class AnswerConditionTests
{
    private static FakeServer Serve(EntityTagMode tags = EntityTagMode.Modified)
    {
        return new FakeServer(FakeServer.Quick() with
        {
            ETag = tags,
            Header = ["Cache-Control: max-age=60"],
            Cors = ["https://a.example"],
            Canned =
            [
                Route("/ok", 200, "fine"), Route("/also", 200, "fine"), Route("/other", 200, "not as well"),
                Route("/empty", 200, ""), Route("/gone", 410, "away"), Route("/none", 204, ""),
            ],
        });
    }

    private static CannedRoute Route(string path, int status, string body)
    {
        return new CannedRoute { Path = path, Status = status, ContentType = "text/plain", Body = body };
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public void AConfiguredAnswerHasATagOfItsContent(string method)
    {
        using FakeServer server = Serve();
        Response response = server.Get("/ok", method: method);
        Assert.Equal(200, response.Status);
        Assert.True(EntityTag.IsSingle(System.Text.Encoding.ASCII.GetBytes(response.EntityTag)));
        Assert.False(response.EntityTag.StartsWith('W'));
        Assert.Equal(response.EntityTag, server.Get("/also", method: method).EntityTag);
        Assert.NotEqual(response.EntityTag, server.Get("/other", method: method).EntityTag);
        Assert.NotEqual("", server.Get("/empty", method: method).EntityTag);
        server.End();
    }

    // RFC 9110 §15.4.5: what a cache needs of the 200, and nothing of its content.
    [Theory]
    [InlineData("GET", "If-None-Match: TAG")]
    [InlineData("HEAD", "If-None-Match: TAG")]
    [InlineData("GET", "If-None-Match: W/TAG")]
    [InlineData("GET", "If-None-Match: *")]
    [InlineData("GET", "If-None-Match: \"x\", TAG")]
    [InlineData("GET", "If-None-Match: \"x\"\r\nIf-None-Match: TAG")]
    [InlineData("GET", "If-Match: TAG\r\nIf-None-Match: TAG")]
    public void AConfiguredAnswerThatTheClientHasIsNotSentAgain(string method, string condition)
    {
        using FakeServer server = Serve();
        string origin = "Origin: https://a.example\r\n";
        Response whole = server.Get("/ok", origin, method);
        string tag = whole.EntityTag;
        string fields = condition.Replace("TAG", tag, System.StringComparison.Ordinal) + "\r\n";
        Response response = server.Get("/ok", fields + origin, method);
        Assert.Equal((304, tag, ""), (response.Status, response.EntityTag, response.Text));
        Assert.Equal("max-age=60", response.Fields["Cache-Control"]);
        foreach (string name in (string[])["Cache-Control", "Vary", "Access-Control-Allow-Origin"])
        {
            Assert.Equal(whole.Fields[name], response.Fields[name]);
        }

        Assert.False(response.Fields.ContainsKey("Content-Type"));
        server.End();
    }

    [Theory]
    [InlineData("GET", "If-Match: \"x\"", 412)]
    [InlineData("HEAD", "If-Match: \"x\"", 412)]
    [InlineData("GET", "If-Match: W/TAG", 412)]
    [InlineData("GET", "If-Match: \"x\"\r\nIf-None-Match: TAG", 412)]
    [InlineData("GET", "If-Match: TAG", 200)]
    [InlineData("GET", "If-Match: *", 200)]
    [InlineData("GET", "If-None-Match: \"x\"", 200)]
    [InlineData("GET", "If-Modified-Since: Sat, 02 Jan 2100 00:00:00 GMT", 200)]
    [InlineData("GET", "If-Unmodified-Since: Sat, 02 Jan 2000 00:00:00 GMT", 200)]
    [InlineData("GET", "If-None-Match: \"x\"\r\nRange: bytes=0-1", 200)]
    public void AConditionThatFailsIsTold(string method, string condition, int status)
    {
        using FakeServer server = Serve();
        string tag = server.Get("/ok").EntityTag;
        string fields = condition.Replace("TAG", tag, System.StringComparison.Ordinal) + "\r\n";
        Response response = server.Get("/ok", fields, method);
        Assert.Equal((status, tag), (response.Status, response.EntityTag));
        Assert.Equal(status == 200 ? "fine" : "", response.Text);
        Assert.Equal("max-age=60", response.Fields["Cache-Control"]);
        server.End();
    }

    // RFC 9110 §13.2.1: conditions are for what would succeed.
    [Theory]
    [InlineData("/gone", 410)]
    [InlineData("/none", 204)]
    [InlineData("/missing", 404)]
    public void OtherAnswersHaveNoTagAndNoConditions(string target, int status)
    {
        using FakeServer server = Serve();
        Response response = server.Get(target, "If-Match: \"x\"\r\nIf-None-Match: *\r\n");
        Assert.Equal((status, ""), (response.Status, response.EntityTag));
        server.End();
    }

    [Fact]
    public void WithoutTagsThereAreConditionsStill()
    {
        using FakeServer server = Serve(EntityTagMode.Off);
        Assert.Equal((200, ""), (server.Get("/ok").Status, server.Get("/ok").EntityTag));
        Assert.Equal(304, server.Get("/ok", "If-None-Match: *\r\n").Status);
        Assert.Equal(412, server.Get("/ok", "If-Match: \"x\"\r\n").Status);
        Assert.Equal(200, server.Get("/ok", "If-None-Match: \"\"\r\n").Status);
        server.End();
    }

    [SkippableFact]
    public void AListingHasATagOfItsForm()
    {
        using LinuxWorker server = new(new ServerOptions { Browse = true });
        Directory.CreateDirectory(Path.Combine(server.Directory, "docs"));
        string page = server.Get("/docs/").EntityTag;
        string json = server.Get("/docs/", "Accept: application/json\r\n").EntityTag;
        Assert.Equal((false, false, false), (page.Length == 0, page == json, page.StartsWith('W')));
        for (int round = 0; round < 2; round++)
        {
            Response response = server.Get("/docs/", $"If-None-Match: {page}\r\n");
            Assert.Equal((304, page, ""), (response.Status, response.EntityTag, response.Text));
            Assert.Equal(("no-cache", "Accept"), (response.Fields["Cache-Control"], response.Fields["Vary"]));
            Assert.Equal(200, server.Get("/docs/", $"If-None-Match: {json}\r\n").Status);
            Assert.Equal(412, server.Get("/docs/", $"If-Match: {json}\r\n").Status);
            Assert.Equal(304, server.Get("/docs/", $"Accept: application/json\r\nIf-None-Match: {json}\r\n").Status);
        }
    }
}
