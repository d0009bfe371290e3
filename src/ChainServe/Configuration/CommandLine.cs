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

    private readonly Option<string> _rootOption = Text("--root", "DIR", "The directory to serve [default: .]", "-r");
    private readonly Option<string> _config =
        Text("--config", "FILE", "The configuration file [default: chainserve.json, if there is one]", "-c");
    private readonly Option<string> _grace =
        Text("--grace-period", "SECONDS", "How long responses may take to finish after a stop signal [default: 10]");
    private readonly Option<string[]> _index = new("--index")
    {
        Description = "A name to try when a directory is requested; repeatable [default: index.html]",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly (Option<string> Option, string Key)[] _texts =
    [
        (Text("--port", "N", "The TCP port; 0 lets the kernel pick one [default: 8080]", "-p"), "Port"),
        (Text("--host", "ADDR", "The address to listen on; :: takes IPv4 too [default: ::]", "-a"), "Host"),
        (Text("--workers", "N", "Worker threads; 0 means one per CPU allowed [default: 0]", "-w"), "Workers"),
        (Text("--log-level", "LEVEL", "error, warning, information or debug [default: information]"), "LogLevel"),
    ];

    private readonly (Option<bool> Option, string Key)[] _switches =
    [
        (Switch("--immutable", "The files never change while the server runs: use whole chains"), "Immutable"),
        (Switch("--poll", "No system calls under load; takes a spare CPU per worker (SQPOLL)"), "Poll"),
        (Switch("--hidden", "Serve names that start with a dot"), "Hidden"),
        (Switch("--quiet", "No banner, and no log below warnings", "-q"), "Quiet"),
    ];

    private readonly RootCommand _command = new("Serves a directory over HTTP/1.1 on linked io_uring chains.");
    private readonly Command _check = new("check", "Check the configuration and print the effective one as JSON");
    private readonly Command _doctor = new("doctor", "Check whether this machine can serve, and say what to do if not");

    private CommandLine()
    {
        _command.Options.Remove(_command.Options.OfType<VersionOption>().Single());
        _command.Arguments.Add(_root);
        _command.Options.Add(_rootOption);
        foreach ((Option<string> option, _) in _texts)
        {
            _command.Options.Add(option);
        }

        _command.Options.Add(_index);
        _command.Options.Add(_config);
        _command.Options.Add(_grace);
        foreach ((Option<bool> option, _) in _switches)
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
        ParseResult result = _command.Parse(arguments, configuration);
        if (result.Errors.Count == 0 && IsAnswered(result.Action))
        {
            var invocation = new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false };
            return new CommandLineResult(RunMode.Answered, [], null, [], result.Invoke(invocation));
        }

        string? root = result.GetResult(_root) is { } given && !given.Errors.Any() ? result.GetValue(_root) : null;
        List<string> errors = CommandLineErrors.Describe(result, root, _command.Options);
        CommandLineErrors.AddSwitchValues(arguments, _switches.SelectMany(NamesOf), errors);
        List<CommandLineValue> values = [];
        AddRoot(result, root, values, errors);
        foreach ((Option<string> option, string key) in _texts)
        {
            AddText(result, option, key, values);
        }

        AddIndex(result, values);
        AddGrace(result, values, errors);
        foreach ((Option<bool> option, string key) in _switches)
        {
            if (IsUsable(result, option))
            {
                values.Add(new CommandLineValue(key, result.GetValue(option) ? "true" : "false", option.Name));
            }
        }

        Command command = result.CommandResult.Command;
        RunMode mode = command == _check ? RunMode.Check : command == _doctor ? RunMode.Doctor : RunMode.Serve;
        string? file = IsUsable(result, _config) ? result.GetValue(_config) : null;
        return new CommandLineResult(mode, values, file, errors, 0);
    }

    private void AddRoot(ParseResult result, string? root, List<CommandLineValue> values, List<string> errors)
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
                errors.Add($"ROOT {OptionError.Quote(root!)} and --root {OptionError.Quote(option)} differ; give one.");
            }

            values.Add(new CommandLineValue("Root", option, "--root"));
        }
        else if (root is not null)
        {
            values.Add(new CommandLineValue("Root", root, "ROOT"));
        }
    }

    private void AddIndex(ParseResult result, List<CommandLineValue> values)
    {
        string[] names = IsUsable(result, _index) ? result.GetValue(_index) ?? [] : [];
        for (int i = 0; i < names.Length; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"Index:{i}");
            values.Add(new CommandLineValue(key, names[i], _index.Name));
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

    private static Option<string> Text(string name, string helpName, string description, params string[] aliases)
    {
        return new Option<string>(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            Recursive = true,
        };
    }

    private static Option<bool> Switch(string name, string description, params string[] aliases)
    {
        return new Option<bool>(name, aliases) { Description = description, Recursive = true };
    }
}
