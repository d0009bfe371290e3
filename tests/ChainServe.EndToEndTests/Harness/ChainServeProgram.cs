using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>
/// The program under test: the build beside the tests, or the published file that CHAINSERVE_EXECUTABLE names.
/// </summary>
internal static class ChainServeProgram
{
    private const int ExitMilliseconds = 30_000;

    /// <summary>How to start the program with these arguments, away from the settings of whoever runs the tests.
    /// </summary>
    internal static ProcessStartInfo StartInfo(string workingDirectory, IEnumerable<string> arguments)
    {
        string? executable = Environment.GetEnvironmentVariable("CHAINSERVE_EXECUTABLE");
        var start = new ProcessStartInfo(string.IsNullOrEmpty(executable) ? DotnetHost() : executable)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (string.IsNullOrEmpty(executable))
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "chainserve.dll"));
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name.StartsWith("CHAINSERVE_", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }

        return start;
    }

    /// <summary>Runs it to its end in the temporary directory, for commands and refusals.</summary>
    internal static CommandResult Run(params string[] arguments)
    {
        return RunIn(Path.GetTempPath(), arguments);
    }

    internal static CommandResult RunIn(string workingDirectory, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(workingDirectory, arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(ExitMilliseconds))
        {
            process.Kill();
            throw new TimeoutException($"chainserve {string.Join(' ', arguments)} did not end");
        }

        return new CommandResult(process.ExitCode, output.Result, error.Result);
    }

    // The host that runs the tests; where its runtime stands says where it stands.
    private static string DotnetHost()
    {
        return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
    }
}
