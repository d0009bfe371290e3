using System;
using System.IO;
using System.Linq;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "Serve")]
    [InlineData("www", "Serve")]
    [InlineData("./check", "Serve")]
    [InlineData("check", "Check")]
    [InlineData("check www --port 1", "Check")]
    [InlineData("--port 1 check", "Check")]
    [InlineData("doctor --root www", "Doctor")]
    public void TheFirstWordChoosesTheMode(string arguments, string mode)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(mode, CommandLine.Parse(words, TextWriter.Null).Mode.ToString());
    }

    [Theory]
    [InlineData("www", "Root=www")]
    [InlineData("--root www", "Root=www")]
    [InlineData("-r www", "Root=www")]
    [InlineData("www --root www", "Root=www")]
    [InlineData("www --root ./www", "Root=./www")]
    [InlineData("-- --www", "Root=--www")]
    [InlineData("@www", "Root=@www")]
    [InlineData("-p 1", "Port=1")]
    [InlineData("--port=1", "Port=1")]
    [InlineData("-a ::1", "Host=::1")]
    [InlineData("-w 3", "Workers=3")]
    [InlineData("--index a --index b", "Index:0=a Index:1=b")]
    [InlineData("--index a www", "Root=www Index:0=a")]
    [InlineData("--immutable --hidden", "Immutable=true Hidden=true")]
    [InlineData("--poll", "Poll=true")]
    [InlineData("--quiet=false", "Quiet=false")]
    [InlineData("-q www", "Root=www Quiet=true")]
    [InlineData("--grace-period 0.5", "Timeouts:GraceMilliseconds=500")]
    [InlineData("--log-level debug", "LogLevel=debug")]
    [InlineData("--hide *.bak --hide /drafts/**", "Hide:0=*.bak Hide:1=/drafts/**")]
    [InlineData("--symlinks none", "Symlinks=none")]
    [InlineData("--browse --clean-urls", "Browse=true CleanUrls=true")]
    [InlineData("--cache-control=no-store", "CacheControl=no-store")]
    [InlineData("--etag hash", "ETag=hash")]
    [InlineData("--security-headers --compress", "SecurityHeaders=true Compress=true")]
    [InlineData("--no-precompressed", "Precompressed=false")]
    [InlineData("--no-precompressed=false", "Precompressed=true")]
    [InlineData("--log-format json", "LogFormat=json")]
    public void AnOptionSetsItsKey(string arguments, string values)
    {
        CommandLineResult result = CommandLine.Parse(arguments.Split(' '), TextWriter.Null);

        Assert.Empty(result.Errors);
        Assert.Equal(values, string.Join(' ', result.Values.Select(value => $"{value.Key}={value.Value}")));
    }

    [Theory]
    [InlineData("--spa", "Spa=index.html")]
    [InlineData("--spa www", "Root=www Spa=index.html")]
    [InlineData("--spa=app.html www", "Root=www Spa=app.html")]
    [InlineData("--cors", "Cors:0=*")]
    [InlineData("--cors www", "Root=www Cors:0=*")]
    [InlineData("--cors=https://a.org,https://b.org:81", "Cors:0=https://a.org Cors:1=https://b.org:81")]
    [InlineData("--access-log", "AccessLog=-")]
    [InlineData("--access-log -", "AccessLog=-")]
    [InlineData("--access-log a.log www", "Root=www AccessLog=a.log")]
    [InlineData("--access-log=a.log www", "Root=www AccessLog=a.log")]
    [InlineData("--access-log=- www", "Root=www AccessLog=-")]
    [InlineData("--access-log -q", "AccessLog=- Quiet=true")]
    [InlineData("--access-log --spa", "Spa=index.html AccessLog=-")]
    [InlineData("-- --spa", "Root=--spa")]
    public void AValueThatMayBeLeftOutStandsBehindEqualsExceptForTheFileOfTheAccessLog(string arguments, string values)
    {
        CommandLineResult result = CommandLine.Parse(arguments.Split(' '), TextWriter.Null);

        Assert.Empty(result.Errors);
        Assert.Equal(values, string.Join(' ', result.Values.Select(value => $"{value.Key}={value.Value}")));
    }

    [Fact]
    public void AFieldIsOneWordWithSpaces()
    {
        CommandLineResult result = CommandLine.Parse(["--header", "X-A: b c", "--header=X-D: e"], TextWriter.Null);

        Assert.Empty(result.Errors);
        Assert.Equal(["X-A: b c", "X-D: e"], result.Values.Select(value => value.Value));
        Assert.Equal(["Header:0", "Header:1"], result.Values.Select(value => value.Key));
    }

    [Fact]
    public void EveryOptionSetsAKeyThatThereIs()
    {
        var options = new CommandLineOptions();

        Assert.All(options.Texts, text => Assert.NotNull(SettingKeys.Find(text.Key)));
        Assert.All(options.Lists, list => Assert.True(SettingKeys.IsList(list.Key)));
        Assert.All(options.Switches, given => Assert.Equal(SettingKind.Switch, SettingKeys.Find(given.Key)!.Kind));
        Assert.All(options.Optionals, text => Assert.True(
            SettingKeys.IsList(text.Key) || SettingKeys.Find(text.Key) is not null));
    }

    [Theory]
    [InlineData("-c a.json")]
    [InlineData("--config a.json")]
    [InlineData("check --config a.json")]
    public void TheConfigurationFileIsNoValueOfTheConfiguration(string arguments)
    {
        CommandLineResult result = CommandLine.Parse(arguments.Split(' '), TextWriter.Null);

        Assert.Equal("a.json", result.ConfigurationFile);
        Assert.Empty(result.Values);
    }

    [Theory]
    [InlineData("--help", "--grace-period <SECONDS>")]
    [InlineData("-h", "doctor <ROOT>")]
    [InlineData("-h", "--spa[=FILE] ")]
    [InlineData("check -h", "--cors[=ORIGINS] ")]
    [InlineData("-h", "--access-log [FILE] ")]
    [InlineData("check --help", "Check the configuration")]
    public void HelpIsAnsweredWithExitCodeZero(string arguments, string part)
    {
        using var output = new StringWriter();

        CommandLineResult result = CommandLine.Parse(arguments.Split(' '), output);

        Assert.Equal(RunMode.Answered, result.Mode);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(part, output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--spa app.html", "; a value of --spa stands behind '=': --spa=app.html")]
    [InlineData("check --cors a\tb", "; a value of --cors stands behind '=': --cors=a?b")]
    [InlineData("--spa -q www", "")]
    [InlineData("--spa=app.html www", "")]
    [InlineData("--access-log a.log www", "")]
    [InlineData("www --spa", "")]
    [InlineData("--spa check", "")]
    [InlineData("--spa -- app.html", "")]
    public void ARootBehindAnOptionThatTakesNoWordGetsAdvice(string arguments, string advice)
    {
        Assert.Equal(advice, CommandLine.Parse(arguments.Split(' '), TextWriter.Null).RootAdvice);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-V")]
    public void VersionIsAnswered(string argument)
    {
        using var output = new StringWriter();

        Assert.Equal(RunMode.Answered, CommandLine.Parse([argument], output).Mode);
        Assert.NotEmpty(output.ToString().Trim());
    }
}
