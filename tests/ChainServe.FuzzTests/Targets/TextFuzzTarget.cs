using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;

namespace ChainServe.FuzzTests.Targets;

/// <summary>The texts of a configuration, each read by a rule and by a regular expression: a field line, a media type,
/// an origin, the host to bind, the name of a site, paths, the hash of a password.</summary>
internal sealed partial class TextFuzzTarget : FuzzTarget
{
    public TextFuzzTarget()
        : base("text")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "X-Frame-Options: DENY", "Content-Length: 1", "Vary", "Set-Cookie:", ":", ": ", "\r\n", "\n", "\0",
        "text/plain", "; charset=utf-8", ";a=\"b\\\"c;\"", "\"", "\\", ";", "=", "/", "https://example.org", "http://",
        "://", ":443", ":80", ":3000", "[::1]", "::", "0.0.0.0", "127.0.0.1", "localhost", "*.", ".", "-", "_", "a",
        "A", "%", "..", "/a/b", "//", "/./", "\u00e9", "\u200b", "\ud83d", "\u0085", "8080", "010.0.0.1",
        "fe80::1%eth0", "0x7f.1", "#", "?", " ", "\t", "xn--a",
    ];

    public override string Separators => ".:/;= ";

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        bool isLine = CheckLine(text);
        bool isType = Agree(MediaType().IsMatch(text) && text.Length <= 255, FieldSyntax.IsMediaType(text), "a type");
        bool isOrigin = Agree(IsOrigin(text), Origin.IsValid(text), "an origin");
        bool isSite = Agree(IsSite(text), SiteName.IsValid(text), "the name of a site");
        bool isPath = Agree(
            RequestPath().IsMatch(text) && !Control().IsMatch(text), PathSyntax.IsRequestPath(text), "a path");
        bool isFile = Agree(
            FilePath().IsMatch(text) && !Control().IsMatch(text) && text.Length <= 1000,
            PathSyntax.IsFileUnderRoot(text),
            "a file");
        return CheckHost(text) | isLine | isType | isOrigin | isSite | isPath | isFile;
    }

    private static bool Agree(bool expected, bool actual, string what)
    {
        Require.Equal(expected, actual, what);
        return actual;
    }

    // What is taken is one line of ASCII, and no field that the server writes.
    private static bool CheckLine(string text)
    {
        List<OptionError> errors = [];
        FieldValidator.CheckLine([text], 0, "Header:0", errors);
        Match line = FieldLine().Match(text);
        string name = line.Groups[1].Value;
        bool expected = line.Success && line.Groups[2].Value.Trim(' ').Length <= 4096 && !FieldSyntax.IsOwned(name);
        Require.Equal(expected, errors.Count == 0, "a field line");
        errors.ForEach(static error => Sentence.Check(error.ToString()));
        return expected;
    }

    // What is taken binds where it says, and nowhere else.
    private static bool CheckHost(string text)
    {
        if (!HostName.TryParse(text, out IPAddress? address))
        {
            Require.True(!IPv4().IsMatch(text) || !IPAddress.TryParse(text, out _), "an address is taken");
            return false;
        }

        bool isSame = text.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? address.Equals(IPAddress.Loopback)
            : IPAddress.Parse(text.Trim('[', ']')).Equals(address);
        Require.True(isSame, "the address of the text");
        return true;
    }

    private static bool IsOrigin(string text)
    {
        Match origin = WebOrigin().Match(text);
        string usual = origin.Groups[1].Value switch { "http" => "80", "https" => "443", _ => "-" };
        return origin.Success
            && text.Length <= 270
            && origin.Groups[2].Length <= 261
            && origin.Groups[3].Length is var digits && digits <= 5
            && (digits == 0 || int.Parse(origin.Groups[3].Value, null) <= 65535)
            && origin.Groups[3].Value != usual;
    }

    private static bool IsSite(string text)
    {
        Match name = Site().Match(text);
        return (name.Success && name.Groups[1].Length <= 253) || BracketedSite().IsMatch(text);
    }

    [GeneratedRegex(@"\A([!#$%&'*+.^_`|~0-9A-Za-z-]+):([ -~]*)\z")]
    private static partial Regex FieldLine();

    [GeneratedRegex(
        @"\A(?=[ -~]*\z)[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+"
        + @"(?: *; *[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|""(?:[^""\\]|\\.)*""))* *\z")]
    private static partial Regex MediaType();

    [GeneratedRegex(
        @"\A([a-z][a-z0-9+.-]*)://((?:\[(?=[0-9a-f:.]{2,}\])(?=[^\]]*:)[0-9a-f:.]+\]"
        + @"|(?:[!$&'()*+.;=_~0-9a-z-]|%[0-9a-f]{2})+)(?::([0-9]+))?)\z")]
    private static partial Regex WebOrigin();

    [GeneratedRegex(
        @"\A(?:\*\.)?((?=[^.]{1,63}(?:\.|\z))[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
        + @"(?:\.(?=[^.]{1,63}(?:\.|\z))[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*)\z")]
    private static partial Regex Site();

    [GeneratedRegex(@"\A(?=.{1,261}\z)\[(?=[^\]]*:)[0-9A-Fa-f:.]{2,}\]\z")]
    private static partial Regex BracketedSite();

    [GeneratedRegex(@"\A/(?:(?!\.{0,2}/)[^/%?#]*/)*(?!\.{1,2}\z)[^/%?#]*\z", RegexOptions.Singleline)]
    private static partial Regex RequestPath();

    [GeneratedRegex(@"\A(?:(?!\.{0,2}/)[^/]*/)*(?!\.{0,2}\z)[^/]*\z", RegexOptions.Singleline)]
    private static partial Regex FilePath();

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex Control();

    [GeneratedRegex(@"\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex IPv4();
}
