using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Files;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class SiteFieldsTests
{
    private const string NoSniff = "X-Content-Type-Options: nosniff\r\n";

    private static string Lines(
        SiteFields fields,
        string path,
        string type = "text/plain",
        bool varies = false,
        bool isProtected = false,
        string address = "")
    {
        return Encoding.ASCII.GetString(fields.LinesOf(
            Encoding.ASCII.GetBytes(path),
            Encoding.ASCII.GetBytes(address),
            Encoding.ASCII.GetBytes(type),
            varies,
            isProtected).Open);
    }

    private static Dictionary<string, string> Set(string name, string value)
    {
        return new Dictionary<string, string> { [name] = value };
    }

    // RFC 9111 §5.2.2, RFC 8246.
    [Theory]
    [InlineData("/a.html", "text/html; charset=utf-8", "", "Cache-Control: no-cache\r\n")]
    [InlineData("/a.html", "text/html", "max-age=60", "Cache-Control: max-age=60\r\n")]
    [InlineData("/app.3f9a1c2b.js", "text/javascript", "", "Cache-Control: public, max-age=31536000, immutable\r\n")]
    [InlineData("/page.3f9a1c2b.html", "text/html", "", "Cache-Control: no-cache\r\n")]
    [InlineData("/app.js", "text/javascript", "", "")]
    public void EachKindOfFileHasItsCacheControl(string path, string type, string configured, string expected)
    {
        Assert.Equal(NoSniff + expected, Lines(new SiteFields(configured, false, false, false), path, type));
    }

    // RFC 9111 §3.5: "public" would let a shared cache give it to everybody.
    [Theory]
    [InlineData("", "private, max-age=31536000, immutable", "max-age=31536000, immutable")]
    [InlineData("public, max-age=600", "private, max-age=600", "max-age=600")]
    [InlineData("PUBLIC, S-MaxAge=9", "private", "")]
    [InlineData("max-age=5, must-revalidate", "private, max-age=5, must-revalidate", "max-age=5, must-revalidate")]
    [InlineData("no-store", "no-store", "no-store")]
    [InlineData("max-age=1, private", "max-age=1, private", "max-age=1, private")]
    public void ASiteWithPasswordsTellsNoSharedCacheToKeepAnything(string configured, string of, string others)
    {
        SiteFields fields = new(configured, false, false, false, hasPasswords: true);
        string Expected(string value) => NoSniff + (value.Length > 0 ? $"Cache-Control: {value}\r\n" : "");
        Assert.Equal(Expected(of), Lines(fields, "/app.3f9a1c2b.js", "text/javascript", isProtected: true));
        Assert.Equal(Expected(others), Lines(fields, "/app.3f9a1c2b.js", "text/javascript"));
        fields.AddRule("/app*", Set("Cache-Control", "public"), []);
        Assert.Equal(Expected("private"), Lines(fields, "/app.3f9a1c2b.js", "text/javascript", isProtected: true));
        Assert.DoesNotContain("public", Encoding.ASCII.GetString(fields.LinesOfStatus("/app"u8, varies: false).Open));
    }

    // Some caches do not look at Authorization: silence is not enough behind a password, whatever is sent.
    [Fact]
    public void WhatIsSentBehindAPasswordIsPrivateInASiteWithPasswords()
    {
        const string Private = "Cache-Control: private\r\n";
        SiteFields fields = new("", false, false, false, hasPasswords: true);
        GuardedLines file = fields.LinesOf("/a"u8, default, "text/plain"u8, varies: false, isProtected: false);
        Assert.Equal((NoSniff, NoSniff + Private), Text(file));
        Assert.Equal(("", Private), Text(fields.LinesOfStatus("/a"u8, varies: false)));
        Assert.Equal(("", Private), Text(fields.LinesOfStatus("/a"u8, varies: false, isError: true)));
        Assert.Equal(
            ("Vary: Accept\r\nCache-Control: no-cache\r\n", "Vary: Accept\r\nCache-Control: private, no-cache\r\n"),
            Text(fields.LinesOfListing("/a/"u8)));
        Assert.True(new SiteFields("", false, false, false).LinesOfStatus("/a"u8, varies: false).AreSame);
    }

    private static (string Open, string Guarded) Text(GuardedLines lines)
    {
        return (Encoding.ASCII.GetString(lines.Open), Encoding.ASCII.GetString(lines.Guarded));
    }

    // RFC 9111 §4.2.2: what is told about a file must not keep its absence for a year.
    [Fact]
    public void AnErrorHasNoCacheControl()
    {
        SiteFields fields = new("", false, false, false);
        fields.Add("cache-control", "max-age=9");
        fields.Add("X-A", "1");
        Assert.Equal("X-A: 1\r\n", Encoding.ASCII.GetString(fields.LinesOfStatus("/a"u8, false, isError: true).Open));
        Assert.Contains("max-age=9", Encoding.ASCII.GetString(fields.LinesOfStatus("/a"u8, false).Open));
    }

    [Fact]
    public void AListingIsAskedForAgainUnlessARuleSaysOtherwise()
    {
        SiteFields fields = new("max-age=60", false, false, false);
        Assert.Equal(
            "Cache-Control: no-cache\r\nVary: Accept\r\n",
            Encoding.ASCII.GetString(fields.LinesOfListing("/a/"u8).Open));
        fields.AddRule("/a/", Set("Cache-Control", "max-age=1"), []);
        Assert.Equal(
            "Vary: Accept\r\nCache-Control: max-age=1\r\n",
            Encoding.ASCII.GetString(fields.LinesOfListing("/a/"u8).Open));
    }

    // RFC 9110 §12.5.5: what several lines say, one says too.
    [Fact]
    public void VaryIsOneLine()
    {
        SiteFields fields = new("", false, false, variesByOrigin: true);
        fields.Add("vary", "Cookie");
        Assert.Equal(NoSniff + "Vary: Accept-Encoding, Origin, Cookie\r\n", Lines(fields, "/a", varies: true));
        Assert.Equal(
            "Vary: Accept-Encoding, Origin, Cookie\r\n",
            Encoding.ASCII.GetString(fields.LinesOfStatus("/a"u8, varies: true).Open));
    }

    [Fact]
    public void ALaterLineTakesThePlaceOfAnEarlierOne()
    {
        SiteFields fields = new("", true, false, false);
        fields.Add("X-A", "1");
        fields.AddRule("/assets/**", Set("x-a", "2"), []);
        fields.AddRule("/assets/**", Set("Cache-Control", "no-store"), ["X-Frame-Options", "x-content-type-options"]);
        string other = Lines(fields, "/a.txt");
        Assert.StartsWith(NoSniff, other, StringComparison.Ordinal);
        Assert.Contains("X-Frame-Options: SAMEORIGIN\r\n", other, StringComparison.Ordinal);
        Assert.Contains("X-A: 1\r\n", other, StringComparison.Ordinal);
        string asset = Lines(fields, "/assets/app.3f9a1c2b.js");
        Assert.Contains("x-a: 2\r\nCache-Control: no-store\r\n", asset, StringComparison.Ordinal);
        Assert.DoesNotContain("X-A: 1", asset, StringComparison.Ordinal);
        Assert.DoesNotContain("Frame", asset, StringComparison.Ordinal);
        Assert.DoesNotContain("nosniff", asset, StringComparison.Ordinal);
        Assert.DoesNotContain("immutable", asset, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIndexPageIsMatchedByItsDirectoryToo()
    {
        SiteFields fields = new("", false, false, false);
        fields.AddRule("/docs/", Set("X-D", "1"), []);
        Assert.Contains("X-D: 1", Lines(fields, "/docs/index.html", address: "/docs/"), StringComparison.Ordinal);
        Assert.DoesNotContain("X-D", Lines(fields, "/docs/a.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleMayGiveTheContentTypeAndItIsNotWrittenTwice()
    {
        SiteFields fields = new("", false, false, false);
        fields.AddRule("/**/*.txt", Set("content-type", "text/markdown"), []);
        Assert.Equal("text/markdown", fields.ContentTypeOf("/a.txt"u8, default));
        Assert.Null(fields.ContentTypeOf("/a.js"u8, default));
        Assert.DoesNotContain("markdown", Lines(fields, "/a.txt"), StringComparison.Ordinal);
    }

    // Fetch §3.2: a list is answered with the one origin that asked.
    [Fact]
    public void OnlyAnOriginOfTheListMayReadTheResponse()
    {
        CorsOrigins origins = new(["https://a.example", "http://b.example:8080/"]);
        Assert.Contains(
            "Access-Control-Allow-Origin: https://a.example\r\n",
            Encoding.ASCII.GetString(origins.LinesFor("https://a.example"u8)!),
            StringComparison.Ordinal);
        Assert.NotNull(origins.LinesFor("http://b.example:8080"u8));
        Assert.Null(origins.LinesFor("http://b.example"u8));
        Assert.Null(origins.LinesFor("https://a.example.evil"u8));
        Assert.Null(origins.LinesFor("null"u8));
        Assert.True(new CorsOrigins(["*"]).AllowsAny);
        Assert.Null(new CorsOrigins(["*"]).LinesFor("https://a.example"u8));
        Assert.Contains(
            "Access-Control-Allow-Origin: *\r\n", Lines(new SiteFields("", false, true, false), "/a"));
    }

    [Theory]
    [InlineData("/r/*", "/sub/:splat", "/r/a/b", "/sub/a/b")]
    [InlineData("/r/*", "/sub/:splat", "/r", "/sub/")]
    [InlineData("/:a/x", "/:a.html", "/b c/x", "/b c.html")]
    [InlineData("/r/*", "/sub/:splat/x", "/r/", "/sub/x")]
    [InlineData("/r/:a", "/.:a", "/r/.", "none")]
    [InlineData("/r", "/s", "/t", "none")]
    public void ARewriteIsAnotherPathOfTheSite(string from, string to, string path, string expected)
    {
        RewriteRules rules = new();
        rules.Add(from, to);
        byte[] destination = new byte[100];
        bool isMatch = rules.TryMatch(Encoding.UTF8.GetBytes(path), destination, out int length);
        Assert.Equal(expected, isMatch ? Encoding.UTF8.GetString(destination, 0, length) : "none");
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("https://example.org/")]
    [InlineData("/a?b")]
    [InlineData("a")]
    public void ARewriteStaysInTheSite(string to)
    {
        Assert.Throws<ArgumentException>(() => new RewriteRules().Add("/*", to));
    }
}
