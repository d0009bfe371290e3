using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>What this machine can and has, asked once; a test that needs more is skipped with the reason.</summary>
internal static class Machine
{
    private static readonly Lazy<string?> Refusal = new Lazy<string?>(FindRefusal);

    internal static bool IsRoot { get; } = Environment.UserName == "root";

    /// <summary>Skips the calling test on a machine whose kernel refuses io_uring.</summary>
    internal static void RequireServer()
    {
        Skip.If(Refusal.Value is not null, Refusal.Value);
    }

    /// <summary>Skips the calling test when a program is not installed.</summary>
    internal static string RequireProgram(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        string? path = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Skip.If(path is null, $"{name} is not installed");
        return path!;
    }

    /// <summary>Runs a program to its end, and returns its exit code.</summary>
    internal static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string? FindRefusal()
    {
        using var site = new TemporarySite();
        CommandResult doctor = ChainServeProgram.Run("doctor", "--root", site.Root);
        string[] problems = doctor.Output.Split('\n')
            .Where(line => line.StartsWith("problem", StringComparison.Ordinal)).ToArray();

        // A doctor that fails without naming a problem is broken, and the tests shall say so by failing.
        return doctor.ExitCode != 0 && problems.Length > 0
            ? $"this machine cannot run the server: {string.Join("; ", problems)}"
            : null;
    }
}
