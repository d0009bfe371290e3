using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;

namespace ChainServe.Configuration;

/// <summary>
/// Says what is wrong with a command line, one sentence with the cure each: 1. options without a value or given twice,
/// 2. unknown options, 3. arguments too many, 4. switches with a value that is neither true nor false.
/// </summary>
internal static class CommandLineErrors
{
    /// <param name="result">What the parser made of it.</param>
    /// <param name="root">The ROOT argument, which also swallows an unknown option.</param>
    /// <param name="options">The options there are.</param>
    /// <param name="formOf">How an option is written with its value.</param>
    /// <param name="advice">What to add about arguments too many.</param>
    internal static List<string> Describe(
        ParseResult result, string? root, IEnumerable<Option> options, Func<Option, string> formOf, string advice)
    {
        List<string> lines = [];
        foreach (ParseError error in result.Errors)
        {
            // Arguments too many are told below, from the tokens; everything else belongs to an option.
            if (error.SymbolResult is OptionResult given)
            {
                lines.Add(DescribeOption(given, error.Message, formOf));
            }
            else if (result.UnmatchedTokens.Count == 0)
            {
                lines.Add(error.Message);
            }
        }

        AddUnmatched(result, root, options, advice, lines);
        return lines;
    }

    /// <summary>Finds switches with a value that is no switch's: the parser takes it for the next argument.</summary>
    internal static void AddSwitchValues(string[] arguments, IEnumerable<string> switches, List<string> lines)
    {
        foreach (string argument in arguments.TakeWhile(argument => argument != "--"))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && switches.Contains(argument[..equals]) && !bool.TryParse(argument[(equals + 1)..], out _))
            {
                lines.Add(new OptionError(argument[..equals], argument[(equals + 1)..], "true or false").ToString());
            }
        }
    }

    /// <summary>Whether an argument that no option took looks like one: behind "--" nothing does.</summary>
    internal static bool IsUnknownOption(ParseResult result, string token)
    {
        return token is ['-', _, ..] && !result.Tokens.Any(other => other.Type == TokenType.DoubleDash);
    }

    private static string DescribeOption(OptionResult given, string message, Func<Option, string> formOf)
    {
        string name = given.Option.Name;
        return given.Tokens.Count switch
        {
            0 => $"{name} needs a value; give {formOf(given.Option)}.",
            > 1 => $"{name} is given more than once; give it once.",
            _ => message,
        };
    }

    private static void AddUnmatched(
        ParseResult result, string? root, IEnumerable<Option> options, string advice, List<string> lines)
    {
        List<string> unmatched = [.. result.UnmatchedTokens];
        if (root is not null)
        {
            unmatched.Insert(0, root);
        }

        List<string> unknown = unmatched.FindAll(token => IsUnknownOption(result, token));
        foreach (string token in unknown)
        {
            string name = token.Split('=')[0];
            string? meant = Suggestion.Find(name, options.SelectMany(option => option.Aliases.Prepend(option.Name)));
            string cure = meant is null ? "see chainserve --help." : $"did you mean {meant}?";
            lines.Add($"{OptionError.Quote(name)} is not an option; {cure}");
        }

        // Behind an unknown option stands its value: one mistake, one line.
        if (unknown.Count > 0)
        {
            return;
        }

        foreach (string token in result.UnmatchedTokens)
        {
            lines.Add($"{OptionError.Quote(token)} is one argument too many; give one directory to serve{advice}.");
        }
    }
}
