using System;
using System.Collections.Generic;
using System.Linq;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>The options of a site, from every source, at the top level and under a host.</summary>
public sealed class SiteSettingsTests : IDisposable
{
    private const string EveryOption = """
        "Root": "r", "Index": ["i"], "Immutable": true, "Hidden": true, "Hide": ["*.bak"], "Symlinks": "all",
        "Browse": true, "CleanUrls": true, "Spa": "app.html", "ErrorPages": [{ "Status": 404, "File": "404.html" }],
        "Redirects": [{ "From": "/a/*", "To": "/b/:splat", "Status": 301 }, { "From": "/c", "To": "/d" }],
        "Rewrites": [{ "From": "/u/:id", "To": "/user-:id.html" }], "Header": ["X-A: b"],
        "Headers": [{ "Source": "/assets/**", "Set": { "X-B": "c" }, "Unset": ["X-A"] }],
        "CacheControl": "no-store", "MimeTypes": [{ "Extension": "foo", "Type": "text/foo" }], "ETag": "hash",
        "Cors": ["https://example.org"], "SecurityHeaders": true, "Precompressed": false, "Compress": true,
        "Auth": [{ "Path": "/x", "Users": [
            { "Name": "ann", "Hash": "$2b$05$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234" }] }],
        "Canned": [{ "Path": "/ok", "Body": "ok" }]
        """;

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Fact]
    public void EveryOptionOfASiteIsReadFromTheFile()
    {
        RequireEveryOption(Read($"{{ {EveryOption} }}"));
    }

    [Fact]
    public void AHostMaySetEveryOptionOfASite()
    {
        ServerOptions options = Read($$"""{ "Hosts": [{ "Host": "example.org", {{EveryOption}} }] }""");

        HostOptions host = Assert.Single(options.Hosts);
        Assert.Equal("example.org", host.Host);
        RequireEveryOption(host);
        Assert.Equivalent(new ServerOptions { Hosts = options.Hosts }, options, strict: true);
    }

    [Fact]
    public void AHostInheritsWhatItDoesNotSay()
    {
        ServerOptions options = Read(
            $$"""{ {{EveryOption}}, "Hosts": [{ "Host": "a" }, { "Host": "b", "Browse": false, "Index": ["j"] }] }""");

        RequireEveryOption(options.Hosts[0]);
        Assert.False(options.Hosts[1].Browse);
        Assert.Equal(["j"], options.Hosts[1].Index);
        Assert.Equal("r", options.Hosts[1].Root);
        Assert.Equal("/ok", options.Hosts[1].Canned.Single().Path);
    }

    [Fact]
    public void AHostInheritsFromHigherSourcesToo()
    {
        _fixture.WithFile("""{ "Root": "r", "Hosts": [{ "Host": "a" }, { "Host": "b", "Root": "s" }] }""");
        _fixture.WithVariable("CHAINSERVE_CLEANURLS", "1");

        ServerOptions options = _fixture.Read("--root", "t").Options;

        Assert.Equal(["t", "s"], options.Hosts.Select(host => host.Root));
        Assert.All(options.Hosts, host => Assert.True(host.CleanUrls));
    }

    [Theory]
    [InlineData("Index")]
    [InlineData("Hide")]
    [InlineData("ErrorPages")]
    [InlineData("Redirects")]
    [InlineData("Rewrites")]
    [InlineData("Header")]
    [InlineData("Headers")]
    [InlineData("MimeTypes")]
    [InlineData("Cors")]
    [InlineData("Auth")]
    [InlineData("Canned")]
    public void AnEmptyListOfAHostIsNotInherited(string list)
    {
        ServerOptions options = Read(
            $$"""{ {{EveryOption}}, "Hosts": [{ "Host": "a", "{{list}}": [] }, { "Host": "b" }] }""");

        Assert.Empty(ListOf(options.Hosts[0], list));
        Assert.NotEmpty(ListOf(options.Hosts[1], list));
    }

    [Theory]
    [InlineData("CHAINSERVE_HOSTS__0__REDIRECTS__0__FROM", "/a", "Hosts:0:Redirects:0:From")]
    [InlineData("CHAINSERVE_HEADERS__1__SET__X-Frame-Options", "DENY", "Headers:1:Set:X-Frame-Options")]
    [InlineData("CHAINSERVE_AUTH__0__USERS__2__NAME", "ann", "Auth:0:Users:2:Name")]
    [InlineData("CHAINSERVE_HOSTS__3__CANNED__0__BODY", "ok", "Hosts:3:Canned:0:Body")]
    [InlineData("CHAINSERVE_HOSTS__0__HEADERS__0__UNSET__0", "Server", "Hosts:0:Headers:0:Unset:0")]
    public void AVariableNamesAKeyAtAnyDepth(string name, string value, string key)
    {
        IReadOnlyDictionary<string, string> origins = _fixture.WithVariable(name, value).Read().Origins;

        Assert.Equal(name, origins[key], ignoreCase: true);
    }

    [Fact]
    public void ListsInsideAListAreReplacedWithIt()
    {
        _fixture.WithFile("""
            { "Hosts": [{ "Host": "a", "Index": ["i", "j"] }, { "Host": "b" }],
              "Headers": [{ "Source": "/a/**", "Set": { "X-A": "1", "X-B": "2" }, "Unset": ["X-C", "X-D"] }] }
            """);
        _fixture.WithVariable("CHAINSERVE_HOSTS__0__HOST", "c");
        _fixture.WithVariable("CHAINSERVE_HEADERS__0__SET__X-E", "3");

        ServerOptions options = _fixture.Read().Options;

        Assert.Equal("c", Assert.Single(options.Hosts).Host);
        Assert.Equal(["index.html"], options.Hosts[0].Index);
        HeaderRule rule = Assert.Single(options.Headers);
        Assert.Equal(new Dictionary<string, string> { ["X-E"] = "3" }, rule.Set);
        Assert.Equal("/**", rule.Source);
        Assert.Empty(rule.Unset);
    }

    [Theory]
    [InlineData("Symlinks", "NONE", "None")]
    [InlineData("ETag", "off", "Off")]
    [InlineData("LogFormat", "json", "Json")]
    public void AChoiceIgnoresCase(string key, string value, string read)
    {
        ServerOptions options = Read($$"""{ "{{key}}": "{{value}}" }""");

        Assert.Contains(read, (string[])[$"{options.Symlinks}", $"{options.ETag}", $"{options.LogFormat}"]);
    }

    private ServerOptions Read(string file)
    {
        ConfigurationResult result = _fixture.WithFile(file).Read();
        Assert.Empty(result.Errors);
        return result.Options;
    }

    private static Array ListOf(SitePolicy site, string name)
    {
        return (Array)typeof(SitePolicy).GetProperty(name)!.GetValue(site)!;
    }

    private static void RequireEveryOption(SitePolicy site)
    {
        var defaults = new SitePolicy();
        Assert.All(
            typeof(SitePolicy).GetProperties(),
            property => Assert.NotEqual(property.GetValue(defaults), property.GetValue(site)));
        Assert.Equal(("r", "i", "*.bak", "app.html"), (site.Root, site.Index[0], site.Hide[0], site.Spa));
        Assert.Equal((SymlinkPolicy.All, EntityTagMode.Hash), (site.Symlinks, site.ETag));
        Assert.Equal([new ErrorPage { Status = 404, File = "404.html" }], site.ErrorPages);
        Assert.Equal(
            [
                new RedirectRule { From = "/a/*", To = "/b/:splat", Status = 301 },
                new RedirectRule { From = "/c", To = "/d", Status = 308 },
            ],
            site.Redirects);
        Assert.Equal([new RewriteRule { From = "/u/:id", To = "/user-:id.html" }], site.Rewrites);
        Assert.Equal(("X-A: b", "no-store", "https://example.org"), (site.Header[0], site.CacheControl, site.Cors[0]));
        HeaderRule header = Assert.Single(site.Headers);
        Assert.Equal(("/assets/**", "c", "X-A"), (header.Source, header.Set["X-B"], header.Unset[0]));
        Assert.Equal([new MimeTypeRule { Extension = "foo", Type = "text/foo" }], site.MimeTypes);
        AuthRule auth = Assert.Single(site.Auth);
        Assert.Equal(("/x", "ann"), (auth.Path, Assert.Single(auth.Users).Name));
    }
}
