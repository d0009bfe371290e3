using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ChainServe.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace ChainServe.Tests.Configuration;

/// <summary>A temporary directory, an environment and a command line, read as the program reads them.</summary>
public sealed class ConfigurationFixture : IDisposable
{
    private readonly Dictionary<string, string?> _environment = [];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("chainserve-test-").FullName;

    public void Dispose()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    internal ConfigurationFixture WithFile(string text, string name = "chainserve.json")
    {
        File.WriteAllText(Path.Combine(Directory, name), text);
        return this;
    }

    /// <summary>Sets a variable of an environment that only this test sees, normalized as the provider does.</summary>
    internal ConfigurationFixture WithVariable(string name, string value)
    {
        string key = name["CHAINSERVE_".Length..].Replace("__", ":", StringComparison.Ordinal);
        _environment.Add(key, value);
        return this;
    }

    internal ConfigurationResult Read(params string[] arguments)
    {
        CommandLineResult commandLine = CommandLine.Parse(arguments, TextWriter.Null);
        var environment = new MemoryConfigurationSource { InitialData = _environment };
        var inputs = new ConfigurationInputs(
            commandLine.Values,
            commandLine.ConfigurationFile,
            Directory,
            environment);
        ConfigurationResult result = ConfigurationReader.Read(inputs);
        return result with { Errors = [.. commandLine.Errors.Concat(result.Errors)] };
    }
}
