using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>Variables of the environment and arguments, a line each: KEY=value is a variable, everything else an
/// argument.</summary>
internal sealed class SettingsFuzzTarget : FuzzTarget
{
    private readonly ConfigurationOracle _oracle = new();

    public SettingsFuzzTarget()
        : base("settings")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "\n", "=", "__", "__0", "__1__", "true", "false", "0", "1", "-1", "99999999999", "*", "/", "..", "--", "-",
        "-h", "--version", "check", "doctor", "www", "@file", "--root", "-r\nwww", "--port\n80", "--port=80",
        "--index=a,b", "--no-index", "--spa", "--browse", "--grace-period=1.5", "--grace-period=-1", "--header\nX: y",
        "--hide=*.bak", "--access-log", "--access-log=-", "--log-level=info", "--quiet=false", "--unknown", "\u00e9",
        "--user=a",
        .. SettingKeys.All.Select(static setting => ToVariable(setting.Key) + "="),
        .. new CommandLineOptions().All.Select(static option => option.Name),
    ];

    public override string Separators => "\n=_";

    public override int LengthMax => 300;

    public override int CutPeriod => 97;

    public override long DefaultInputs => 300;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        // Neither an argument nor the environment holds a NUL.
        string[] lines = Encoding.UTF8.GetString(input).Replace("\0", "", StringComparison.Ordinal).Split('\n');
        Dictionary<string, string?> variables = new(StringComparer.OrdinalIgnoreCase);
        List<string> arguments = [];
        foreach (string line in lines)
        {
            int sign = line.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0 && char.IsAsciiLetterUpper(line[0]))
            {
                variables[line[..sign].Replace("__", ":", StringComparison.Ordinal)] = line[(sign + 1)..];
            }
            else if (line.Length > 0)
            {
                arguments.Add(line);
            }
        }

        CommandLineResult parsed = CommandLine.Parse([.. arguments], TextWriter.Null);
        foreach (string error in parsed.Errors)
        {
            Sentence.Check(error);
        }

        // What the library answers itself, help and version, reads no configuration.
        string? file = parsed.ConfigurationFile is null ? null : "chainserve-fuzz-no-such-file.json";
        bool isRead = parsed.Mode != RunMode.Answered
            && _oracle.Check(ConfigurationOracle.Read(parsed.Values, file, variables));
        return isRead && parsed.Errors.Count == 0;
    }

    private static string ToVariable(string key)
    {
        return key.Replace(":*", "__0", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal)
            .Replace(SettingKeys.AnyName, "X", StringComparison.Ordinal).ToUpperInvariant();
    }
}
