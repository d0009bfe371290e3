using System;
using System.Globalization;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>The release of a kernel, as <c>uname -r</c> prints it: <c>6.1.0-18-amd64</c>.</summary>
internal static class KernelRelease
{
    /// <summary>The oldest kernel that can serve: linked fixed files and DEFER_TASKRUN meet there.</summary>
    internal static readonly Version Floor = new(6, 1);

    internal static string OfThisMachine()
    {
        return TextFile.TryRead("/proc/sys/kernel/osrelease")?.Trim() ?? Environment.OSVersion.Version.ToString();
    }

    /// <summary>Returns the first two numbers of a release, or null when it does not begin with them.</summary>
    internal static Version? Parse(string release)
    {
        string[] parts = release.Split('.', 3);
        if (parts.Length < 2 || !TryParseNumber(parts[0], out int major))
        {
            return null;
        }

        int digits = 0;
        while (digits < parts[1].Length && char.IsAsciiDigit(parts[1][digits]))
        {
            digits++;
        }

        return TryParseNumber(parts[1][..digits], out int minor) ? new Version(major, minor) : null;
    }

    private static bool TryParseNumber(string text, out int number)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
