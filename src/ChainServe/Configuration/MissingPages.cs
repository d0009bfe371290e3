using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace ChainServe.Configuration;

/// <summary>
/// Pages that the options name and that are not there: no error, since they may come later, but without a word nobody
/// would notice before a client does.
/// </summary>
internal static class MissingPages
{
    /// <summary>Returns one sentence about all of them, or null when there is none.</summary>
    /// <param name="options">Options whose roots can be served.</param>
    internal static string? Describe(ServerOptions options)
    {
        List<string> missing = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Add(options, "", seen, missing);
        for (int i = 0; i < options.Hosts.Length; i++)
        {
            Add(options.Hosts[i], string.Create(CultureInfo.InvariantCulture, $"Hosts:{i}:"), seen, missing);
        }

        return missing.Count == 0
            ? null
            : $"there is no file for {string.Join(", ", missing)}; until there is, Spa answers 404 and an error has "
                + "the built-in page";
    }

    /// <summary>Whether any page is named.</summary>
    internal static bool AreNamed(ServerOptions options)
    {
        return NamesPage(options) || Array.Exists(options.Hosts, NamesPage);
    }

    private static bool NamesPage(SitePolicy site)
    {
        return site.Spa.Length > 0 || site.ErrorPages.Length > 0;
    }

    private static void Add(SitePolicy site, string prefix, HashSet<string> seen, List<string> missing)
    {
        AddFile(site, site.Spa, prefix + "Spa", seen, missing);
        for (int i = 0; i < site.ErrorPages.Length; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{prefix}ErrorPages:{i}:File");
            AddFile(site, site.ErrorPages[i].File, key, seen, missing);
        }
    }

    private static void AddFile(
        SitePolicy site, string file, string key, HashSet<string> seen, List<string> missing)
    {
        // Of what a host inherits with its root, the site above has told.
        string path = Path.Combine(site.RootFullPath, file);
        if (file.Length > 0 && !File.Exists(path) && seen.Add(path))
        {
            missing.Add($"{key} {OptionError.Quote(path)}");
        }
    }
}
