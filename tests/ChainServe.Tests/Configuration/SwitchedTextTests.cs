using System;
using System.Linq;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>True and false where a text belongs.</summary>
public sealed class SwitchedTextTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Theory]
    [InlineData("""{ "Spa": true }""", "index.html", "", "")]
    [InlineData("""{ "Spa": false, "Cors": false, "AccessLog": false }""", "", "", "")]
    [InlineData("""{ "Cors": true }""", "", "*", "")]
    [InlineData("""{ "accesslog": true }""", "", "", "-")]
    [InlineData("""{ "Spa": "true", "AccessLog": "false" }""", "true", "", "false")]
    [InlineData("""{ "Spa": true, "Cors": true, "AccessLog": true }""", "index.html", "*", "-")]
    public void WhatMayStandAloneIsSwitchedInTheFile(string file, string page, string origins, string log)
    {
        ConfigurationResult result = _fixture.WithFile(file).Read();

        Assert.Empty(result.Errors);
        Require(result.Options, page, origins, log);
    }

    [Theory]
    [InlineData("true", "index.html", "*", "-")]
    [InlineData("TRUE", "index.html", "*", "-")]
    [InlineData("1", "index.html", "*", "-")]
    [InlineData("false", "", "", "")]
    [InlineData("0", "", "", "")]
    public void WhatMayStandAloneIsSwitchedInTheEnvironment(string value, string page, string origins, string log)
    {
        _fixture.WithFile("""{ "Spa": "a.html", "Cors": ["https://a.org"], "AccessLog": "a.log" }""");
        _fixture.WithVariable("CHAINSERVE_SPA", value).WithVariable("CHAINSERVE_CORS", value);

        ConfigurationResult result = _fixture.WithVariable("CHAINSERVE_ACCESSLOG", value).Read();

        Assert.Empty(result.Errors);
        Require(result.Options, page, origins, log);
    }

    [Theory]
    [InlineData("--spa=true --cors=true --access-log=true", "index.html", "*", "-")]
    [InlineData("--spa=false --cors=false --access-log=false", "", "", "")]
    public void WhatMayStandAloneIsSwitchedOnTheCommandLine(
        string arguments, string page, string origins, string log)
    {
        _fixture.WithFile("""{ "Spa": "a.html", "Cors": ["https://a.org"], "AccessLog": "a.log" }""");

        ConfigurationResult result = _fixture.Read(arguments.Split(' '));

        Assert.Empty(result.Errors);
        Require(result.Options, page, origins, log);
    }

    [Fact]
    public void AHostSwitchesOffWhatTheSiteAboveHas()
    {
        const string Text = """
            { "Spa": true, "Cors": true, "Hosts": [
                { "Host": "a", "Spa": false, "Cors": false }, { "Host": "b" }, { "Host": "c", "Cors": true }] }
            """;

        ConfigurationResult result = _fixture.WithFile(Text).Read();

        Assert.Empty(result.Errors);
        Assert.Equal(["", "index.html", "index.html"], result.Options.Hosts.Select(host => host.Spa));
        Assert.Equal(["", "*", "*"], result.Options.Hosts.Select(host => string.Join(',', host.Cors)));
    }

    [Theory]
    [InlineData("""{ "Root": true }""", "Root", "true")]
    [InlineData("""{ "CacheControl": false }""", "CacheControl", "false")]
    [InlineData("""{ "UnixSocket": true }""", "UnixSocket", "true")]
    [InlineData("""{ "User": true, "Group": "7" }""", "User", "true")]
    [InlineData("""{ "Host": false }""", "Host", "false")]
    [InlineData("""{ "Index": ["a", true] }""", "Index:1", "true")]
    [InlineData("""{ "Index": [false, "a"] }""", "Index:0", "false")]
    [InlineData("""{ "Cors": [true] }""", "Cors:0", "true")]
    [InlineData("""{ "Headers": [{ "Set": { "X-A": true } }] }""", "Headers:0:Set:X-A", "true")]
    [InlineData("""{ "Hosts": [{ "Host": "a", "Root": false }] }""", "Hosts:0:Root", "false")]
    public void AnotherTextIsNeverTrueOrFalse(string file, string key, string value)
    {
        string line = $"{key}: '{value}' (from chainserve.json) is not allowed; give a text in quotes.";

        Assert.Equal([line], _fixture.WithFile(file).Read().Errors);
    }

    [Theory]
    [InlineData(
        """{ "ETag": false }""",
        "ETag: 'false' (from chainserve.json) is not allowed; give Modified, Hash or Off.")]
    [InlineData(
        """{ "Index": true }""",
        "Index: 'true' (from chainserve.json) is not allowed; give a list: [ … ] in the file, "
            + "CHAINSERVE_INDEX__0 and so on in the environment.")]
    public void AMistakeIsShownAsItIsWritten(string file, string line)
    {
        Assert.Equal([line], _fixture.WithFile(file).Read().Errors);
    }

    [Fact]
    public void TextsAndNumbersStayWhatTheyAre()
    {
        const string Text = """
            { "User": 1000, "Group": 7, "CacheControl": "true", "Headers": [{ "Set": { "X-A": "false", "X-B": 1 } }] }
            """;

        ConfigurationResult result = _fixture.WithFile(Text).WithVariable("CHAINSERVE_ROOT", "true").Read();

        Assert.Empty(result.Errors);
        Assert.Equal(("1000", "7", "true"), (result.Options.User, result.Options.Group, result.Options.CacheControl));
        Assert.Equal(("false", "1"), (result.Options.Headers[0].Set["X-A"], result.Options.Headers[0].Set["X-B"]));
        Assert.Equal("true", result.Options.Root);
    }

    [Fact]
    public void CheckShowsWhatASwitchMeans()
    {
        ServerOptions options = _fixture.WithFile("""{ "Spa": true, "Cors": true }""").Read().Options;

        string json = EffectiveConfiguration.ToJson(options);

        Assert.Contains("\"Spa\": \"index.html\"", json, StringComparison.Ordinal);
        Assert.Contains("\"Cors\": [\n    \"*\"\n  ]", json, StringComparison.Ordinal);
        Assert.Contains("\"AccessLog\": \"\"", json, StringComparison.Ordinal);
    }

    private static void Require(ServerOptions options, string page, string origins, string log)
    {
        Assert.Equal((page, origins, log), (options.Spa, string.Join(',', options.Cors), options.AccessLog));
    }
}
