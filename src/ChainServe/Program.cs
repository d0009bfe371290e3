using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using ChainServe.Hosting;

namespace ChainServe;

/// <summary>Parse → validate → run → exit code.</summary>
internal static class Program
{
    private const int ExitOk = 0;
    private const int ExitRefused = 1;

    /// <summary>EX_SOFTWARE of sysexits.h: a bug, as opposed to something the user can repair.</summary>
    private const int ExitBug = 70;

    private static int Main(string[] arguments)
    {
        LogLevel level = LogLevel.Information;

        // No setting, and not for whatever this process starts.
        string? inheritance = Environment.GetEnvironmentVariable(Inheritance.Variable);
        Environment.SetEnvironmentVariable(Inheritance.Variable, null);
        try
        {
            // It takes a descriptor, which may be the last.
            _ = Console.Error;
            CommandLineResult commandLine = CommandLine.Parse(arguments, Console.Out);
            if (commandLine.Mode == RunMode.Answered)
            {
                return commandLine.ExitCode;
            }

            var inputs = ConfigurationInputs.OfProcess(commandLine.Values, commandLine.ConfigurationFile);
            ConfigurationResult configuration = ConfigurationReader.Read(inputs);
            level = configuration.Options.LogLevelEffective;
            return Run(commandLine, configuration, inheritance);
        }
        catch (StartupException exception)
        {
            Refuse(exception.Message);
            return ExitRefused;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // Standard output is full or closed, the current directory is gone, or no descriptor is left.
            Refuse("the current directory, standard output or another open file cannot be used; look whether they are "
                + "still there, and at ulimit -n.");
            return ExitRefused;
        }
        catch (Exception exception)
        {
            Refuse($"unexpected {exception.GetType().Name}: {OptionError.Quote(exception.Message)}; please report it, "
                + "with what --log-level debug prints.");
            if (level >= LogLevel.Debug)
            {
                Console.Error.WriteLine(exception);
            }

            return ExitBug;
        }
    }

    private static int Run(CommandLineResult commandLine, ConfigurationResult configuration, string? inheritance)
    {
        List<string> errors = [.. commandLine.Errors, .. configuration.Errors];

        // The doctor has a line of its own for the root.
        if (errors.Count == 0)
        {
            bool withRoot = commandLine.Mode != RunMode.Doctor;
            errors.AddRange(ServerPaths.Describe(configuration.Options, withRoot, commandLine.RootAdvice));
        }

        if (errors.Count > 0)
        {
            errors.ForEach(Refuse);
            return ExitRefused;
        }

        switch (commandLine.Mode)
        {
            case RunMode.Check:
                Console.Out.WriteLine(EffectiveConfiguration.ToJson(configuration.Options));
                foreach (string line in EffectiveConfiguration.ToOriginLines(configuration.Origins))
                {
                    Console.Error.WriteLine(line);
                }

                return ExitOk;
            case RunMode.Doctor:
                return Doctor.Run(configuration.Options, RingProbe.Check(configuration.Options), Console.Out);
            default:
                using (ServerLog log = ServerLog.ToStandardError(configuration.Options.LogLevelEffective))
                {
                    return Server.Run(configuration.Options, log, inheritance);
                }
        }
    }

    private static void Refuse(string line)
    {
        try
        {
            Console.Error.WriteLine($"chainserve: {line}");
        }
        catch (Exception exception) when (exception is IOException or Win32Exception)
        {
            // There is nowhere to say it: the exit code must do. The console takes a descriptor too.
        }
    }
}
