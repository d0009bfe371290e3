using System;
using System.Linq;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>What is wrong with the options of a site: one line for each mistake, with its cure.</summary>
public sealed class SiteErrorTests : IDisposable
{
    private const string File = "the path of a file under the root, without '..' and a leading '/'";
    private const string RequestPath =
        "a path as a request is read: it starts with '/' and has no '%', '//', '/./', '/../', query or fragment";

    private const string Names = "names such as :year, of letters, digits and '_', each once, and not :splat";
    private const string Splat = "'*' once, as the last segment, such as /blog/*";
    private const string Target =
        "a path that starts with one '/', or an address that starts with http:// or https://, in visible ASCII "
            + "and with one '#' at most";

    private const string Origin = "* alone, or origins as browsers send them, such as https://example.org or "
        + "http://localhost:3000: in lower case, without a path and without the usual port";

    private const string SiteName =
        "a host name without a port, such as www.example.org, or *.example.org for every name below it";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Theory]
    [InlineData("\"Hide\": [\"\"]", "Hide:0", "", "a glob of names or paths, such as *.bak or /drafts/**")]
    [InlineData("\"Spa\": \"../a.html\"", "Spa", "../a.html", File)]
    [InlineData("\"Spa\": \"/a.html\"", "Spa", "/a.html", File)]
    [InlineData(
        "\"ErrorPages\": [{ \"Status\": 402, \"File\": \"a\" }]", "ErrorPages:0:Status", "402",
        "one of 400, 401, 403, 404, 405, 406, 413, 414, 500, 501, 503")]
    [InlineData(
        "\"ErrorPages\": [{ \"Status\": 404, \"File\": \"a\" }, { \"Status\": 404, \"File\": \"b\" }]",
        "ErrorPages:1:Status", "404", "each status once")]
    [InlineData("\"ErrorPages\": [{ \"Status\": 404, \"File\": \"/a\" }]", "ErrorPages:0:File", "/a", File)]
    [InlineData("\"ErrorPages\": [{ \"Status\": 404, \"File\": \"a//b\" }]", "ErrorPages:0:File", "a//b", File)]
    [InlineData(
        "\"MimeTypes\": [{ \"Extension\": \".a\", \"Type\": \"a/b\" }]", "MimeTypes:0:Extension", ".a",
        "an extension without its dot, such as webp")]
    [InlineData(
        "\"MimeTypes\": [{ \"Extension\": \"a\", \"Type\": \"a/b\" }, { \"Extension\": \"A\", \"Type\": \"a/b\" }]",
        "MimeTypes:1:Extension", "A", "each extension once")]
    [InlineData(
        "\"MimeTypes\": [{ \"Extension\": \"a\", \"Type\": \"text\" }]", "MimeTypes:0:Type", "text",
        "a media type such as text/plain; charset=utf-8")]
    [InlineData("\"Cors\": [\"*\", \"https://a.org\"]", "Cors:0", "*", Origin)]
    [InlineData("\"AccessLog\": \"a\\u0000\"", "AccessLog", "a?", "the path of a file, or - for standard output")]
    [InlineData("\"Limits\": { \"RangesMax\": 0 }", "Limits:RangesMax", "0", "a whole number from 1 to 1000")]
    [InlineData(
        "\"Limits\": { \"CompressBytesMax\": 0 }", "Limits:CompressBytesMax", "0", "a whole number from 1 to 16777216")]
    [InlineData(
        "\"Limits\": { \"ListingEntriesMax\": 0 }", "Limits:ListingEntriesMax", "0",
        "a whole number from 1 to 1000000")]
    [InlineData("\"Hosts\": [{ \"Root\": \"r\" }]", "Hosts:0:Host", "", SiteName)]
    [InlineData("\"Hosts\": [{ \"Host\": \"a:80\" }]", "Hosts:0:Host", "a:80", SiteName)]
    [InlineData("\"Hosts\": [{ \"Host\": \"a\" }, { \"Host\": \"A\" }]", "Hosts:1:Host", "A", "each host once")]
    [InlineData(
        "\"Hosts\": [{ \"Host\": \"a\", \"Root\": \"\" }]", "Hosts:0:Root", "", "the path of a directory")]
    [InlineData(
        "\"Hosts\": [{ \"Host\": \"a\", \"Index\": [\"a/b\"] }]", "Hosts:0:Index:0", "a/b",
        "a file name without a slash")]
    public void ASiteGetsOneLineForAMistake(string member, string key, string value, string allowed)
    {
        RequireError($"{{ {member} }}", key, value, allowed);
    }

    // RFC 9110 §5.1: a field name is a token. §5.5: CR, LF and NUL in a value are dangerous.
    [Theory]
    [InlineData("X-A", "a name, a colon and a value, such as X-Frame-Options: DENY")]
    [InlineData("X A: b", "a name, a colon and a value, such as X-Frame-Options: DENY")]
    [InlineData(": b", "a name, a colon and a value, such as X-Frame-Options: DENY")]
    [InlineData("X-Ä: b", "a name, a colon and a value, such as X-Frame-Options: DENY")]
    [InlineData("X-A: b\r\nX-C: d", "a value of visible ASCII and spaces, at most 4096 characters long")]
    [InlineData("X-A: b\nX-C: d", "a value of visible ASCII and spaces, at most 4096 characters long")]
    [InlineData("X-A: b\0", "a value of visible ASCII and spaces, at most 4096 characters long")]
    [InlineData("X-A: ä", "a value of visible ASCII and spaces, at most 4096 characters long")]
    [InlineData("date: b", "another field: the server writes date itself")]
    [InlineData("Content-Length: 1", "another field: the server writes Content-Length itself")]
    [InlineData("Transfer-Encoding: chunked", "another field: the server writes Transfer-Encoding itself")]
    [InlineData("Connection: close", "another field: the server writes Connection itself")]
    [InlineData("Content-Range: bytes 0-1/2", "another field: the server writes Content-Range itself")]
    [InlineData("Content-Encoding: br", "another field: the server writes Content-Encoding itself")]
    public void AFieldThatWouldBreakAHeadIsRefused(string line, string allowed)
    {
        var options = new ServerOptions { Header = ["X-Fine:  yes ", line] };

        Assert.Equal([new OptionError("Header:1", line, allowed)], options.Validate());
    }

    [Theory]
    [InlineData("""{ "Source": "a", "Unset": ["X-A"] }""", "Source", "a", "a glob over the path, such as /assets/**")]
    [InlineData("""{ "Source": "/a" }""", "Set", "", "a field to set, or the name of one in Unset")]
    [InlineData("""{ "Set": { "X A": "b" } }""", "Set", "X A", "a field name such as X-Frame-Options")]
    [InlineData(
        """{ "Set": { "X-A": "b\r\nX-C: d" } }""", "Set:X-A", "b??X-C: d",
        "a value of visible ASCII and spaces, at most 4096 characters long")]
    [InlineData("""{ "Set": { "ETag": "b" } }""", "Set:ETag", "b", "another field: the server writes ETag itself")]
    [InlineData("""{ "Unset": ["X A"] }""", "Unset:0", "X A", "a field name such as X-Frame-Options")]
    [InlineData("""{ "Unset": ["Date"] }""", "Unset:0", "Date", "another field: the server needs Date itself")]
    public void ARuleOfFieldsGetsOneLineForAMistake(string rule, string key, string value, string allowed)
    {
        RequireError($$"""{ "Headers": [{{rule}}] }""", $"Headers:0:{key}", value, allowed);
    }

    [Theory]
    [InlineData("a", "/b", "From", RequestPath)]
    [InlineData("", "/b", "From", RequestPath)]
    [InlineData("/a%20b", "/b", "From", RequestPath)]
    [InlineData("/a//b", "/b", "From", RequestPath)]
    [InlineData("/a/../b", "/b", "From", RequestPath)]
    [InlineData("/a?b", "/b", "From", RequestPath)]
    [InlineData("/*/a", "/b", "From", Splat)]
    [InlineData("/a*", "/b", "From", Splat)]
    [InlineData("/*/*", "/b", "From", Splat)]
    [InlineData("/:1", "/b", "From", Names)]
    [InlineData("/:", "/b", "From", Names)]
    [InlineData("/:a-b", "/b", "From", Names)]
    [InlineData("/:a/:a", "/b", "From", Names)]
    [InlineData("/:splat", "/b", "From", Names)]
    [InlineData("/a", "b", "To", Target)]
    [InlineData("/a", "", "To", Target)]
    [InlineData("/a", "//evil.org", "To", Target)]
    [InlineData("/a", "/\\evil.org", "To", Target)]
    [InlineData("/a", "javascript:alert(1)", "To", Target)]
    [InlineData("/a", "https://", "To", Target)]
    [InlineData("/a", "https://a b/", "To", Target)]
    [InlineData("/:a", "https://:a/", "To", Target)]
    [InlineData("/a", "/b\r\nX: y", "To", Target)]
    [InlineData("/a", "/b#c#d", "To", Target)]
    [InlineData("/a", "/a", "To", "another path than From: this one never ends")]
    [InlineData("/:a", "/:b", "To", "a From with a segment :b, or leave :b out")]
    [InlineData("/:a", "/:a/:splat", "To", "a From that ends with /*, or leave :splat out")]
    public void ARedirectGetsOneLineForAMistake(string from, string to, string key, string allowed)
    {
        var options = new ServerOptions { Redirects = [new RedirectRule { From = from, To = to }] };

        string value = key == "From" ? from : to;
        Assert.Equal([new OptionError($"Redirects:0:{key}", value, allowed)], options.Validate());
    }

    [Theory]
    [InlineData("/", "/index")]
    [InlineData("/a/*", "/b/:splat")]
    [InlineData("/a/:year/:id_2/*", "/b?y=:year&i=:id_2&t=12:30#:splat")]
    [InlineData("/a:b", "https://example.org:8443")]
    [InlineData("/ä b/*", "http://[::1]:80/:splat.html")]
    public void ARedirectMayCaptureAndLeaveTheSite(string from, string to)
    {
        var options = new ServerOptions { Redirects = [new RedirectRule { From = from, To = to }] };

        Assert.Empty(options.Validate());
    }

    // RFC 9110 §15.4: 300 and 304 are no answers to "go there", 305 and 306 are gone.
    [Fact]
    public void OnlyTheStatusesOfARedirectRedirect()
    {
        int[] allowed = [301, 302, 303, 307, 308];
        foreach (int status in Enumerable.Range(300, 100))
        {
            var rule = new RedirectRule { From = "/a", To = "/b", Status = status };
            Assert.Equal(allowed.Contains(status), new ServerOptions { Redirects = [rule] }.Validate().Count == 0);
        }
    }

    [Fact]
    public void ASecondRuleForOnePatternIsRefused()
    {
        var redirect = new RedirectRule { From = "/a/*", To = "/b" };
        var rewrite = new RewriteRule { From = "/a/*", To = "/c" };
        var options = new ServerOptions { Redirects = [redirect, redirect], Rewrites = [rewrite, rewrite] };

        const string Allowed = "each pattern once: the first one wins";
        Assert.Equal(
            [new("Redirects:1:From", "/a/*", Allowed), new("Rewrites:1:From", "/a/*", Allowed)],
            options.Validate());
    }

    [Theory]
    [InlineData("https://a.org/b", RequestPath)]
    [InlineData("b", RequestPath)]
    [InlineData("/../b", RequestPath)]
    [InlineData("/:b", "a From with a segment :b, or leave :b out")]
    public void ARewriteStaysOnTheSite(string to, string allowed)
    {
        var options = new ServerOptions { Rewrites = [new RewriteRule { From = "/a/:id", To = to }] };

        Assert.Equal([new OptionError("Rewrites:0:To", to, allowed)], options.Validate());
    }

    [Fact]
    public void AMistakeOfTheSiteAboveIsNotToldForEachHost()
    {
        const string Text = """
            { "Header": ["X"], "Spa": "/", "Hosts": [{ "Host": "a" }, { "Host": "b", "Spa": "/b" }] }
            """;

        string[] keys = [.. _fixture.WithFile(Text).Read().Errors.Select(error => error.Split(": ")[0])];
        Assert.Equal(["Spa", "Header:0", "Hosts:1:Spa"], keys);
    }

    private void RequireError(string file, string key, string value, string allowed)
    {
        string line = $"{key}: '{value}' (from chainserve.json) is not allowed; give {allowed}.";
        Assert.Equal([line], _fixture.WithFile(file).Read().Errors);
    }
}
