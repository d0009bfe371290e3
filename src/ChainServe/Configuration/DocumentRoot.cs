using System;
using System.Collections.Generic;
using System.IO;

namespace ChainServe.Configuration;

/// <summary>
/// Looks at the root before anything is started, so that the commonest mistake gets the clearest sentence.
/// </summary>
internal static class DocumentRoot
{
    /// <summary>Returns what is wrong with the root of the site without a name, with the cure, or null.</summary>
    /// <param name="options">The options.</param>
    /// <param name="advice">What to add to the cure.</param>
    internal static string? Describe(ServerOptions options, string advice = "")
    {
        return DescribeAt(options, "chainserve --root DIR" + advice);
    }

    /// <summary>Returns what is wrong with the root of a site, with the cure, or null.</summary>
    /// <param name="site">The site whose root it is.</param>
    /// <param name="place">How another one is given: <c>chainserve --root DIR</c>.</param>
    internal static string? DescribeAt(SitePolicy site, string place)
    {
        string path = site.RootFullPath;
        string shown = OptionError.Quote(path);
        if (!Path.Exists(path))
        {
            return $"the root {shown} does not exist; create it or give another directory: {place}.";
        }

        if (!Directory.Exists(path))
        {
            return $"the root {shown} is not a directory; give the directory that holds the files: "
                + $"{place}.";
        }

        try
        {
            // Opening is what needs the permission; nothing is read from the listing.
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(path).GetEnumerator();
            return null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return $"the root {shown} may not be read by this user; run chmod o+rx on it or start as its owner.";
        }
    }
}
