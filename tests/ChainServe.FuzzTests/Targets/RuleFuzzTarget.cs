using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// Redirects and rewrites; an input is the pattern, where it leads, a target and a query, a line each. 1. What the
/// configuration takes can be used. 2. A pattern captures what a regular expression captures. 3. A Location is one line
/// of ASCII, and names no other host than its rule. 4. A rewritten path has no dots and no empty names.
/// </summary>
internal sealed partial class RuleFuzzTarget : FuzzTarget
{
    private readonly byte[] _path = new byte[1024];
    private readonly byte[] _written = new byte[2048];

    public RuleFuzzTarget()
        : base("rule")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "/", "/*", "/:a", "/:b", "/:a/:a", ":splat", "/:splat", "/:a/:b/:splat", "*", ":", "/a/b", "//", "\\", "/\\",
        "http://h", "https://h.example/", "http://:a", "http://a:1/", "?q=1", "#f", "#", "?", ".", "..", "/../", "/./",
        "%2f", "%2e", "%0d%0a", "%5c", "%00", "\n", "\n\n", "\u00e9", " ", "/:a2", "/:2", ":a_b", "@evil",
        "/evil.example", "%ff", "'", "\"", "<", "/x/", "x/y",
    ];

    public override string Separators => "\n/:";

    public override int LengthMax => 160;

    public override long DefaultInputs => 1_500;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n');
        if (lines.Length < 3)
        {
            return false;
        }

        byte[] target = Encoding.Latin1.GetBytes(Naive.Text(Encoding.UTF8.GetBytes(lines[2])));
        string query = lines.Length > 3 && !lines[3].AsSpan().ContainsAnyExceptInRange('!', '~') ? lines[3] : "";
        TargetStatus status = RequestTarget.Decode(target, _path.AsSpan(1), out int length, out _);
        _path[0] = (byte)'/';
        if (status != TargetStatus.Path)
        {
            return false;
        }

        ReadOnlySpan<byte> path = _path.AsSpan(0, length + 1);
        bool isPattern = CheckPattern(lines[0], path);
        bool isRedirect = CheckRedirect(lines[0], lines[1], path, Encoding.ASCII.GetBytes(query));
        bool isRewrite = CheckRewrite(lines[0], lines[1], path);
        return isPattern && (isRedirect || isRewrite);
    }

    private static bool CheckPattern(string from, ReadOnlySpan<byte> path)
    {
        PathPattern? pattern = Make(() => new PathPattern(from));
        if (pattern is null)
        {
            return false;
        }

        string[] segments = Naive.Text(Encoding.UTF8.GetBytes(from))[1..].Split('/');
        Regex naive = new(
            $"\\A{string.Concat(segments.Select(ToExpression))}\\z",
            RegexOptions.Singleline | RegexOptions.CultureInvariant);
        Match expected = naive.Match(Naive.Text(path));
        Range[] captures = new Range[PathPattern.CapturesMax];
        Require.Equal(expected.Success, pattern.TryMatch(path, captures), "the pattern matches");
        for (int index = 0; expected.Success && index < pattern.Names.Count; index++)
        {
            Require.Equal(expected.Groups[index + 1].Value, Naive.Text(path[captures[index]]), "a capture");
        }

        return expected.Success;
    }

    private static string ToExpression(string segment)
    {
        return segment == "*" ? "(?:/(.*)|())" : segment.StartsWith(':') ? "/([^/]+)" : "/" + Regex.Escape(segment);
    }

    private bool CheckRedirect(string from, string to, ReadOnlySpan<byte> path, byte[] query)
    {
        RedirectRules rules = new();
        bool isTaken = IsTaken(new ServerOptions { Redirects = [new RedirectRule { From = from, To = to }] });
        bool isMade = Make(() => { rules.Add(from, to, 308); return rules; }) is not null;
        Require.True(isMade || !isTaken, "a redirect that the configuration takes can be used");
        if (!isTaken || !rules.TryMatch(path, query, _written, out int length, out int status))
        {
            return false;
        }

        Require.Equal(308, status, "the status");
        string location = Naive.Text(_written.AsSpan(0, length));
        Require.True(length > 0, "there is room for a short address");
        Require.True(!location.AsSpan().ContainsAnyExceptInRange('!', '~'), "a Location is visible ASCII");
        Require.True(!location.Contains('\\', StringComparison.Ordinal) || query.Length > 0, "no backslash");
        if (to.StartsWith('/'))
        {
            Require.True(location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal), "this host");
        }
        else
        {
            Require.Equal(Authority().Match(to).Value, Authority().Match(location).Value, "the host of the rule");
        }

        // What does not fit is said, and not cut.
        Require.True(rules.TryMatch(path, query, _written.AsSpan(0, length - 1), out int cut, out _), "still a match");
        Require.Equal(0, cut, "no room for the whole, nothing at all");
        return true;
    }

    private bool CheckRewrite(string from, string to, ReadOnlySpan<byte> path)
    {
        RewriteRules rules = new();
        bool isTaken = IsTaken(new ServerOptions { Rewrites = [new RewriteRule { From = from, To = to }] });
        bool isMade = Make(() => { rules.Add(from, to); return rules; }) is not null;
        Require.True(isMade || !isTaken, "a rewrite that the configuration takes can be used");
        if (!isTaken || !rules.TryMatch(path, _written, out int length))
        {
            return false;
        }

        string rewritten = Naive.Text(_written.AsSpan(0, length));
        string[] names = rewritten.Split('/');
        Require.True(names.Length > 1 && names[0].Length == 0, "a path begins with its slash");
        Require.True(!names.AsSpan(1, names.Length - 2).Contains(""), "no name is empty");
        Require.True(!names.Contains(".") && !names.Contains(".."), "no name leads elsewhere");
        Require.True(!rewritten.Contains('\0', StringComparison.Ordinal), "no NUL");
        return true;
    }

    private static bool IsTaken(ServerOptions options)
    {
        return options.Validate().Count == 0;
    }

    private static T? Make<T>(Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (ArgumentException exception)
        {
            Require.True(exception.Message.Length > 10, "a reason is given");
            return null;
        }
    }

    [GeneratedRegex(@"\Ahttps?://[^/?#]*")]
    private static partial Regex Authority();
}
