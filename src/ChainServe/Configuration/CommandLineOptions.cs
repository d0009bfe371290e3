using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace ChainServe.Configuration;

/// <summary>
/// The options of the command line that set one key each, by the form of their value: a text; one entry of a list for
/// each time the option is given; a text that may be left out; a switch.
/// </summary>
internal sealed class CommandLineOptions
{
    internal (Option<string> Option, string Key)[] Texts { get; } =
    [
        (Text("--port", "N", "The TCP port; 0 lets the kernel pick one [default: 8080]", "-p"), "Port"),
        (Text("--host", "ADDR", "The address to listen on; :: takes IPv4 too [default: ::]", "-a"), "Host"),
        (Text("--unix-socket", "PATH", "Listen on a Unix socket there, and not on a port"), "UnixSocket"),
        (Text("--unix-socket-mode", "MODE", "Who may connect to it, as for chmod [default: 0660]"), "UnixSocketMode"),
        (Text("--workers", "N", "Worker threads; 0 means one per CPU allowed [default: 0]", "-w"), "Workers"),
        (Text("--user", "NAME", "The user that serves; the port is bound before [default: who starts it]"), "User"),
        (Text("--group", "NAME", "Its group [default: the user's own]"), "Group"),
        (Text("--log-level", "LEVEL", "error, warning, information or debug [default: information]"), "LogLevel"),
        (Text("--log-format", "FORMAT", "Of the access log: common, combined or json [default: combined]"),
            "LogFormat"),
        (Text("--symlinks", "WHICH", "Symbolic links to follow: none, inside (the root) or all [default: inside]"),
            "Symlinks"),
        (Text("--cache-control", "VALUE", "Cache-Control of every file [default: by kind and name]"), "CacheControl"),
        (Text("--etag", "KIND", "modified (time and length), hash (of the content) or off [default: modified]"),
            "ETag"),
    ];

    internal (Option<string[]> Option, string Key)[] Lists { get; } =
    [
        (List("--index", "NAME", "A name to try when a directory is requested; repeatable [default: index.html]"),
            "Index"),
        (List("--hide", "GLOB", "Names or paths that do not exist for clients; repeatable"), "Hide"),
        (List("--proxy-protocol", "FROM", "An address or network whose connections begin with a PROXY header, or unix; "
            + "repeatable"), "ProxyProtocol"),
        (List("--header", "LINE", "A field of every response, \"Name: value\"; repeatable"), "Header"),
    ];

    /// <summary>They may stand without a value, see <see cref="OptionalValue"/>.</summary>
    internal (Option<string> Option, string Key)[] Optionals { get; } =
    [
        (Text("--spa", "FILE", "The page for addresses without a file; --spa alone is --spa=index.html"), "Spa"),
        (Text("--cors", "ORIGINS", "Origins, with commas between, that may read from here; --cors alone is --cors=*"),
            "Cors"),
        (Text("--access-log", "FILE", "A line for each request; alone, or with -, to standard output. The next word "
            + "is the FILE unless it starts with a dash"), "AccessLog"),
    ];

    /// <summary>A switch whose name says no sets its key to false.</summary>
    internal (Option<bool> Option, string Key)[] Switches { get; } =
    [
        (Switch("--immutable", "The files never change while the server runs: use whole chains"), "Immutable"),
        (Switch("--poll", "No system calls under load; takes a spare CPU per worker (SQPOLL)"), "Poll"),
        (Switch("--hidden", "Serve names that start with a dot"), "Hidden"),
        (Switch("--browse", "List directories without an index"), "Browse"),
        (Switch("--clean-urls", "Answer /about with about.html, and redirect /about.html there"), "CleanUrls"),
        (Switch("--security-headers", "Send the usual fields against framing, sniffing and leaking referrers"),
            "SecurityHeaders"),
        (Switch("--no-precompressed", "Do not send app.js.br and the like in place of app.js"), "Precompressed"),
        (Switch("--compress", "Compress files that have no such sibling"), "Compress"),
        (Switch("--allow-root", "Go on as root behind a privileged port"), "AllowRoot"),
        (Switch("--no-sandbox", "Do not restrict the workers to their files and operations"), "Sandbox"),
        (Switch("--quiet", "No banner, and no log below warnings", "-q"), "Quiet"),
    ];

    internal IEnumerable<Option> All =>
    [
        .. Texts.Select(text => text.Option),
        .. Lists.Select(list => list.Option),
        .. Optionals.Select(optional => optional.Option),
        .. Switches.Select(given => given.Option),
    ];

    /// <summary>
    /// Writes out the values that are left out: the parser would take the next word for one, and <c>--spa www</c> is a
    /// page and a root. A value of these stands behind "=". The file of the access log may be a word of its own, as in
    /// other servers.
    /// </summary>
    internal string[] WithMeantValues(string[] arguments)
    {
        string[] written = [.. arguments];
        for (int i = 0; i < written.Length && written[i] != "--"; i++)
        {
            foreach ((Option<string> option, string key) in Optionals)
            {
                bool hasWord = TakesWord(key) && i + 1 < written.Length && written[i + 1] is not ['-', _, ..];
                if (written[i] == option.Name && !hasWord)
                {
                    written[i] = $"{option.Name}=true";
                }
            }
        }

        return written;
    }

    /// <summary>Writes a help text with the forms that work, which are as long as those that it has.</summary>
    internal string WithForms(string help)
    {
        foreach ((Option<string> option, _) in Optionals)
        {
            help = help.Replace($"{option.Name} <{option.HelpName}>", FormOf(option), StringComparison.Ordinal);
        }

        return help;
    }

    /// <summary>How an option is written with its value.</summary>
    internal string FormOf(Option option)
    {
        int index = Array.FindIndex(Optionals, optional => optional.Option == option);
        return index < 0 ? $"{option.Name} {option.HelpName}"
            : TakesWord(Optionals[index].Key) ? $"{option.Name} [{option.HelpName}]"
            : $"{option.Name}[={option.HelpName}]";
    }

    /// <summary>Returns what to add to a sentence about words that are no directories: a word directly behind an option
    /// whose value stands behind "=" was probably meant for that. Empty when there is none.</summary>
    internal string AdviceOn(string[] arguments, IEnumerable<string> words)
    {
        IEnumerable<string> names = Optionals.Where(given => !TakesWord(given.Key)).Select(given => given.Option.Name);
        foreach ((string name, string word) in arguments.TakeWhile(word => word != "--").Zip(arguments.Skip(1)))
        {
            if (names.Contains(name) && words.Contains(word))
            {
                return OptionError.ToOneLine($"; a value of {name} stands behind '=': {name}={word}");
            }
        }

        return "";
    }

    internal static bool IsNegative(Option<bool> option)
    {
        return option.Name.StartsWith("--no-", StringComparison.Ordinal);
    }

    internal static Option<string> Text(string name, string helpName, string description, params string[] aliases)
    {
        return new Option<string>(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            Recursive = true,
        };
    }

    private static bool TakesWord(string key)
    {
        return key == "AccessLog";
    }

    private static Option<string[]> List(string name, string helpName, string description)
    {
        return new Option<string[]>(name) { Description = description, HelpName = helpName, Recursive = true };
    }

    private static Option<bool> Switch(string name, string description, params string[] aliases)
    {
        return new Option<bool>(name, aliases) { Description = description, Recursive = true };
    }
}
