using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>A command line that has been parsed.</summary>
/// <param name="Mode">What it asks for.</param>
/// <param name="Values">The values that it sets.</param>
/// <param name="ConfigurationFile">The file named by <c>--config</c>.</param>
/// <param name="Errors">One line for each thing that is wrong with it.</param>
/// <param name="ExitCode">The exit code when the mode is <see cref="RunMode.Answered"/>.</param>
internal sealed record CommandLineResult(
    RunMode Mode,
    IReadOnlyList<CommandLineValue> Values,
    string? ConfigurationFile,
    IReadOnlyList<string> Errors,
    int ExitCode)
{
    /// <summary>What to add when the root cannot be served: it was probably meant for something else. Often empty.
    /// </summary>
    internal string RootAdvice { get; init; } = "";
}
