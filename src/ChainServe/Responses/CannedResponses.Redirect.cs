using System;
using System.Buffers;
using ChainServe.Http;

namespace ChainServe.Responses;

// Redirects to a directory's address with its slash. The Location is a path from the root, built from the decoded path
// and encoded anew: it begins with exactly one slash, since "//host" would send the client elsewhere, and no byte of it
// can end a line.
internal static partial class CannedResponses
{
    // RFC 3986 §2.3 unreserved, and the slash between segments.
    private static readonly SearchValues<byte> RedirectPathBytes = SearchValues.Create(
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> HexDigits => "0123456789ABCDEF"u8;

    /// <summary>A bound for <see cref="WriteRedirect"/>.</summary>
    public static int RedirectLengthMax(ReadOnlySpan<byte> decodedPath, ReadOnlySpan<byte> query)
    {
        return 256 + (3 * (decodedPath.Length + query.Length));
    }

    /// <param name="destination">At least <see cref="RedirectLengthMax"/> bytes.</param>
    /// <param name="status">301, 302, 307 or 308.</param>
    /// <param name="decodedPath">What RequestTarget.Decode wrote; a slash is added when it ends without one.</param>
    /// <param name="query">The query as sent, without "?"; it is kept.</param>
    /// <param name="date">Now, as an IMF-fixdate.</param>
    /// <param name="keepAlive">Whether the connection goes on.</param>
    /// <param name="version">Of the request.</param>
    /// <returns>The length of the response, which has no body, or 0 when it does not fit.</returns>
    public static int WriteRedirect(
        Span<byte> destination,
        int status,
        ReadOnlySpan<byte> decodedPath,
        ReadOnlySpan<byte> query,
        ReadOnlySpan<byte> date,
        bool keepAlive,
        HttpVersion version)
    {
        SpanWriter writer = new(destination);
        writer.Append(StatusLines.Of(status));
        writer.Append("Date: "u8);
        writer.Append(date);
        writer.Append("\r\nLocation: /"u8);
        ReadOnlySpan<byte> path = decodedPath.TrimStart((byte)'/');
        AppendEncoded(ref writer, path, RedirectPathBytes);
        if (!path.IsEmpty && path[^1] != '/')
        {
            writer.Append((byte)'/');
        }

        if (!query.IsEmpty)
        {
            writer.Append((byte)'?');
            AppendEncoded(ref writer, query, Grammar.TargetBytes);
        }

        writer.Append("\r\nContent-Length: 0\r\n"u8);
        writer.Append(ResponseFields.Connection(keepAlive, version));
        writer.Append("\r\n"u8);
        return writer.Length;
    }

    private static void AppendEncoded(ref SpanWriter writer, ReadOnlySpan<byte> text, SearchValues<byte> kept)
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
