using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;
using ChainServe.Hosting;
using Microsoft.Extensions.Configuration.Memory;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// What must hold of every configuration, whatever it was read from: there are sentences about what is wrong, or it is
/// one that sites can be made of, and what <c>chainserve check</c> prints of it is the same configuration.
/// </summary>
internal sealed class ConfigurationOracle
{
    private static readonly Dictionary<string, string?> Nothing = [];

    private readonly string _file = Path.Combine(
        Path.GetTempPath(), $"chainserve-fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}.json");

    /// <summary>Reads a file with this content.</summary>
    public ConfigurationResult ReadFile(ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(_file, content);
        try
        {
            return Read([], _file, Nothing);
        }
        finally
        {
            File.Delete(_file);
        }
    }

    public static ConfigurationResult Read(
        IReadOnlyList<CommandLineValue> arguments, string? file, Dictionary<string, string?> environment)
    {
        var source = new MemoryConfigurationSource { InitialData = environment };
        string directory = Path.Combine(Path.GetTempPath(), "chainserve-fuzz-nothing-here");
        return ConfigurationReader.Read(new ConfigurationInputs(arguments, file, directory, source));
    }

    /// <returns>Whether the configuration can be used.</returns>
    public bool Check(ConfigurationResult result)
    {
        foreach (string error in result.Errors)
        {
            Sentence.Check(error);
        }

        ServerOptions options = result.Options;
        if (result.Errors.Count > 0)
        {
            return false;
        }

        Require.Equal(0, options.Validate().Count, "what has no errors has none");
        Require.True(options.GetHostAddress() is not null, "there is an address to bind");
        foreach (SitePolicy site in options.Hosts.Append<SitePolicy>(options))
        {
            CheckSite(site);
        }

        bool hasPasswords = options.Auth.Length > 0 || options.Hosts.Any(static host => host.Auth.Length > 0);
        if (!hasPasswords)
        {
            // Of the hashes only the scheme is printed.
            string printed = EffectiveConfiguration.ToJson(options);
            ConfigurationResult again = ReadFile(Encoding.UTF8.GetBytes(printed));
            Require.Equal("", string.Join(' ', again.Errors), "what is printed can be read");
            Require.Equal(printed, EffectiveConfiguration.ToJson(again.Options), "what is printed is the same");
        }

        return true;
    }

    private static void CheckSite(SitePolicy policy)
    {
        try
        {
            Site site = new(policy, new SiteRoot(-1, IsUnchangeable: false));
            Require.True(site.Rules is not null, "there are rules");
        }
        catch (StartupException exception)
        {
            Sentence.Check(exception.Message);
        }
    }
}
