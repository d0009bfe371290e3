using System;
using ChainServe.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Xunit;

namespace ChainServe.Tests.Configuration;

public sealed class PrecedenceTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Fact]
    public void WithoutAnySourceTheDefaultsHold()
    {
        ConfigurationResult result = _fixture.Read();

        Assert.Empty(result.Errors);
        Assert.Empty(result.Origins);
        Assert.Equivalent(new ServerOptions(), result.Options, strict: true);
        Assert.Equal(".", result.Options.Root);
        Assert.Equal(8080, result.Options.Port);
        Assert.Equal("::", result.Options.Host);
        Assert.Equal(["index.html"], result.Options.Index);
    }

    [Theory]
    [InlineData(false, false, 81, "chainserve.json")]
    [InlineData(true, false, 82, "CHAINSERVE_PORT")]
    [InlineData(false, true, 83, "--port")]
    [InlineData(true, true, 83, "--port")]
    public void TheHighestSourceWins(bool hasVariable, bool hasOption, int port, string origin)
    {
        _fixture.WithFile("""{ "Port": 81 }""");
        if (hasVariable)
        {
            _fixture.WithVariable("CHAINSERVE_PORT", "82");
        }

        ConfigurationResult result = _fixture.Read(hasOption ? ["--port", "83"] : []);

        Assert.Empty(result.Errors);
        Assert.Equal(port, result.Options.Port);
        Assert.Equal(origin, result.Origins["Port"]);
    }

    [Fact]
    public void SourcesThatSayDifferentThingsAreAllHeard()
    {
        _fixture.WithFile("""{ "limits": { "HEADBYTESMAX": 9000 }, /* why */ "Hidden": true, "Quiet": null, }""");
        _fixture.WithVariable("CHAINSERVE_LIMITS__HEADERCOUNTMAX", "7").WithVariable("CHAINSERVE_IMMUTABLE", "1");

        ServerOptions options = _fixture.Read("--grace-period", "2.5", "--log-level", "warn").Options;

        Assert.Equal(9000, options.Limits.HeadBytesMax);
        Assert.Equal(7, options.Limits.HeaderCountMax);
        Assert.Equal(2500, options.Timeouts.GraceMilliseconds);
        Assert.Equal(LogLevel.Warning, options.LogLevel);
        Assert.True(options.Hidden);
        Assert.True(options.Immutable);
        Assert.False(options.Quiet);
    }

    [Fact]
    public void AListOfAHigherSourceReplacesTheWholeListBelow()
    {
        _fixture.WithFile("""{ "Index": ["a", "b", "c"] }""");
        Assert.Equal(["a", "b", "c"], _fixture.Read().Options.Index);

        _fixture.WithVariable("CHAINSERVE_INDEX__0", "d").WithVariable("CHAINSERVE_INDEX__1", "e");
        Assert.Equal(["d", "e"], _fixture.Read().Options.Index);
        Assert.Equal(["f"], _fixture.Read("--index", "f").Options.Index);
        Assert.Equal(["f", "g"], _fixture.Read("--index", "f", "--index", "g", "www").Options.Index);
    }

    [Fact]
    public void AListOfRoutesIsReplacedToo()
    {
        _fixture.WithFile("""{ "Canned": [{ "Path": "/a", "Status": 418 }, { "Path": "/b" }] }""");
        Assert.Equal(2, _fixture.Read().Options.Canned.Length);
        Assert.Equal(new CannedRoute { Path = "/a", Status = 418 }, _fixture.Read().Options.Canned[0]);

        _fixture.WithVariable("CHAINSERVE_CANNED__0__PATH", "/c");
        CannedRoute route = Assert.Single(_fixture.Read().Options.Canned);
        Assert.Equal(new CannedRoute { Path = "/c" }, route);
    }

    [Fact]
    public void AnEmptyListMeansNoneRatherThanTheDefault()
    {
        ConfigurationResult result = _fixture.WithFile("""{ "Index": [], "Canned": [] }""").Read();

        Assert.Empty(result.Errors);
        Assert.Empty(result.Options.Index);
    }

    [Fact]
    public void TheFileOfTheCommandLineReplacesTheDefaultOne()
    {
        _fixture.WithFile("""{ "Port": 81, "Hidden": true }""").WithFile("""{ "Port": 82 }""", "other.json");

        ServerOptions options = _fixture.Read("--config", "other.json").Options;

        Assert.Equal(82, options.Port);
        Assert.False(options.Hidden);
    }

    [Fact]
    public void TheEnvironmentProviderTakesThePrefixOffAndReadsTwoUnderscoresAsALevel()
    {
        // The stock provider reads the real environment only: a prefix that nobody else has keeps this test alone.
        string prefix = $"TEST_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable(prefix + "LIMITS__HEADBYTESMAX", "9001");
        var source = new EnvironmentVariablesConfigurationSource { Prefix = prefix };
        var inputs = new ConfigurationInputs([], null, _fixture.Directory, source);
        ConfigurationResult result = ConfigurationReader.Read(inputs);
        Environment.SetEnvironmentVariable(prefix + "LIMITS__HEADBYTESMAX", null);

        Assert.Empty(result.Errors);
        Assert.Equal(9001, result.Options.Limits.HeadBytesMax);
        Assert.Equal("CHAINSERVE_LIMITS__HEADBYTESMAX", result.Origins["Limits:HeadBytesMax"]);
    }

    [Fact]
    public void WhatCheckPrintsIsAConfigurationFileWithTheSameMeaning()
    {
        const string Text = """
            { "Root": "ä<b>", "LogLevel": "debug", "Canned": [{ "Path": "/x", "Body": "ok\n" }] }
            """;
        ServerOptions first = _fixture.WithFile(Text).Read("--index", "a", "--port", "0").Options;

        string json = EffectiveConfiguration.ToJson(first);
        ConfigurationResult second = _fixture.WithFile(json).Read();

        Assert.Empty(second.Errors);
        Assert.Equivalent(first, second.Options, strict: true);
        Assert.Contains("\"Root\": \"ä<b>\"", json, StringComparison.Ordinal);
        Assert.Contains("Port from chainserve.json", EffectiveConfiguration.ToOriginLines(second.Origins));
    }

    [Fact]
    public void CheckPrintsTheOptionsOfHostsWithWhatTheyInherit()
    {
        const string Text = """
            {
              "Symlinks": "none", "Headers": [{ "Set": { "X-A": "b" } }],
              "Redirects": [{ "From": "/a/*", "To": "/b/:splat" }],
              "Hosts": [{ "Host": "a.org", "ETag": "off", "Redirects": [] }, { "Host": "*.a.org", "Root": "r" }]
            }
            """;
        ServerOptions first = _fixture.WithFile(Text).Read().Options;

        ConfigurationResult second = _fixture.WithFile(EffectiveConfiguration.ToJson(first)).Read();

        Assert.Empty(second.Errors);
        Assert.Equivalent(first, second.Options, strict: true);
        Assert.Equal("None", $"{second.Options.Hosts[1].Symlinks}");
        Assert.Contains("Hosts:1:Headers:0:Set:X-A", second.Origins);
    }

    [Fact]
    public void CheckShowsOfAHashItsSchemeAlone()
    {
        const string Auth = """
            "Auth": [{ "Path": "/", "Users": [
                { "Name": "ann", "Hash": "$2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234" }] }]
            """;
        const string Text = $$"""{ {{Auth}}, "Hosts": [{ "Host": "a", {{Auth}} }] }""";
        ConfigurationResult result = _fixture.WithFile(Text).Read();

        string json = EffectiveConfiguration.ToJson(result.Options);

        Assert.Empty(result.Errors);
        Assert.Equal(2, json.Split("\"Hash\": \"$2y$…\"").Length - 1);
        Assert.DoesNotContain("ABCDEF", json, StringComparison.Ordinal);
        Assert.DoesNotContain("ABCDEF", string.Concat(EffectiveConfiguration.ToOriginLines(result.Origins)));
    }
}
