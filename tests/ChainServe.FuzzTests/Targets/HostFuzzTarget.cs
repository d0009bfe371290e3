using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>A host with or without a port: valid exactly when RFC 3986 says so, written as a regular expression.
/// </summary>
internal sealed partial class HostFuzzTarget : FuzzTarget
{
    public HostFuzzTarget()
        : base("host")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "a", "example.org", ":80", ":", ":65535", ":65536", ":080", ":00080", ":999999", "[::1]", "[", "]", "::", ".",
        "%41", "%", "%4", "%zz", "@", ",", "/", "\\", "?", "#", " ", "127.0.0.1", "-", "_", "~", "!$&'()*+;=", "\u00e9",
        "[v1.a]", "[::ffff:1.2.3.4]", "[:::]", "\0", "\t",
    ];

    public override string Separators => ".:";

    public override int LengthMax => 300;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Naive.Text(input);
        Match match = Host().Match(text);
        bool expected = match.Success
            && text.Length <= 261
            && match.Groups[1].Length <= 5
            && Port(match.Groups[1].Value) <= 65535;
        Require.Equal(expected, HostSyntax.IsValid(input), "a host");
        return expected;
    }

    private static int Port(string digits)
    {
        return digits.Length == 0 ? 0 : int.Parse(digits, null);
    }

    [GeneratedRegex(
        @"\A(?:\[(?:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+|[0-9A-Fa-f.]+:[0-9A-Fa-f:.]*)\]"
        + @"|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::([0-9]*))?\z")]
    private static partial Regex Host();
}
