using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Each option of a site, through the real process.</summary>
public sealed class SiteRuleTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("index.html", "home");
        site.Write("about.html", "about");
        site.Write("about/team.html", "team");
        site.Write("docs/index.html", "docs");
        site.Write("empty/.keep", "");
        site.Write("app.3f9a1c2b.js", "x");
        site.Write("data.foo", "foo");
        return site;
    }

    private static string Basic(string name, string password)
    {
        return $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))}\r\n";
    }

    [SkippableFact]
    public void CleanAddressesNameTheirPages()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--clean-urls");
        using var client = new RawClient(server);
        Assert.Equal("about", client.Ask("/about").Text);
        Assert.Equal("team", client.Ask("/about/team").Text);
        Assert.Equal("/about?q=1", client.Ask("/about.html?q=1")["Location"]);
        Assert.Equal("/", client.Ask("/index.html")["Location"]);
        Assert.Equal("/docs/", client.Ask("/docs/index.html")["Location"]);
        Assert.Equal("/docs/", client.Ask("/docs")["Location"]);
        Assert.Equal(404, client.Ask("/missing").Status);
        server.Stop();
    }

    // A missing script must stay missing: a page in its place is a syntax error in the browser.
    [SkippableFact]
    public void AnApplicationAnswersNavigationsOnly()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--spa");
        using var client = new RawClient(server);
        const string Navigation = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
        RawResponse deep = client.Ask("/app/settings", fields: Navigation);
        Assert.Equal(200, deep.Status);
        Assert.Equal("home", deep.Text);
        Assert.Equal("no-cache", deep["Cache-Control"]);
        Assert.Equal("home", client.Ask("/app/", fields: "Sec-Fetch-Mode: navigate\r\n").Text);
        Assert.Equal(200, client.Ask("/app/x", "HEAD", Navigation).Status);
        Assert.Equal(404, client.Ask("/app/missing.js", fields: Navigation).Status);
        Assert.Equal(404, client.Ask("/app/settings", fields: "Accept: */*\r\n").Status);
        Assert.Equal(404, client.Ask("/app/settings", fields: "Accept: application/json\r\n").Status);
        Assert.Equal("/docs/", client.Ask("/docs", fields: Navigation)["Location"]);
        server.Stop();
    }

    [SkippableFact]
    public void ErrorsHaveThePagesOfTheSite()
    {
        using TemporarySite site = MakeSite();
        site.Write("errors/405.html", "only read");
        site.Write("errors/404.html", "not here");
        var settings = new Dictionary<string, string>
        {
            ["ErrorPages:0:Status"] = "405",
            ["ErrorPages:0:File"] = "errors/405.html",
            ["ErrorPages:1:Status"] = "404",
            ["ErrorPages:1:File"] = "errors/404.html",
            ["ErrorPages:2:Status"] = "414",
            ["ErrorPages:2:File"] = "errors/none.html",
        };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server);
        RawResponse refused = client.Ask("/", "DELETE");
        Assert.Equal(405, refused.Status);
        Assert.Equal("only read", refused.Text);
        Assert.Equal("GET, HEAD, OPTIONS", refused["Allow"]);
        Assert.Null(refused["ETag"]);
        RawResponse missing = client.Ask("/<script>");
        Assert.Equal(404, missing.Status);
        Assert.Equal("not here", missing.Text);
        Assert.Equal("nosniff", missing["X-Content-Type-Options"]);
        RawResponse longest = client.Ask("/" + new string('a', 255) + string.Concat(Enumerable.Repeat("/aa", 1500)));
        Assert.Equal(414, longest.Status);
        Assert.Contains("<h1>414</h1>", longest.Text, StringComparison.Ordinal);
        server.Stop();
    }

    [SkippableFact]
    public void RedirectsAndRewritesLeadWhereTheySay()
    {
        using TemporarySite site = MakeSite();
        var settings = new Dictionary<string, string>
        {
            ["Redirects:0:From"] = "/blog/:year/*",
            ["Redirects:0:To"] = "/news/:year/:splat",
            ["Redirects:1:From"] = "/go/*",
            ["Redirects:1:To"] = "https://example.org/:splat",
            ["Redirects:1:Status"] = "302",
            ["Redirects:2:From"] = "/*",
            ["Redirects:2:To"] = "/:splat",
            ["Rewrites:0:From"] = "/latest/*",
            ["Rewrites:0:To"] = "/docs/:splat",
        };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server);
        RawResponse moved = client.Ask("/blog/2024/a%20b/c?x=%20y");
        Assert.Equal(308, moved.Status);
        Assert.Equal("/news/2024/a%20b/c?x=%20y", moved["Location"]);
        RawResponse gone = client.Ask("/go//evil.example/%0d%0aX:y");
        Assert.Equal(302, gone.Status);
        Assert.Equal("https://example.org/evil.example/%0D%0AX%3Ay", gone["Location"]);
        Assert.Equal("docs", client.Ask("/latest/").Text);
        Assert.Equal("docs", client.Ask("/latest/index.html").Text);
        Assert.Equal("home", client.Ask("/").Text);
        server.Stop();
    }

    [SkippableFact]
    public void FieldsAreAsConfigured()
    {
        using TemporarySite site = MakeSite();
        var settings = new Dictionary<string, string>
        {
            ["Headers:0:Source"] = "/docs/**",
            ["Headers:0:Set:X-Docs"] = "yes",
            ["Headers:0:Unset:0"] = "x-content-type-options",
            ["Headers:1:Source"] = "/",
            ["Headers:1:Set:X-Home"] = "yes",
            ["MimeTypes:0:Extension"] = "foo",
            ["MimeTypes:0:Type"] = "text/x-foo",
        };
        using ServerProcess server = ServerProcess.Start(
            site, settings, "--header", "X-All: 1", "--security-headers", "--cors=https://a.example,https://b.example");
        using var client = new RawClient(server);
        RawResponse docs = client.Ask("/docs/");
        Assert.Equal("yes", docs["X-Docs"]);
        Assert.Null(docs["X-Content-Type-Options"]);
        Assert.Equal("1", docs["X-All"]);
        Assert.Equal("SAMEORIGIN", docs["X-Frame-Options"]);
        Assert.Equal("Accept-Encoding, Origin", docs["Vary"]);
        Assert.Null(docs["Access-Control-Allow-Origin"]);
        RawResponse home = client.Ask("/", fields: "Origin: https://b.example\r\n");
        Assert.Equal("yes", home["X-Home"]);
        Assert.Equal("nosniff", home["X-Content-Type-Options"]);
        Assert.Equal("https://b.example", home["Access-Control-Allow-Origin"]);
        Assert.Null(client.Ask("/", fields: "Origin: https://evil.example\r\n")["Access-Control-Allow-Origin"]);
        RawResponse missing = client.Ask("/docs/none", fields: "Origin: https://a.example\r\n");
        Assert.Equal(404, missing.Status);
        Assert.Equal("yes", missing["X-Docs"]);
        Assert.Equal("1", missing["X-All"]);
        Assert.Equal("https://a.example", missing["Access-Control-Allow-Origin"]);
        RawResponse preflight = client.Ask("/", "OPTIONS", "Origin: https://a.example\r\n");
        Assert.Equal(204, preflight.Status);
        Assert.Equal("GET, HEAD, OPTIONS", preflight["Access-Control-Allow-Methods"]);
        Assert.Equal("https://a.example", preflight["Access-Control-Allow-Origin"]);
        Assert.Equal("text/x-foo; charset=utf-8", client.Ask("/data.foo")["Content-Type"]);
        Assert.Equal("public, max-age=31536000, immutable", client.Ask("/app.3f9a1c2b.js")["Cache-Control"]);
        Assert.Equal("1", client.Ask("/", fields: "If-None-Match: *\r\n")["X-All"]);
        Assert.Equal("1", client.Ask("/", fields: "If-Match: \"x\"\r\n")["X-All"]);
        server.Stop();
    }

    [SkippableFact]
    public void CacheControlOfTheConfigurationIsThatOfEveryFile()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--cache-control", "max-age=60", "--cors");
        using var client = new RawClient(server);
        Assert.Equal("max-age=60", client.Ask("/")["Cache-Control"]);
        Assert.Equal("max-age=60", client.Ask("/app.3f9a1c2b.js")["Cache-Control"]);
        Assert.Equal("*", client.Ask("/")["Access-Control-Allow-Origin"]);
        Assert.Equal("Accept-Encoding", client.Ask("/")["Vary"]);
        server.Stop();
    }

    [SkippableFact]
    public void WhatIsHiddenDoesNotExist()
    {
        using TemporarySite site = MakeSite();
        site.Write("a.bak", "x");
        site.Write("drafts/a.html", "x");
        site.Write("secret/index.html", "x");
        using ServerProcess server = ServerProcess.Start(
            site, "--hide", "*.bak", "--hide", "/drafts", "--hide", "/secret/index.html", "--browse");
        using var client = new RawClient(server);
        Assert.Equal(404, client.Ask("/a.bak").Status);
        Assert.Equal(404, client.Ask("/%61.bak").Status);
        Assert.Equal(404, client.Ask("/drafts/a.html").Status);
        Assert.Equal(404, client.Ask("/drafts").Status);
        Assert.DoesNotContain("index.html", client.Ask("/secret/").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("drafts", client.Ask("/empty/../secret/?format=json").Text, StringComparison.Ordinal);
        server.Stop();
    }

    // Enforced by openat2, not by a look at the string.
    [SkippableTheory]
    [InlineData("none", 404, 404, 404)]
    [InlineData("inside", 200, 404, 404)]
    [InlineData("all", 200, 200, 200)]
    public void SymbolicLinksAreFollowedAsFarAsAllowed(string policy, int inside, int outside, int absolute)
    {
        using TemporarySite site = MakeSite();
        File.WriteAllText(Path.Combine(site.Outside, "x.txt"), "x");
        File.CreateSymbolicLink(site.PathOf("in.html"), "about.html");
        File.CreateSymbolicLink(site.PathOf("out.txt"), "../outside/x.txt");
        File.CreateSymbolicLink(site.PathOf("abs.txt"), Path.Combine(site.Outside, "x.txt"));
        using ServerProcess server = ServerProcess.Start(site, "--symlinks", policy, "--browse", "--index", "none");
        using var client = new RawClient(server);
        Assert.Equal(inside, client.Ask("/in.html").Status);
        Assert.Equal(outside, client.Ask("/out.txt").Status);
        Assert.Equal(absolute, client.Ask("/abs.txt").Status);
        string listing = client.Ask("/?format=json").Text;
        Assert.Equal(inside == 200, listing.Contains("in.html", StringComparison.Ordinal));
        Assert.Equal(outside == 200, listing.Contains("out.txt", StringComparison.Ordinal));
        Assert.Equal(absolute == 200, listing.Contains("abs.txt", StringComparison.Ordinal));
        server.Stop();
    }

    [SkippableFact]
    public void AListingHasWhatMayBeServed()
    {
        using var site = new TemporarySite();
        site.Write("list/b &<i>.txt", "1234");
        site.Write("list/\u00fc#?.txt", "1");
        site.Write("list/.hidden", "");
        site.Write("list/sub/x", "");
        File.CreateSymbolicLink(site.PathOf("list/dangling"), "nowhere");
        for (int file = 0; file < 3000; file++)
        {
            site.Write($"many/file-{file:0000}-with-a-long-name-so-that-the-page-is-long.txt", "");
        }

        using ServerProcess server = ServerProcess.Start(site, "--browse");
        using var client = new RawClient(server);
        RawResponse page = client.Ask("/list/", fields: "Accept: text/html\r\n");
        Assert.Equal(200, page.Status);
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Equal("no-cache", page["Cache-Control"]);
        Assert.Equal("Accept", page["Vary"]);
        Assert.DoesNotContain("<i>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dangling", page.Text, StringComparison.Ordinal);
        foreach (string link in page.Text.Split("href=\"./").Skip(1).Select(part => part.Split('"')[0]))
        {
            Assert.Equal(200, client.Ask("/list/" + link).Status);
        }

        using JsonDocument json = JsonDocument.Parse(client.Ask("/list/", fields: "Accept: application/json\r\n").Body);
        string[] names = [.. json.RootElement.GetProperty("entries").EnumerateArray()
            .Select(entry => entry.GetProperty("name").GetString()!)];
        Assert.Equal(["sub", "b &<i>.txt", "\u00fc#?.txt"], names);

        // Longer than one buffer: sent in pieces, on a connection that goes on.
        for (int round = 0; round < 2; round++)
        {
            RawResponse many = client.Ask("/many/");
            Assert.True(many.Body.Length > 300_000);
            Assert.EndsWith("</html>\n", many.Text, StringComparison.Ordinal);
        }

        Assert.Equal(client.Ask("/many/").Body.Length, client.Ask("/many/", "HEAD").ContentLength);
        Assert.Equal("/list/", client.Ask("/list")["Location"]);
        Assert.Equal(404, client.Ask("/none/").Status);
        server.Stop();
    }

    [SkippableFact]
    public void EntityTagsAreMadeOfWhatIsConfigured()
    {
        using var site = new TemporarySite();
        site.Write("small.txt", "same");
        site.Write("copy.txt", "same");
        site.WritePattern("large.bin", 3_000_000);
        site.WritePattern("other.bin", 3_000_000);
        site.Write("epoch.txt", "old");
        File.SetLastWriteTimeUtc(site.PathOf("small.txt"), DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(site.PathOf("large.bin"), DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(site.PathOf("epoch.txt"), DateTime.UnixEpoch);
        TemporarySite.WaitUntilFilesAreOld();
        using (ServerProcess server = ServerProcess.Start(site, "--etag", "hash", "--workers", "1"))
        {
            using var client = new RawClient(server);
            Assert.Equal(client.Ask("/small.txt", "HEAD")["ETag"], client.Ask("/copy.txt", "HEAD")["ETag"]);
            string large = client.Ask("/large.bin", "HEAD")["ETag"]!;
            Assert.Equal(large, client.Ask("/other.bin", "HEAD")["ETag"]);
            Assert.StartsWith("\"", large, StringComparison.Ordinal);
            Assert.Equal(304, client.Ask("/large.bin", fields: $"If-None-Match: {large}\r\n").Status);
            RawResponse part = client.Ask("/large.bin", fields: $"If-Range: {large}\r\nRange: bytes=0-9\r\n");
            Assert.Equal(206, part.Status);
            Assert.Equal(2, server.Stop().Jobs);
        }

        using (ServerProcess server = ServerProcess.Start(site, "--etag", "off"))
        {
            RawResponse response = RawClient.Fetch(server, "/small.txt");
            Assert.Null(response["ETag"]);
            Assert.NotNull(response["Last-Modified"]);
            server.Stop();
        }

        using (ServerProcess server = ServerProcess.Start(site))
        {
            RawResponse epoch = RawClient.Fetch(server, "/epoch.txt");
            Assert.StartsWith("\"", epoch["ETag"], StringComparison.Ordinal);
            Assert.Null(epoch["Last-Modified"]);
            server.Stop();
        }
    }

    // RFC 7617. The hash is that of "open sesame".
    [SkippableFact]
    public void OnlyWhoKnowsThePasswordComesIn()
    {
        using TemporarySite site = MakeSite();
        site.Write("private/index.html", "inside");
        site.Write("private/app.3f9a1c2b.js", "x");
        site.Write("privateer.html", "outside");
        string hash = BCrypt.Net.BCrypt.HashPassword("open sesame", 4);
        var settings = new Dictionary<string, string>
        {
            ["Auth:0:Path"] = "/private",
            ["Auth:0:Users:0:Name"] = "ann",
            ["Auth:0:Users:0:Hash"] = hash,
            ["Rewrites:0:From"] = "/back-door/*",
            ["Rewrites:0:To"] = "/private/:splat",
        };
        using ServerProcess server = ServerProcess.Start(site, settings, "--workers", "1");
        using var client = new RawClient(server);
        foreach (string path in (string[])["/private/", "/private", "/private/none", "/%70rivate/", "//private/",
            "/x/../private/", "/back-door/", "/private/app.3f9a1c2b.js"])
        {
            RawResponse refused = client.Ask(path);
            Assert.True(refused.Status == 401, $"{path}: {refused.Status}");
            Assert.Equal("Basic realm=\"restricted\", charset=\"UTF-8\"", refused["WWW-Authenticate"]);
        }

        Assert.Equal(401, client.Ask("/private/", fields: Basic("ann", "wrong")).Status);
        Assert.Equal(401, client.Ask("/private/", fields: Basic("bob", "open sesame")).Status);
        Assert.Equal(401, client.Ask("/private/", fields: "Authorization: Bearer x\r\n").Status);
        Assert.Equal(401, client.Ask("/private/", fields: "Authorization: Basic ===\r\n").Status);
        string fields = Basic("ann", "open sesame");
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal("inside", client.Ask("/private/", fields: fields).Text);
        }

        Assert.Equal("inside", client.Ask("/back-door/", fields: fields).Text);
        Assert.Equal(
            "private, max-age=31536000, immutable",
            client.Ask("/private/app.3f9a1c2b.js", fields: fields)["Cache-Control"]);
        Assert.Equal("outside", client.Ask("/privateer.html").Text);
        Assert.Equal(404, client.Ask("/private/none", fields: fields).Status);
        ServerSummary summary = server.Stop();

        // What was right is remembered.
        Assert.Equal(3, summary.Jobs);
    }

    [SkippableFact]
    public void EachHostHasItsSite()
    {
        using TemporarySite site = MakeSite();
        string docs = Directory.CreateDirectory(Path.Combine(site.Base, "docs")).FullName;
        string any = Directory.CreateDirectory(Path.Combine(site.Base, "any")).FullName;
        File.WriteAllText(Path.Combine(docs, "index.html"), "the docs");
        File.WriteAllText(Path.Combine(any, "index.html"), "any name");
        var settings = new Dictionary<string, string>
        {
            ["Header:0"] = "X-Site: default",
            ["Hosts:0:Host"] = "*.example.org",
            ["Hosts:0:Root"] = any,
            ["Hosts:1:Host"] = "docs.example.org",
            ["Hosts:1:Root"] = docs,
            ["Hosts:1:Header:0"] = "X-Site: docs",
        };
        using ServerProcess server = ServerProcess.Start(site, settings);
        foreach ((string host, string text, string field) in ((string, string, string)[])[
            ("docs.example.org", "the docs", "docs"), ("DOCS.Example.org:8080", "the docs", "docs"),
            ("docs.example.org.", "the docs", "docs"), ("a.example.org", "any name", "default"),
            ("a.b.example.org", "any name", "default"), ("example.org", "home", "default"),
            ("evil-example.org", "home", "default"), ("[::1]:80", "home", "default")])
        {
            using var client = new RawClient(server);
            client.Send($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
            RawResponse response = client.Read();
            Assert.Equal(text, response.Text);
            Assert.Equal(field, response["X-Site"]);
            client.Send($"GET http://docs.example.org/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
            Assert.Equal("the docs", client.Read().Text);
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void SeveralRangesComeInParts(bool isLarge)
    {
        using var site = new TemporarySite();
        int length = isLarge ? 400_000 : 9_000;
        site.WritePattern("file.bin", length);
        byte[] content = File.ReadAllBytes(site.PathOf("file.bin"));
        using ServerProcess server = ServerProcess.Start(site, NoSettings, "--workers", "1");
        using var client = new RawClient(server);
        for (int round = 0; round < 3; round++)
        {
            int last = length - 3000;
            RawResponse response =
                client.Ask("/file.bin", fields: $"Range: bytes=0-99,{last}-{length - 1},1000-{length / 2},-1\r\n");
            Assert.Equal(206, response.Status);
            Assert.Null(response["Content-Range"]);
            string boundary = response["Content-Type"]!.Split("boundary=")[1];
            var expected = new MemoryStream();
            foreach ((int from, int to) in ((int, int)[])[(0, 99), (last, length - 1), (1000, length / 2)])
            {
                expected.Write(Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\nContent-Type: "
                    + $"application/octet-stream\r\nContent-Range: bytes {from}-{to}/{length}\r\n\r\n"));
                expected.Write(content, from, to - from + 1);
            }

            expected.Write(Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"));
            Assert.Equal(expected.ToArray()[2..], response.Body);
        }

        string many = string.Join(',', Enumerable.Range(0, 40).Select(index => $"{index * 200}-{index * 200}"));
        RawResponse whole = client.Ask("/file.bin", fields: $"Range: bytes={many}\r\n");
        Assert.Equal(200, whole.Status);
        Assert.Equal(content, whole.Body);
        server.Stop();
    }
}
