using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

public sealed class ServerOptionsTests
{
    [Fact]
    public void TheDefaultsAreValid()
    {
        Assert.Empty(new ServerOptions().Validate());
    }

    [Fact]
    public void ValidateNamesEveryBadValue()
    {
        var options = new ServerOptions
        {
            Root = "",
            Port = -1,
            Host = "x",
            Workers = 2000,
            LogLevel = (LogLevel)9,
            Limits = new LimitsOptions { HeaderCountMax = 0 },
            Timeouts = new TimeoutsOptions { DrainMilliseconds = -5 },
        };

        string[] keys = [.. options.Validate().Select(error => error.Key)];

        string[] expected =
            ["Host", "LogLevel", "Port", "Workers", "Limits:HeaderCountMax", "Timeouts:DrainMilliseconds", "Root"];
        Assert.Equal(expected, keys);
        Assert.All(options.Validate(), error => Assert.DoesNotContain('\n', error.ToString()));
    }

    [Fact]
    public void TheTableOfKeysHasExactlyTheProperties()
    {
        HashSet<string> keys = [.. SettingKeys.All.Select(setting => setting.Key)];

        Assert.Equal(keys, [.. KeysOf(typeof(ServerOptions), "")]);
        Assert.Equal(keys, [.. KeysOf(typeof(ServerSettings), "")]);
    }

    [Theory]
    [InlineData("::", "::")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    public void AHostIsAnAddressOrLocalhost(string host, string address)
    {
        Assert.Equal(IPAddress.Parse(address), new ServerOptions { Host = host }.GetHostAddress());
    }

    [Theory]
    [InlineData(false, "Debug", "Debug")]
    [InlineData(true, "Information", "Warning")]
    [InlineData(true, "Error", "Error")]
    public void QuietLowersTheLevelToWarning(bool quiet, string level, string effective)
    {
        var options = new ServerOptions { Quiet = quiet, LogLevel = Enum.Parse<LogLevel>(level) };

        Assert.Equal(effective, options.LogLevelEffective.ToString());
    }

    [Fact]
    public void NoWorkersMeansOneForEachCpuAllowed()
    {
        Assert.Equal(Environment.ProcessorCount, new ServerOptions().WorkerCount);
        Assert.Equal(3, new ServerOptions { Workers = 3 }.WorkerCount);
    }

    [Fact]
    public void ARootThatCannotBeServedGetsCauseAndCure()
    {
        using var fixture = new ConfigurationFixture();
        fixture.WithFile("x", "file");
        string missing = Path.Combine(fixture.Directory, "none");
        string file = Path.Combine(fixture.Directory, "file");

        Assert.Empty(ServerPaths.Describe(new ServerOptions { Root = fixture.Directory }, withRoot: true));
        Assert.Equal(
            [$"the root '{missing}' does not exist; create it or give another directory: chainserve --root DIR."],
            ServerPaths.Describe(new ServerOptions { Root = missing }, withRoot: true));
        Assert.Equal(
            [
                $"the root '{file}' is not a directory; give the directory that holds the files: "
                    + "chainserve --root DIR.",
            ],
            ServerPaths.Describe(new ServerOptions { Root = file }, withRoot: true));
        Assert.Empty(ServerPaths.Describe(new ServerOptions { Root = missing }, withRoot: false));
        Assert.EndsWith(": chainserve --root DIR; and so on.", Assert.Single(
            ServerPaths.Describe(new ServerOptions { Root = missing }, withRoot: true, "; and so on")));
    }

    [Fact]
    public void TheRootOfAHostHasToExistAndIsLookedAtOnce()
    {
        using var fixture = new ConfigurationFixture();
        string missing = Path.Combine(fixture.Directory, "none");
        var options = new ServerOptions
        {
            Root = fixture.Directory,
            Hosts =
            [
                new HostOptions { Host = "a", Root = fixture.Directory },
                new HostOptions { Host = "b", Root = missing },
                new HostOptions { Host = "c", Root = missing },
            ],
        };

        Assert.Equal(
            [$"host 'b': the root '{missing}' does not exist; create it or give another directory: Root in Hosts."],
            ServerPaths.Describe(options, withRoot: true));
    }

    [Fact]
    public void TheDirectoryOfTheAccessLogHasToExist()
    {
        using var fixture = new ConfigurationFixture();
        string Describe(string log)
        {
            var options = new ServerOptions { Root = fixture.Directory, AccessLog = log };
            return string.Join('\n', ServerPaths.Describe(options, withRoot: true));
        }

        string missing = Path.Combine(fixture.Directory, "none", "a.log");
        Assert.Equal("", Describe(""));
        Assert.Equal("", Describe("-"));
        Assert.Equal("", Describe(Path.Combine(fixture.Directory, "a.log")));
        Assert.Equal(
            $"the directory of the access log '{missing}' does not exist; create it or give another file.",
            Describe(missing));
        Assert.Equal(
            $"the access log '{fixture.Directory}' is a directory; give the path of a file.",
            Describe(fixture.Directory));
    }

    [Theory]
    [InlineData("--prot", "--port")]
    [InlineData("PORT", "Port")]
    [InlineData("HeadBytesMax", "Limits:HeadBytesMax")]
    [InlineData("Compression", null)]
    public void ASuggestionIsNearOrNone(string word, string? meant)
    {
        Assert.Equal(meant, Suggestion.Find(word, ["--port", "--root", "Port", "Limits:HeadBytesMax"]));
    }

    private static IEnumerable<string> KeysOf(Type type, string prefix)
    {
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            Type item = property.PropertyType.GetElementType() ?? property.PropertyType;
            string inner = prefix + property.Name + (property.PropertyType.IsArray ? ":*" : "");
            if (item == typeof(Dictionary<string, string>))
            {
                (item, inner) = (typeof(string), $"{inner}:{SettingKeys.AnyName}");
            }

            bool isLeaf = item == typeof(string) || item.IsValueType;
            foreach (string found in isLeaf ? [inner] : KeysOf(item, inner + ":"))
            {
                yield return found;
            }
        }
    }
}
