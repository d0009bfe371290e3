using System;
using System.Collections.Generic;
using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Each option of a site, through the real process.</summary>
public sealed class SiteRuleTests
{
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
}
