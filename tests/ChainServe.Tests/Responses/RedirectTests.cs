using System;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class RedirectTests
{
    private static string Location(string path, string query = "")
    {
        byte[] decoded = RequestText.Bytes(path);
        byte[] queryBytes = RequestText.Bytes(query);
        byte[] location = new byte[Redirect.LocationLengthMax(decoded, queryBytes)];
        int length = Redirect.WriteLocation(location, decoded, queryBytes);
        Assert.True(length > 0);
        return RequestText.Text(location.AsSpan(0, length));
    }

    private static string Match(RedirectRules rules, string path, string query = "")
    {
        byte[] location = new byte[1024];
        return rules.TryMatch(
                RequestText.Bytes(path), RequestText.Bytes(query), location, out int length, out int status)
            ? $"{status} {RequestText.Text(location.AsSpan(0, length))}"
            : "none";
    }

    [Fact]
    public void ARuleWhoseAddressDoesNotFitMatchesAllTheSame()
    {
        RedirectRules rules = new();
        rules.Add("/a/*", "/b/:splat", 308);
        Assert.Equal("308 ", Match(rules, "/a/" + new string('x', 1024)));
        Assert.Equal("308 ", Match(rules, "/a/x", new string('q', 1024)));
    }

    // RFC 9110 §15.4, §10.2.2.
    [Fact]
    public void ARedirectHasALocationAndNoBody()
    {
        byte[] response = new byte[512];
        int length = Redirect.Write(
            response,
            303,
            "/a"u8,
            RequestText.Bytes(Exchange.Date),
            "X: y\r\n"u8,
            keepAlive: true,
            HttpVersion.Http11);
        Assert.Equal(
            "HTTP/1.1 303 See Other\r\nDate: " + Exchange.Date
                + "\r\nLocation: /a\r\nContent-Length: 0\r\nX: y\r\n\r\n",
            RequestText.Text(response.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("dir", "", "/dir")]
    [InlineData("dir/", "", "/dir/")]
    [InlineData("", "q", "/?q")]
    [InlineData("a/b", "x=1&y=%20", "/a/b?x=1&y=%20")]
    [InlineData("/evil.example", "", "/evil.example")]
    [InlineData("//evil.example", "", "/evil.example")]
    [InlineData("\\evil", "", "/%5Cevil")]
    [InlineData("a\r\nX: y", "b\r\nX: y", "/a%0D%0AX%3A%20y?b%0D%0AX:%20y")]
    [InlineData("\u00c3\u00a9?#%", "", "/%C3%A9%3F%23%25")]
    public void ALocationIsThePathFromTheRootEncodedAnew(string path, string query, string expected)
    {
        Assert.Equal(expected, Location(path, query));
    }

    // Whatever the bytes are: one line, from this host's root, and the same path when it is decoded again.
    [Fact]
    public void ALocationNeverLeavesTheHostAndDecodesToItsPath()
    {
        Gen<string> names = Gen.Choose(1, 255).Select(value => (char)value).Where(value => value != '/')
            .NonEmptyListOf().Select(letters => new string([.. letters])).Where(name => name is not ("." or ".."));
        Prop.ForAll(Arb.From(names), name =>
        {
            string location = Location(name, name);
            Assert.True(location.Length > 1 && location[0] == '/' && location[1] is not ('/' or '\\'));
            Assert.All(location, letter => Assert.InRange(letter, '!', '~'));
            byte[] path = new byte[location.Length];
            byte[] target = RequestText.Bytes(location.Split('?')[0]);
            Assert.Equal(TargetStatus.Path, RequestTarget.Decode(target, path, out int length, out _));
            Assert.Equal(name, RequestText.Text(path.AsSpan(0, length)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("/old", "/new", "/old", "", "308 /new")]
    [InlineData("/old", "/new", "/old/", "", "none")]
    [InlineData("/old", "/new", "/older", "", "none")]
    [InlineData("/old", "/new", "/old", "a=1", "308 /new?a=1")]
    [InlineData("/old", "/new?b=2", "/old", "a=1", "308 /new?b=2&a=1")]
    [InlineData("/old", "/new#part", "/old", "a=1", "308 /new?a=1#part")]
    [InlineData("/old", "https://example.org", "/old", "", "308 https://example.org")]
    [InlineData("/old", "https://example.org:8443/a:80", "/old", "", "308 https://example.org:8443/a:80")]
    [InlineData("/blog/*", "/news/:splat", "/blog/a/b", "", "308 /news/a/b")]
    [InlineData("/blog/*", "/news/:splat", "/blog/", "", "308 /news/")]
    [InlineData("/blog/*", "/news/:splat", "/blog", "", "308 /news/")]
    [InlineData("/blog/*", "/news/:splat", "/blogger", "", "none")]
    [InlineData("/:year/:month/:name", "/:name-:year-:month", "/2024/01/x", "", "308 /x-2024-01")]
    [InlineData("/:year/:month/:name", "/:name", "/2024//x", "", "none")]
    [InlineData("/u/:id", "https://example.org/users/:id", "/u/7", "", "308 https://example.org/users/7")]
    [InlineData("/*", "https://example.org/:splat", "/a b\r\n", "", "308 https://example.org/a%20b%0D%0A")]
    [InlineData("/*", "/:splat", "/x", "", "none")]
    [InlineData("/go/*", "/:splat", "/go//evil.example", "", "308 /evil.example")]
    [InlineData("/go/*", "/:splat", "/go/\\evil.example", "", "308 /%5Cevil.example")]
    [InlineData("/go/*", "/:splat/evil.example", "/go/", "", "308 /evil.example")]
    [InlineData("/:lang/old/*", "/:splat/:lang", "/evil.example/old/", "a=1", "308 /evil.example?a=1")]
    [InlineData("/a/*", "/:splat/:splat", "/a/", "", "308 /")]
    public void ARuleLeadsWhereItsCapturesSay(string from, string to, string path, string query, string expected)
    {
        RedirectRules rules = new();
        rules.Add(from, to, 308);
        Assert.Equal(expected, Match(rules, path, query));
    }

    [Fact]
    public void TheFirstRuleThatMatchesWins()
    {
        RedirectRules rules = new();
        rules.Add("/a", "/first", 301);
        rules.Add("/*", "/second", 302);
        Assert.Equal("301 /first", Match(rules, "/a"));
        Assert.Equal("302 /second", Match(rules, "/b"));
        Assert.Equal("none", Match(rules, "/second"));
    }

    // An open redirect is one whose server the client chooses.
    [Theory]
    [InlineData("a", "/b")]
    [InlineData("/a*", "/b")]
    [InlineData("/*/a", "/b")]
    [InlineData("/:", "/b")]
    [InlineData("/:a/:a", "/b")]
    [InlineData("/:splat", "/b")]
    [InlineData("/:a", "/:b")]
    [InlineData("/*", "//example.org/:splat")]
    [InlineData("/*", "https://:splat")]
    [InlineData("/*", "https://:splat/")]
    [InlineData("/*", "https://example.org:splat")]
    [InlineData("/*", "javascript:x")]
    [InlineData("/*", "/\\example.org")]
    [InlineData("/*", "/a b")]
    [InlineData("/*", "/a\r\nX: y")]
    [InlineData("/*", "/a#b c")]
    [InlineData("/*", "/a##b")]
    [InlineData("/*", "/a#b#c")]
    public void ARuleThatCannotBeFollowedIsRefused(string from, string to)
    {
        RedirectRules rules = new();
        Assert.NotEmpty(Assert.Throws<ArgumentException>(() => rules.Add(from, to, 308)).Message);
        Assert.Equal(0, rules.Count);
    }
}
