using System;
using System.Collections.Generic;
using System.IO;

namespace ChainServe.Configuration;

/// <summary>
/// Looks at the places on disk that the options name, before anything is started: the root, those of the hosts, the
/// directory of the access log.
/// </summary>
internal static class ServerPaths
{
    /// <summary>Returns what is wrong, one sentence with the cure each.</summary>
    /// <param name="options">Options that passed <see cref="ServerOptions.Validate"/>.</param>
    /// <param name="withRoot">Whether the root of the site without a name is looked at too.</param>
    /// <param name="advice">What to add to the cure for that root.</param>
    internal static List<string> Describe(ServerOptions options, bool withRoot, string advice = "")
    {
        List<string> lines = [];
        if (withRoot && DocumentRoot.Describe(options, advice) is { } root)
        {
            lines.Add(root);
        }

        HashSet<string> seen = new(StringComparer.Ordinal) { options.RootFullPath };
        foreach (HostOptions host in options.Hosts)
        {
            if (seen.Add(host.RootFullPath) && DocumentRoot.DescribeAt(host, "Root in Hosts") is { } line)
            {
                lines.Add($"host {OptionError.Quote(host.Host)}: {line}");
            }
        }

        if (options.AccessLog is not ("" or "-") && DescribeLog(options.AccessLog) is { } log)
        {
            lines.Add(log);
        }

        return lines;
    }

    private static string? DescribeLog(string file)
    {
        string path = Path.GetFullPath(file);
        string shown = OptionError.Quote(path);
        if (Directory.Exists(path))
        {
            return $"the access log {shown} is a directory; give the path of a file.";
        }

        return Directory.Exists(Path.GetDirectoryName(path))
            ? null
            : $"the directory of the access log {shown} does not exist; create it or give another file.";
    }
}
