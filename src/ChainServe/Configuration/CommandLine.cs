using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ChainServe.Configuration;

/// <summary>
/// The command line. Values stay texts: the configuration, whose last provider they feed, checks types and ranges of
/// all sources in one place and in the same words.
/// </summary>
internal sealed class CommandLine
{
    private readonly Argument<string> _root = new("ROOT")
    {
        Description = "The directory to serve [default: .]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _rootOption =
        CommandLineOptions.Text("--root", "DIR", "The directory to serve [default: .]", "-r");
    private readonly Option<string> _config = CommandLineOptions.Text(
        "--config", "FILE", "The configuration file [default: chainserve.json, if there is one]", "-c");
    private readonly Option<string> _grace = CommandLineOptions.Text(
        "--grace-period", "SECONDS", "How long responses may take to finish after a stop signal [default: 10]");
    private readonly CommandLineOptions _options = new();

    private readonly RootCommand _command = new("Serves a directory over HTTP/1.1 on linked io_uring chains.");
    private readonly Command _check = new("check", "Check the configuration and print the effective one as JSON");
    private readonly Command _doctor = new("doctor", "Check whether this machine can serve, and say what to do if not");

    private CommandLine()
    {
        _command.Options.Remove(_command.Options.OfType<VersionOption>().Single());
        _command.Arguments.Add(_root);
        _command.Options.Add(_rootOption);
        _command.Options.Add(_config);
        _command.Options.Add(_grace);
        foreach (Option option in _options.All)
        {
            _command.Options.Add(option);
        }

        _command.Options.Add(new VersionOption("--version", "-V"));
        foreach (Command command in (Command[])[_check, _doctor])
        {
            command.Arguments.Add(_root);
            command.SetAction(_ => 0);
            _command.Subcommands.Add(command);
        }

        // Without actions the parser asks for a subcommand. They stay empty: Main decides, so that the invocation of
        // the library, which takes over the stop signals, is not on the server's stack.
        _command.SetAction(_ => 0);
    }

    /// <summary>Parses the arguments; help and version are written to <paramref name="output"/>.</summary>
    internal static CommandLineResult Parse(string[] arguments, TextWriter output)
    {
        return new CommandLine().ParseCore(arguments, output);
    }

    private CommandLineResult ParseCore(string[] arguments, TextWriter output)
    {
        // No response files: a directory may be called @something.
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult result = _command.Parse(_options.WithMeantValues(arguments), configuration);
        if (result.Errors.Count == 0 && IsAnswered(result.Action))
        {
            using var text = new StringWriter();
            var invocation = new InvocationConfiguration { Output = text, EnableDefaultExceptionHandler = false };
            int exitCode = result.Invoke(invocation);
            output.Write(_options.WithForms(text.ToString()));
            return new CommandLineResult(RunMode.Answered, [], null, [], exitCode);
        }

        string? root = result.GetResult(_root) is { } given && !given.Errors.Any() ? result.GetValue(_root) : null;
        string advice = _options.AdviceOn(arguments, result.UnmatchedTokens.Prepend(root ?? ""));
        List<string> errors = CommandLineErrors.Describe(result, root, _command.Options, _options.FormOf, advice);
        CommandLineErrors.AddSwitchValues(arguments, _options.Switches.SelectMany(NamesOf), errors);
        List<CommandLineValue> values = [];
        AddRoot(result, root, advice, values, errors);
        AddOptions(result, values);
        AddGrace(result, values, errors);
        Command command = result.CommandResult.Command;
        RunMode mode = command == _check ? RunMode.Check : command == _doctor ? RunMode.Doctor : RunMode.Serve;
        string? file = IsUsable(result, _config) ? result.GetValue(_config) : null;
        return new CommandLineResult(mode, values, file, errors.ConvertAll(OptionError.ToOneLine), 0)
        {
            RootAdvice = advice,
        };
    }

    private void AddRoot(
        ParseResult result, string? root, string advice, List<CommandLineValue> values, List<string> errors)
    {
        if (IsUsable(result, _rootOption))
        {
            string option = result.GetValue(_rootOption)!;
            if (string.IsNullOrEmpty(option) || root is "")
            {
                errors.Add("the root is empty; give the path of a directory.");
                return;
            }

            bool isDirectory = root is not null && !CommandLineErrors.IsUnknownOption(result, root);
            if (isDirectory && Path.GetFullPath(root!) != Path.GetFullPath(option))
            {
                string both = $"ROOT {OptionError.Quote(root!)} and --root {OptionError.Quote(option)}";
                errors.Add($"{both} differ; give one{advice}.");
            }

            values.Add(new CommandLineValue("Root", option, "--root"));
        }
        else if (root is not null)
        {
            values.Add(new CommandLineValue("Root", root, "ROOT"));
        }
    }

    private void AddOptions(ParseResult result, List<CommandLineValue> values)
    {
        foreach ((Option<string> option, string key) in _options.Texts)
        {
            AddText(result, option, key, values);
        }

        foreach ((Option<string[]> option, string key) in _options.Lists)
        {
            if (IsUsable(result, option))
            {
                AddList(result.GetValue(option)!, option, key, values);
            }
        }

        foreach ((Option<string> option, string key) in _options.Optionals)
        {
            if (IsUsable(result, option))
            {
                AddOptional(result.GetValue(option)!, option, key, values);
            }
        }

        foreach ((Option<bool> option, string key) in _options.Switches)
        {
            if (IsUsable(result, option))
            {
                bool value = result.GetValue(option) != CommandLineOptions.IsNegative(option);
                values.Add(new CommandLineValue(key, value ? "true" : "false", option.Name));
            }
        }
    }

    private static void AddOptional(string text, Option option, string key, List<CommandLineValue> values)
    {
        string value = OptionalValue.Resolve(text, OptionalValue.MeantBy(key)!);
        if (SettingKeys.IsList(key) && value.Length > 0)
        {
            AddList(value.Split(',', StringSplitOptions.TrimEntries), option, key, values);
        }
        else
        {
            values.Add(new CommandLineValue(key, value, option.Name));
        }
    }

    private static void AddList(string[] texts, Option option, string key, List<CommandLineValue> values)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            string item = string.Create(CultureInfo.InvariantCulture, $"{key}:{i}");
            values.Add(new CommandLineValue(item, texts[i], option.Name));
        }
    }

    private void AddGrace(ParseResult result, List<CommandLineValue> values, List<string> errors)
    {
        if (!IsUsable(result, _grace))
        {
            return;
        }

        string text = result.GetValue(_grace)!;
        const NumberStyles Styles = NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out decimal seconds) || seconds > 86_400)
        {
            errors.Add(new OptionError("--grace-period", text, "a number of seconds from 0 to 86400").ToString());
            return;
        }

        string milliseconds = decimal.Truncate(seconds * 1000).ToString(CultureInfo.InvariantCulture);
        values.Add(new CommandLineValue("Timeouts:GraceMilliseconds", milliseconds, _grace.Name));
    }

    private static void AddText(ParseResult result, Option<string> option, string key, List<CommandLineValue> values)
    {
        if (IsUsable(result, option))
        {
            values.Add(new CommandLineValue(key, result.GetValue(option)!, option.Name));
        }
    }

    /// <summary>Tells whether an option was given in a form that has a value; GetValue throws on the others.</summary>
    private static bool IsUsable(ParseResult result, Option option)
    {
        return result.GetResult(option) is { Implicit: false } given && !given.Errors.Any();
    }

    private static IEnumerable<string> NamesOf((Option<bool> Option, string Key) given)
    {
        return given.Option.Aliases.Prepend(given.Option.Name);
    }

    /// <summary>Tells whether the action is one of the library's: help, version, completions.</summary>
    private bool IsAnswered(CommandLineAction? action)
    {
        return action != _command.Action && action != _check.Action && action != _doctor.Action;
    }
}
