using System;
using System.Collections.Generic;
using System.Text;

namespace ChainServe.Responses;

/// <summary>
/// A path with captures: ":name" is one segment, "*" at the end is whatever follows, perhaps nothing: "/blog/*" matches
/// "/blog/" and "/blog/a/b", and "/blog" too, as the address of the same place. Everything else is literal.
/// </summary>
internal sealed class PathPattern
{
    internal const int CapturesMax = 8;

    private readonly byte[][] _segments;
    private readonly bool _hasRest;

    /// <param name="pattern">Begins with a slash.</param>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    public PathPattern(string pattern)
    {
        if (!pattern.StartsWith('/'))
        {
            throw new ArgumentException("a pattern begins with '/'");
        }

        List<string> names = [];
        List<byte[]> segments = [];
        string[] parts = pattern[1..].Split('/');
        for (int index = 0; index < parts.Length; index++)
        {
            string part = parts[index];
            if (part == "*" && index == parts.Length - 1)
            {
                _hasRest = true;
                names.Add("splat");
                break;
            }

            if (part.Contains('*', StringComparison.Ordinal))
            {
                throw new ArgumentException("'*' stands alone at the end");
            }

            if (part.StartsWith(':'))
            {
                AddName(names, part[1..]);
            }

            segments.Add(Encoding.UTF8.GetBytes(part));
        }

        if (names.Count > CapturesMax)
        {
            throw new ArgumentException($"a pattern has at most {CapturesMax} captures");
        }

        _segments = [.. segments];
        Names = names;
    }

    /// <summary>The captures in order; "splat" is that of "*".</summary>
    public IReadOnlyList<string> Names { get; }

    /// <param name="path">Decoded, with its leading slash.</param>
    /// <param name="captures">Where each capture stands in the path; room for <see cref="CapturesMax"/>.</param>
    public bool TryMatch(ReadOnlySpan<byte> path, Span<Range> captures)
    {
        int captured = 0;
        int offset = 1;
        for (int index = 0; index < _segments.Length; index++)
        {
            if (offset > path.Length)
            {
                return false;
            }

            int slash = path[offset..].IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : offset + slash;
            ReadOnlySpan<byte> expected = _segments[index];
            if (expected.Length > 0 && expected[0] == ':')
            {
                if (end == offset)
                {
                    return false;
                }

                captures[captured++] = offset..end;
            }
            else if (!path[offset..end].SequenceEqual(expected))
            {
                return false;
            }

            offset = end + 1;
        }

        if (_hasRest)
        {
            int start = Math.Min(offset, path.Length);
            captures[captured] = start..path.Length;
            return true;
        }

        return offset == path.Length + 1;
    }

    private static void AddName(List<string> names, string name)
    {
        bool isName = name.Length > 0 && name != "splat" && !names.Contains(name);
        foreach (char letter in name)
        {
            isName &= char.IsAsciiLetterOrDigit(letter) || letter == '_';
        }

        if (!isName)
        {
            throw new ArgumentException(
                $"':{name}' is no capture: a name of letters, digits and '_' that occurs once, and not 'splat'");
        }

        names.Add(name);
    }
}
