using System;
using System.Buffers.Text;
using System.Text;

namespace ChainServe.Http;

/// <summary>The credentials of the Basic scheme (RFC 7617 §2): base64 of "name:password".</summary>
internal static class BasicCredentials
{
    /// <summary>Room that any accepted credentials fit in.</summary>
    public const int LengthMax = 384;

    /// <param name="authorization">The value of the field.</param>
    /// <param name="buffer">At least <see cref="LengthMax"/> bytes; name and password point into it.</param>
    /// <param name="name">Never with a colon.</param>
    /// <param name="password">What follows the first colon.</param>
    /// <returns>False for another scheme, bad base64, control bytes, and what is too long.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> authorization,
        Span<byte> buffer,
        out ReadOnlySpan<byte> name,
        out ReadOnlySpan<byte> password)
    {
        name = default;
        password = default;
        ReadOnlySpan<byte> scheme = "basic "u8;
        if (authorization.Length <= scheme.Length || !Ascii.EqualsIgnoreCase(authorization[..scheme.Length], scheme))
        {
            return false;
        }

        // DecodeFromUtf8 would skip white space inside.
        ReadOnlySpan<byte> token = Grammar.TrimWhitespace(authorization[scheme.Length..]);
        if (token.ContainsAny(" \t\r\n"u8)
            || Base64.DecodeFromUtf8(token, buffer[..LengthMax], out _, out int length)
                != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        ReadOnlySpan<byte> text = buffer[..length];
        int colon = text.IndexOf((byte)':');
        if (colon < 0 || text.ContainsAny(Grammar.LineBreakingBytes))
        {
            return false;
        }

        name = text[..colon];
        password = text[(colon + 1)..];
        return true;
    }
}
