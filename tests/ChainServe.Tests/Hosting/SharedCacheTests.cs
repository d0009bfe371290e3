using System;
using System.Collections.Generic;
using System.IO;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>What is served on the strength of a password says so to shared caches (RFC 9111 §5.2.2.7), whatever it is:
/// there are caches that look at nothing else (§3.5 lets none of them, but who follows it).</summary>
public sealed class SharedCacheTests
{
    private static readonly AuthUser Ann = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };

    private static readonly string Password = $"Authorization: Basic {Convert.ToBase64String("ann:pw"u8)}\r\n";

    private static ServerOptions Options(string protectedPath = "/in")
    {
        return FakeServer.Quick() with
        {
            Auth = [new AuthRule { Path = protectedPath, Users = [Ann] }],
            Spa = "app.html",
            Canned =
            [
                new CannedRoute { Path = "/in/canned", Status = 200, ContentType = "text/plain", Body = "in" },
                new CannedRoute { Path = "/canned", Status = 200, ContentType = "text/plain", Body = "out" },
            ],
            Redirects =
            [
                new RedirectRule { From = "/in/old", To = "/new" },
                new RedirectRule { From = "/old", To = "/" },
            ],
            Rewrites = [new RewriteRule { From = "/in/latest/*", To = "/:splat" }],
        };
    }

    private static FakeServer Serve(ServerOptions? options = null)
    {
        FakeServer server = new(options ?? Options());
        foreach (string directory in (string[])["", "in/", "in/docs/"])
        {
            foreach (string name in (string[])["a.txt", "a.js", "app.3f9a1c2b.js", "index.html", "long.bin"])
            {
                int length = name == "long.bin" ? 300_000 : 100;
                server.Write(directory + name, new byte[length]);
            }
        }

        server.Write("in/a.js.gz", "coded"u8.ToArray());
        server.Write("a.js.gz", "coded"u8.ToArray());
        server.Write("app.html", "application"u8.ToArray());
        return server;
    }

    private static string? CacheControlOf(Response response)
    {
        return response.Fields.GetValueOrDefault("Cache-Control");
    }

    // Cold, by facts that are known, and behind a check that is remembered.
    private static void AssertSays(FakeServer server, string target, string? expected, int status, string fields = "")
    {
        for (int round = 0; round < 3; round++)
        {
            Response response = server.Get(target, Password + fields);
            Assert.Equal((target, status, expected), (target, response.Status, CacheControlOf(response)));
            Response head = server.Get(target, Password + fields, "HEAD");
            Assert.Equal(expected, CacheControlOf(head));
        }
    }

    [Theory]
    [InlineData("/in/a.txt", 200, "private")]
    [InlineData("/in/a.js", 200, "private")]
    [InlineData("/in/long.bin", 200, "private")]
    [InlineData("/in/", 200, "private, no-cache")]
    [InlineData("/in/app.3f9a1c2b.js", 200, "private, max-age=31536000, immutable")]
    [InlineData("/in/canned", 200, "private")]
    [InlineData("/in/docs", 308, "private")]
    [InlineData("/in/old", 308, "private")]
    [InlineData("/in/none.txt", 404, "private")]
    [InlineData("/in/latest/a.txt", 200, "private")]
    [InlineData("/in/latest/long.bin", 200, "private")]
    [InlineData("/in/latest/", 200, "private, no-cache")]
    [InlineData("/in/latest/app.3f9a1c2b.js", 200, "private, max-age=31536000, immutable")]
    [InlineData("/in/latest/none.txt", 404, "private")]
    public void WhatIsBehindAPasswordIsPrivate(string target, int status, string expected)
    {
        using FakeServer server = Serve();
        AssertSays(server, target, expected, status);
        Assert.Null(CacheControlOf(server.Get(target)));
        Assert.Equal(401, server.Get(target).Status);
        server.End();
    }

    [Theory]
    [InlineData("/a.txt", 200, null)]
    [InlineData("/a.js", 200, null)]
    [InlineData("/", 200, "no-cache")]
    [InlineData("/app.3f9a1c2b.js", 200, "max-age=31536000, immutable")]
    [InlineData("/canned", 200, null)]
    [InlineData("/old", 308, null)]
    [InlineData("/none.txt", 404, null)]
    public void WhatEverybodyMaySeeIsNot(string target, int status, string? expected)
    {
        using FakeServer server = Serve();
        server.Get("/in/latest" + target, Password);
        AssertSays(server, target, expected, status);
        server.End();
    }

    [Theory]
    [InlineData("/in/a.txt")]
    [InlineData("/in/latest/a.txt")]
    public void SoAreItsPartsAndWhatIsNotSentAgain(string target)
    {
        using FakeServer server = Serve();
        string tag = server.Get(target, Password).EntityTag;
        Assert.Equal("private", CacheControlOf(server.Get(target, $"{Password}If-None-Match: {tag}\r\n")));
        Assert.Equal("private", CacheControlOf(server.Get(target, $"{Password}Range: bytes=3-9\r\n")));
        Assert.Equal("private", CacheControlOf(server.Get(target, $"{Password}Range: bytes=3-9,20-29\r\n")));
        Assert.Equal("private", CacheControlOf(server.Get(target, $"{Password}Range: bytes=999-\r\n")));
        Assert.Equal("private", CacheControlOf(server.Get(target, $"{Password}If-Match: \"x\"\r\n")));
        server.End();
    }

    [Theory]
    [InlineData("/in/a.js")]
    [InlineData("/in/latest/a.js")]
    public void SoIsItsCodedForm(string target)
    {
        using FakeServer server = Serve();
        AssertSays(server, target, "private", 200, "Accept-Encoding: gzip\r\n");
        Assert.Equal("coded", server.Get(target, $"{Password}Accept-Encoding: gzip\r\n").Text);
        server.End();
    }

    [Fact]
    public void SoIsThePageOfAnApplicationOrOfAnErrorThatEverybodyMaySeeElsewhere()
    {
        using FakeServer server = Serve();
        server.Write("404.html", "nowhere"u8.ToArray());
        AssertSays(server, "/in/route", "private, no-cache", 200, "Accept: text/html\r\n");
        AssertSays(server, "/route", "no-cache", 200, "Accept: text/html\r\n");
        AssertSays(server, "/in/none.txt", "private", 404);
        AssertSays(server, "/none.txt", null, 404);
        server.End();
    }

    [Theory]
    [InlineData("/a.txt", 200, "private")]
    [InlineData("/", 200, "private, no-cache")]
    [InlineData("/canned", 200, "private")]
    [InlineData("/old", 308, "private")]
    [InlineData("/none.txt", 404, "private")]
    public void SoIsEverythingOfASiteThatIsProtectedAsAWhole(string target, int status, string expected)
    {
        using FakeServer server = Serve(Options("/"));
        AssertSays(server, target, expected, status);
        server.End();
    }

    [Theory]
    [InlineData("public, max-age=600", "private, max-age=600", "max-age=600")]
    [InlineData("s-maxage=600", "private", null)]
    [InlineData("private=\"Set-Cookie, X-A\", max-age=1", "private, private=\"Set-Cookie, X-A\", max-age=1",
        "private=\"Set-Cookie, X-A\", max-age=1")]
    [InlineData("no-store", "no-store", "no-store")]
    public void WhatAnOperatorSaysBecomesPrivate(string configured, string expected, string? elsewhere)
    {
        using FakeServer server = Serve(Options() with { Header = [$"Cache-Control: {configured}"] });
        foreach (string target in (string[])["/in/a.txt", "/in/latest/a.txt", "/in/canned", "/in/old"])
        {
            AssertSays(server, target, expected, target == "/in/old" ? 308 : 200);
        }

        foreach (string target in (string[])["/a.txt", "/canned", "/old"])
        {
            AssertSays(server, target, elsewhere, target == "/old" ? 308 : 200);
        }

        server.End();
    }

    [SkippableFact]
    public void AListingBehindAPasswordIsPrivate()
    {
        using LinuxWorker server = new(Options() with { Spa = "", Browse = true });
        Directory.CreateDirectory(Path.Combine(server.Directory, "in/docs"));
        Directory.CreateDirectory(Path.Combine(server.Directory, "docs"));
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("private, no-cache", CacheControlOf(server.Get("/in/docs/", Password)));
            Assert.Equal("private, no-cache", CacheControlOf(server.Get("/in/latest/docs/", Password)));
            Assert.Equal("no-cache", CacheControlOf(server.Get("/docs/", Password)));
        }
    }

    [Fact]
    public void ARequestThatCannotBeReadHasNothingOfTheOneBefore()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(
            $"GET /in/a.txt HTTP/1.1\r\nHost: a\r\n{Password}\r\nGET / HTTP/1.1\r\n\r\n");
        server.RunUntilQuiet();
        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out _);
        Assert.Equal([200, 400], responses.ConvertAll(static response => response.Status));
        Assert.Equal(("private", null), (CacheControlOf(responses[0]), CacheControlOf(responses[1])));
        client.Close();
        server.End();
    }
}
