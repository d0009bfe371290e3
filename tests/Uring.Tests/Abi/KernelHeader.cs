using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Uring.Tests.Abi;

/// <summary>Just enough of a reader of <c>linux/io_uring.h</c> to get the values of its enums and defines from the
/// text: a second witness beside the compiler that made the table.</summary>
internal sealed partial class KernelHeader
{
    internal const string InstalledPath = "/usr/include/linux/io_uring.h";

    internal KernelHeader(string path)
    {
        string text = Comments().Replace(File.ReadAllText(path), " ");
        foreach (Match match in Enums().Matches(text))
        {
            ReadEnum(match.Groups["body"].Value, match.Groups["name"].Value == "io_uring_op");
        }

        foreach (Match match in Defines().Matches(text))
        {
            if (Evaluate(match.Groups["value"].Value) is ulong value)
            {
                Values[match.Groups["name"].Value] = value;
            }
        }
    }

    /// <summary>All names whose value the text gives.</summary>
    internal Dictionary<string, ulong> Values { get; } = [];

    /// <summary>The operations in the order of their enum.</summary>
    internal List<string> Operations { get; } = [];

    private void ReadEnum(string body, bool isOperations)
    {
        ulong next = 0;
        foreach (string item in body.Split(',').Select(item => item.Trim()).Where(item => item.Length > 0))
        {
            string[] sides = item.Split('=', 2);
            ulong value = sides.Length == 2 ? Evaluate(sides[1]) ?? next : next;
            Values[sides[0].Trim()] = value;
            next = value + 1;
            if (isOperations)
            {
                Operations.Add(sides[0].Trim());
            }
        }
    }

    private ulong? Evaluate(string expression)
    {
        Match match = Shift().Match(expression.Trim());
        if (match.Success)
        {
            return Atom(match.Groups["base"].Value) << (int)(Atom(match.Groups["bits"].Value) ?? 0);
        }

        return Atom(expression.Trim());
    }

    private ulong? Atom(string text)
    {
        string plain = text.TrimEnd('U', 'L');
        if (plain.StartsWith("0x") && ulong.TryParse(
            plain.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong hexadecimal))
        {
            return hexadecimal;
        }

        return ulong.TryParse(plain, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : Values.TryGetValue(text, out ulong known) ? known : null;
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"enum\s+(?<name>\w*)\s*\{(?<body>[^}]*)\}")]
    private static partial Regex Enums();

    [GeneratedRegex(@"^#define[ \t]+(?<name>\w+)[ \t]+(?<value>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Defines();

    [GeneratedRegex(@"^\(?\s*(?<base>\w+)\s*<<\s*(?<bits>\w+)\s*\)?$")]
    private static partial Regex Shift();
}
