using System;
using System.Globalization;

namespace ChainServe.Diagnostics;

/// <summary>Parsers of text under /proc. Pure: they take the text, so that captured ones test them.</summary>
internal static class ProcText
{
    /// <summary>Returns the number of a line such as <c>Seccomp:	2</c> in /proc/self/status, or null.</summary>
    internal static int? ParseStatusNumber(string status, string name)
    {
        foreach (string line in status.Split('\n'))
        {
            if (line.StartsWith(name + ":", StringComparison.Ordinal))
            {
                return ParseNumber(line[(name.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>Returns a file that holds one number, such as a sysctl, or null.</summary>
    internal static int? ParseNumber(string? text)
    {
        const NumberStyles Digits = NumberStyles.None;
        return int.TryParse(text?.Trim(), Digits, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>Returns a limit such as <c>Max open files</c> of /proc/self/limits, or null.</summary>
    internal static ResourceLimit? ParseLimit(string limits, string name)
    {
        foreach (string line in limits.Split('\n'))
        {
            if (!line.StartsWith(name + " ", StringComparison.Ordinal))
            {
                continue;
            }

            string[] columns = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length < 2 || !TryParseLimit(columns[0], out long? soft))
            {
                return null;
            }

            return TryParseLimit(columns[1], out long? hard) ? new ResourceLimit(soft, hard) : null;
        }

        return null;
    }

    private static bool TryParseLimit(string text, out long? limit)
    {
        limit = null;
        if (text == "unlimited")
        {
            return true;
        }

        bool isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        limit = isNumber ? number : null;
        return isNumber;
    }
}
