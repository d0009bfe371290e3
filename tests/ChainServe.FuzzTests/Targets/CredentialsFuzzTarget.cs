using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>Basic credentials: name and password are what the base64 of .NET gives, cut at the first colon. Bits behind
/// the last byte are 0 (RFC 4648 §3.5), so that one password has one form.</summary>
internal sealed partial class CredentialsFuzzTarget : FuzzTarget
{
    private readonly byte[] _buffer = new byte[BasicCredentials.LengthMax];

    public CredentialsFuzzTarget()
        : base("credentials")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "Basic ", "BASIC ", "basic  ", "Bearer ", "YTpi", "YTo=", "OmI=", "Og==", "YWI=", "YTpiOmM=", "AA==", "DQo6",
        "AAA6", "/////w==", "====", "=", "YTpi\tYTpi", "\t", " ", "-_", "w6k6w6k=", "YQ", "YR==",
        "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh",
    ];

    public override string Separators => " =A";

    public override int LengthMax => 600;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        _buffer.AsSpan().Fill(0xEE);
        bool isValid = BasicCredentials.TryParse(input, _buffer, out var name, out var password);
        byte[]? decoded = Decode(Naive.Text(input));
        int colon = decoded is null ? -1 : Array.IndexOf(decoded, (byte)':');
        if (colon < 0)
        {
            Require.True(!isValid, "these are no credentials");
            return false;
        }

        Require.True(isValid, "these are credentials");
        Require.Equal(decoded.AsSpan(0, colon), name, "the name");
        Require.Equal(decoded.AsSpan(colon + 1), password, "the password");
        return true;
    }

    private static byte[]? Decode(string text)
    {
        Match match = Scheme().Match(text);
        if (!match.Success || match.Groups[1].Length % 4 != 0)
        {
            return null;
        }

        byte[] decoded = new byte[text.Length];
        if (!Convert.TryFromBase64String(match.Groups[1].Value, decoded, out int length)
            || Convert.ToBase64String(decoded, 0, length) != match.Groups[1].Value
            || length > BasicCredentials.LengthMax
            || Control().IsMatch(Encoding.Latin1.GetString(decoded, 0, length)))
        {
            return null;
        }

        return decoded[..length];
    }

    [GeneratedRegex(@"\A[Bb][Aa][Ss][Ii][Cc] [ \t]*([A-Za-z0-9+/]*={0,2})[ \t]*\z")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"[\x00-\x08\x0A-\x1F\x7F]")]
    private static partial Regex Control();
}
