using System;
using System.Buffers;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// Redirects (RFC 9110 §15.4) and their Location. A path is encoded anew from its decoded form and begins with exactly
/// one slash, since "//host" would send the client elsewhere; no byte of it can end a line. A query is kept as sent.
/// </summary>
internal static class Redirect
{
    // RFC 3986 §2.3 unreserved, and the slash between segments.
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create(
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> HexDigits => "0123456789ABCDEF"u8;

    /// <summary>A bound for <see cref="WriteLocation"/>.</summary>
    public static int LocationLengthMax(ReadOnlySpan<byte> decodedPath, ReadOnlySpan<byte> query)
    {
        return 3 + (3 * (decodedPath.Length + query.Length));
    }

    /// <param name="destination">At least <see cref="LocationLengthMax"/> bytes.</param>
    /// <param name="decodedPath">Relative to the root, or with its slash.</param>
    /// <param name="query">As sent, without "?"; empty for none.</param>
    /// <returns>The length, or 0 when it does not fit.</returns>
    public static int WriteLocation(Span<byte> destination, ReadOnlySpan<byte> decodedPath, ReadOnlySpan<byte> query)
    {
        SpanWriter writer = new(destination);
        writer.Append((byte)'/');
        AppendPath(ref writer, decodedPath.TrimStart((byte)'/'));
        AppendQuery(ref writer, query, (byte)'?');
        return writer.Length;
    }

    /// <param name="destination">Where the response goes.</param>
    /// <param name="status">301, 302, 303, 307 or 308.</param>
    /// <param name="location">The value of Location.</param>
    /// <param name="date">Now, as an IMF-fixdate.</param>
    /// <param name="fieldLines">Further whole field lines.</param>
    /// <param name="keepAlive">Whether the connection goes on.</param>
    /// <param name="version">Of the request.</param>
    /// <returns>The length of the response, which has no body, or 0 when it does not fit.</returns>
    public static int Write(
        Span<byte> destination,
        int status,
        ReadOnlySpan<byte> location,
        ReadOnlySpan<byte> date,
        ReadOnlySpan<byte> fieldLines,
        bool keepAlive,
        HttpVersion version)
    {
        SpanWriter writer = new(destination);
        writer.Append(StatusLines.Of(status));
        writer.Append("Date: "u8);
        writer.Append(date);
        writer.Append("\r\nLocation: "u8);
        writer.Append(location);
        writer.Append("\r\nContent-Length: 0\r\n"u8);
        writer.Append(fieldLines);
        writer.Append(ResponseFields.Connection(keepAlive, version));
        writer.Append("\r\n"u8);
        return writer.Length;
    }

    /// <summary>Appends decoded bytes of a path, encoded.</summary>
    public static void AppendPath(ref SpanWriter writer, scoped ReadOnlySpan<byte> decoded)
    {
        AppendEncoded(ref writer, decoded, PathBytes);
    }

    /// <summary>Appends a query, unless it is empty.</summary>
    public static void AppendQuery(ref SpanWriter writer, scoped ReadOnlySpan<byte> query, byte mark)
    {
        if (!query.IsEmpty)
        {
            writer.Append(mark);
            AppendEncoded(ref writer, query, Grammar.TargetBytes);
        }
    }

    private static void AppendEncoded(ref SpanWriter writer, scoped ReadOnlySpan<byte> text, SearchValues<byte> kept)
    {
        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(kept);
            writer.Append(plain < 0 ? text : text[..plain]);
            if (plain < 0)
            {
                return;
            }

            byte value = text[plain];
            writer.Append((byte)'%');
            writer.Append(HexDigits[value >> 4]);
            writer.Append(HexDigits[value & 15]);
            text = text[(plain + 1)..];
        }
    }
}
