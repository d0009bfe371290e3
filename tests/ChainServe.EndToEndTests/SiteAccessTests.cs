using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Who may see what, and whose site it is, through the real process.</summary>
public sealed class SiteAccessTests
{
    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("index.html", "home");
        return site;
    }

    private static string Basic(string name, string password)
    {
        return $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))}\r\n";
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
        File.CreateSymbolicLink(site.PathOf("in.html"), "index.html");
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
}
