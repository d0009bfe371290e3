using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Files;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// A glob in the first line and a path in the second: they match when a table of all beginnings of both says so. As a
/// rule that hides, the glob hides the path itself and everything below it.
/// </summary>
internal sealed class GlobFuzzTarget : FuzzTarget
{
    public GlobFuzzTarget()
        : base("glob")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "*", "**", "/**/", "/*", "?", "/", "a", "b", "ab", "*.js", ".js", "\n", "/a/b/c", "***", "**/", "/**", "a*a*a*",
        "aaaaaaaa", "[a]", "\\", "\u00e9",
    ];

    public override string Separators => "/\n*";

    public override int LengthMax => 96;

    public override long DefaultInputs => 2_000;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        int end = input.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        string pattern = Encoding.UTF8.GetString(input[..end]);
        ReadOnlySpan<byte> path = input[(end + 1)..];
        byte[] bytes = Encoding.UTF8.GetBytes(pattern);
        bool expected = Matches(bytes, path);
        Require.Equal(expected, new PathGlob(pattern).Matches(path), "the glob matches");
        CheckHiding(pattern, path);
        return expected;
    }

    private static void CheckHiding(string pattern, ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[0] != '/' || pattern.Length == 0)
        {
            return;
        }

        string[] names = Naive.Text(path[1..]).Split('/');
        bool isName = !pattern.Contains('/', StringComparison.Ordinal);
        byte[] glob = Encoding.UTF8.GetBytes(isName ? pattern : "/" + pattern.Trim('/'));
        bool expected = false;
        string above = "";
        for (int index = 0; index < names.Length; index++)
        {
            // Behind the last slash stands no name.
            above += "/" + names[index];
            bool isThere = index < names.Length - 1 || names[index].Length > 0;
            expected |= isThere && Matches(glob, Encoding.Latin1.GetBytes(isName ? names[index] : above));
        }

        Require.Equal(expected, new HideRules([pattern]).Hides(path), "the path is hidden");
    }

    // matches[i, j]: the glob from i on matches the path from j on.
    private static bool Matches(ReadOnlySpan<byte> glob, ReadOnlySpan<byte> path)
    {
        bool[,] matches = new bool[glob.Length + 4, path.Length + 2];
        matches[glob.Length, path.Length] = true;
        for (int at = glob.Length - 1; at >= 0; at--)
        {
            bool isDeep = glob[at..].StartsWith("**"u8);
            bool isWhole = isDeep && glob[at..].StartsWith("**/"u8) && (at == 0 || glob[at - 1] == '/');
            for (int from = path.Length; from >= 0; from--)
            {
                matches[at, from] = glob[at] switch
                {
                    _ when isWhole => matches[at + 3, from] || FromNextName(matches, at, path, from),
                    _ when isDeep => matches[at + 2, from] || (from < path.Length && matches[at, from + 1]),
                    (byte)'*' => matches[at + 1, from]
                        || (from < path.Length && path[from] != '/' && matches[at, from + 1]),
                    byte letter => from < path.Length && matches[at + 1, from + 1]
                        && (letter == path[from] || (letter == '?' && path[from] != '/')),
                };
            }
        }

        return matches[0, 0];
    }

    private static bool FromNextName(bool[,] matches, int at, ReadOnlySpan<byte> path, int from)
    {
        int slash = path[from..].IndexOf((byte)'/');
        return slash >= 0 && matches[at, from + slash + 1];
    }
}
