using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace ChainServe.Configuration;

/// <summary>Everything that the configuration is read from; tests hand in their own.</summary>
/// <param name="CommandLine">The values of the command line.</param>
/// <param name="File">The file named by <c>--config</c>, or null for the default one if it exists.</param>
/// <param name="CurrentDirectory">Where a relative file name starts.</param>
/// <param name="Environment">The environment, with the prefix taken off.</param>
internal sealed record ConfigurationInputs(
    IReadOnlyList<CommandLineValue> CommandLine,
    string? File,
    string CurrentDirectory,
    IConfigurationSource Environment)
{
    internal const string EnvironmentPrefix = "CHAINSERVE_";

    internal const string DefaultFile = "chainserve.json";

    /// <summary>The inputs of this process.</summary>
    internal static ConfigurationInputs OfProcess(IReadOnlyList<CommandLineValue> commandLine, string? file)
    {
        var environment = new EnvironmentVariablesConfigurationSource { Prefix = EnvironmentPrefix };
        return new ConfigurationInputs(commandLine, file, Directory.GetCurrentDirectory(), environment);
    }

    /// <summary>Writes a key as a variable of the environment.</summary>
    internal static string ToVariable(string key)
    {
        return EnvironmentPrefix + key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
    }
}
