using System;
using System.Buffers;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>
/// The form in which browsers send an origin (RFC 6454 §6.2): it is compared byte by byte, so that one with capitals,
/// a path or the port that the scheme implies would never match. "null" is nobody's, and everybody can send it.
/// </summary>
internal static class Origin
{
    // It stands in the heads of responses. A name of the DNS has at most 253 letters.
    private const int LengthMax = 270;

    private static readonly SearchValues<char> SchemeLetters =
        SearchValues.Create("+-.0123456789abcdefghijklmnopqrstuvwxyz");

    internal static bool IsValid(string origin)
    {
        int end = origin.IndexOf("://", StringComparison.Ordinal);
        if (origin.Length > LengthMax
            || end <= 0
            || !char.IsAsciiLetterLower(origin[0]) || origin.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            return false;
        }

        string scheme = origin[..end];
        string? usualPort = scheme switch { "http" => ":80", "https" => ":443", _ => null };
        string host = origin[(end + 3)..];
        return scheme.AsSpan().IndexOfAnyExcept(SchemeLetters) < 0
            && HostSyntax.IsValid(Encoding.UTF8.GetBytes(host))
            && !host.EndsWith(':')
            && (usualPort is null || !host.EndsWith(usualPort, StringComparison.Ordinal));
    }
}
