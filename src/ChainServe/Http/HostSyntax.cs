using System;
using System.Buffers;

namespace ChainServe.Http;

/// <summary>
/// uri-host [ ":" port ] (RFC 9110 §7.2, RFC 3986 §3.2.2). Stricter than the grammar in two points: the host is not
/// empty, because an http URI has one (RFC 9110 §4.2.1), and it holds no comma, because that is what a proxy makes of
/// two Host lines.
/// </summary>
internal static class HostSyntax
{
    private const int LengthMax = 255 + 6;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!$&'()*+-.;=_~%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > LengthMax)
        {
            return false;
        }

        int hostLength;
        if (text[0] == '[')
        {
            int close = text.IndexOf((byte)']');
            if (close < 3 || text[1..close].ContainsAnyExcept(AddressBytes) || !text[1..close].Contains((byte)':'))
            {
                return false;
            }

            hostLength = close + 1;
        }
        else
        {
            int end = text.IndexOfAnyExcept(NameBytes);
            hostLength = end < 0 ? text.Length : end;
            if (hostLength == 0 || !AreTripletsValid(text[..hostLength]))
            {
                return false;
            }
        }

        return hostLength == text.Length
            || (text[hostLength] == ':' && IsPortValid(text[(hostLength + 1)..]));
    }

    // The port may be empty (RFC 3986 §3.2.3).
    private static bool IsPortValid(ReadOnlySpan<byte> port)
    {
        if (port.Length > 5)
        {
            return false;
        }

        int value = 0;
        foreach (byte digit in port)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value <= 65535;
    }

    private static bool AreTripletsValid(ReadOnlySpan<byte> name)
    {
        int percent = name.IndexOf((byte)'%');
        while (percent >= 0)
        {
            name = name[percent..];
            if (name.Length < 3 || Grammar.HexDigit(name[1]) < 0 || Grammar.HexDigit(name[2]) < 0)
            {
                return false;
            }

            name = name[3..];
            percent = name.IndexOf((byte)'%');
        }

        return true;
    }
}
