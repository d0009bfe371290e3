using System;
using System.Collections.Generic;

namespace ChainServe.Responses;

/// <summary>
/// Rewrites by pattern: another path inside the site, which the client does not see. The first rule that matches wins,
/// and what it leads to is not rewritten again.
/// </summary>
internal sealed class RewriteRules
{
    private readonly List<(PathPattern From, PathTemplate To)> _rules = [];

    public int Count => _rules.Count;

    /// <exception cref="ArgumentException">The rule cannot be read; the message says why.</exception>
    public void Add(string from, string to)
    {
        PathPattern pattern = new(from);
        bool hasDots = Array.Exists(to.Split('/'), static segment => segment is "." or "..");
        if (!to.StartsWith('/') || to.AsSpan().IndexOfAny('?', '#') >= 0 || hasDots)
        {
            throw new ArgumentException("a rewrite leads to a path of the site, without query, '.' and '..'");
        }

        _rules.Add((pattern, new PathTemplate(to, pattern.Names, isEncoded: false)));
    }

    /// <param name="path">Decoded, with its leading slash.</param>
    /// <param name="destination">Room for the new path, decoded, with its leading slash.</param>
    /// <param name="length">Its length; 0 when a rule matched and its path does not fit.</param>
    public bool TryMatch(ReadOnlySpan<byte> path, Span<byte> destination, out int length)
    {
        Span<Range> captures = stackalloc Range[PathPattern.CapturesMax];
        foreach ((PathPattern from, PathTemplate to) in _rules)
        {
            if (from.TryMatch(path, captures))
            {
                SpanWriter writer = new(destination);
                to.Append(ref writer, path, captures, encodes: false);
                length = MergeSlashes(destination[..writer.Length]);
                if (!HasDotSegment(destination[..length]))
                {
                    return true;
                }
            }
        }

        length = 0;
        return false;
    }

    // An empty capture between two slashes leaves "//", which a rule for "/" would not know again.
    private static int MergeSlashes(Span<byte> path)
    {
        int length = 0;
        foreach (byte value in path)
        {
            if (value != '/' || length == 0 || path[length - 1] != '/')
            {
                path[length++] = value;
            }
        }

        return length;
    }

    private static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        return path.IndexOf("/./"u8) >= 0 || path.IndexOf("/../"u8) >= 0
            || path.EndsWith("/."u8) || path.EndsWith("/.."u8);
    }
}
