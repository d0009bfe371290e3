using System;
using System.Buffers;

namespace ChainServe.Http;

/// <summary>The byte classes of RFC 9110 §5.6 and RFC 3986, in the form that the vectorised searches take.</summary>
internal static class Grammar
{
    /// <summary>tchar (RFC 9110 §5.6.2).</summary>
    public static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Everything that may not stand inside a line: C0 controls without HTAB, and DEL; CR and LF among them.
    /// </summary>
    public static readonly SearchValues<byte> LineBreakingBytes = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 127,
    ]);

    /// <summary>
    /// Visible ASCII without "#". RFC 3986 excludes a few of them (such as "|"), but user agents send those raw, and
    /// none of them has a second reading here. A fragment is never sent (RFC 9112 §3.2).
    /// </summary>
    public static readonly SearchValues<byte> TargetBytes = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    public static bool IsToken(ReadOnlySpan<byte> text)
    {
        return !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);
    }

    /// <summary>Optional white space (RFC 9110 §5.6.3) off both ends.</summary>
    public static ReadOnlySpan<byte> TrimWhitespace(ReadOnlySpan<byte> text)
    {
        return text.Trim(" \t"u8);
    }

    /// <summary>The value of a hexadecimal digit, or −1.</summary>
    public static int HexDigit(byte digit)
    {
        if (digit is >= (byte)'0' and <= (byte)'9')
        {
            return digit - '0';
        }

        int lower = digit | 0x20;
        return lower is >= 'a' and <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// <summary>
    /// Takes the next element of a comma-separated list (RFC 9110 §5.6.1), trimmed; false at its end.
    /// </summary>
    public static bool TryNextElement(scoped ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> element)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            element = TrimWhitespace(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
            if (!element.IsEmpty)
            {
                return true;
            }
        }

        element = default;
        return false;
    }
}
