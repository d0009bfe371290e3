using System;
using System.Text;

namespace ChainServe.Files;

/// <summary>
/// A pattern over a decoded path with its leading slash. "*" is any run within a segment, "?" one byte of one, "**" any
/// run across segments; "/**/" is also one slash, so that "/**/*.js" is every script. Letters have case.
/// Matching takes at most the product of both lengths, whatever the pattern.
/// </summary>
internal sealed class PathGlob
{
    private const byte Any = (byte)'*';

    private readonly byte[] _pattern;

    public PathGlob(string pattern)
    {
        _pattern = Encoding.UTF8.GetBytes(pattern);
    }

    public bool Matches(ReadOnlySpan<byte> path)
    {
        return Matches(_pattern, path);
    }

    // The usual backtracking over the last star, once for "*" and once for "**": a later star never needs an earlier
    // one of its kind again.
    private static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> path)
    {
        int at = 0;
        int next = 0;
        int star = -1;
        int starPath = 0;
        int deep = -1;
        int deepPath = 0;
        while (true)
        {
            if (next < pattern.Length && IsDeep(pattern, next))
            {
                deep = next;
                deepPath = at;
                star = -1;
                next = AfterDeep(pattern, next);
                continue;
            }

            if (next < pattern.Length && pattern[next] == Any)
            {
                star = next++;
                starPath = at;
                continue;
            }

            if (at == path.Length && next == pattern.Length)
            {
                return true;
            }

            if (at < path.Length && next < pattern.Length
                && (pattern[next] == path[at] || (pattern[next] == '?' && path[at] != '/')))
            {
                at++;
                next++;
                continue;
            }

            if (star >= 0 && starPath < path.Length && path[starPath] != '/')
            {
                at = ++starPath;
                next = star + 1;
            }
            else if (deep >= 0 && TryAdvance(pattern, deep, path, ref deepPath))
            {
                star = -1;
                at = deepPath;
                next = AfterDeep(pattern, deep);
            }
            else
            {
                return false;
            }
        }
    }

    private static bool IsDeep(ReadOnlySpan<byte> pattern, int index)
    {
        return pattern[index..].StartsWith("**"u8);
    }

    // "**/" stands for whole segments, none of them included.
    private static int AfterDeep(ReadOnlySpan<byte> pattern, int deep)
    {
        return IsWhole(pattern, deep) ? deep + 3 : deep + 2;
    }

    private static bool IsWhole(ReadOnlySpan<byte> pattern, int deep)
    {
        return (deep == 0 || pattern[deep - 1] == '/') && deep + 2 < pattern.Length && pattern[deep + 2] == '/';
    }

    private static bool TryAdvance(ReadOnlySpan<byte> pattern, int deep, ReadOnlySpan<byte> path, ref int deepPath)
    {
        if (deepPath >= path.Length)
        {
            return false;
        }

        if (!IsWhole(pattern, deep))
        {
            deepPath++;
            return true;
        }

        int slash = path[deepPath..].IndexOf((byte)'/');
        deepPath += slash + 1;
        return slash >= 0;
    }
}
