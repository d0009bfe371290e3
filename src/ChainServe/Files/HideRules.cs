using System;
using System.Collections.Generic;

namespace ChainServe.Files;

/// <summary>
/// Globs of what is answered as if it did not exist. One without a slash is a name, of a file or of a directory on the
/// way: "*.bak", "node_modules". One with a slash is a path from the root, and hides what lies below it.
/// </summary>
internal sealed class HideRules
{
    private readonly List<PathGlob> _names = [];
    private readonly List<PathGlob> _paths = [];

    public HideRules(IReadOnlyList<string> globs)
    {
        foreach (string glob in globs)
        {
            if (glob.Contains('/', StringComparison.Ordinal))
            {
                _paths.Add(new PathGlob("/" + glob.Trim('/')));
            }
            else
            {
                _names.Add(new PathGlob(glob));
            }
        }
    }

    public bool IsEmpty => _names.Count == 0 && _paths.Count == 0;

    /// <param name="path">Decoded, with its leading slash.</param>
    public bool Hides(ReadOnlySpan<byte> path)
    {
        if (IsEmpty)
        {
            return false;
        }

        int start = 1;
        while (start < path.Length)
        {
            int slash = path[start..].IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : start + slash;
            if (AnyMatches(_names, path[start..end]) || AnyMatches(_paths, path[..end]))
            {
                return true;
            }

            start = end + 1;
        }

        return false;
    }

    private static bool AnyMatches(List<PathGlob> globs, ReadOnlySpan<byte> text)
    {
        foreach (PathGlob glob in globs)
        {
            if (glob.Matches(text))
            {
                return true;
            }
        }

        return false;
    }
}
