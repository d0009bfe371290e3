using System;

namespace ChainServe.Http;

/// <summary>
/// The request head of RFC 9112, read strictly, because a lenient reading is one that a proxy in front may not share:
/// 1. <see cref="HeadScanner"/> finds the end of the head and refuses what single bytes give away;
/// 2. the request line: method SP target SP version, nothing else;
/// 3. the header fields (<see cref="FieldParser"/>);
/// 4. what only the whole head can tell: Host, the body's framing, persistence.
/// </summary>
internal static class RequestParser
{
    /// <param name="bytes">All bytes of the connection from the beginning of this request on.</param>
    /// <param name="scannedLength">How many bytes there were in the last Incomplete call, else 0.</param>
    /// <param name="limits">The same limits in every call for a head.</param>
    /// <param name="request">Valid when Complete.</param>
    /// <param name="rejection">The reason when Rejected, else None.</param>
    public static ParseStatus Parse(
        ReadOnlySpan<byte> bytes,
        int scannedLength,
        in RequestLimits limits,
        out Request request,
        out RequestRejection rejection)
    {
        request = default;
        rejection = HeadScanner.Scan(bytes, scannedLength, limits, out int start, out int headLength);
        if (rejection != RequestRejection.None)
        {
            return ParseStatus.Rejected;
        }

        if (headLength == 0)
        {
            return ParseStatus.Incomplete;
        }

        ReadOnlySpan<byte> head = bytes[..headLength];
        request.HeadLength = headLength;
        int lineEnd = start + head[start..].IndexOf((byte)'\r');
        rejection = ParseRequestLine(head, start, lineEnd, ref request);
        if (rejection == RequestRejection.None)
        {
            rejection = FieldParser.Parse(head, lineEnd + 2, limits.HeaderCountMax, ref request);
        }

        return rejection == RequestRejection.None ? ParseStatus.Complete : ParseStatus.Rejected;
    }

    private static RequestRejection ParseRequestLine(
        ReadOnlySpan<byte> head,
        int start,
        int lineEnd,
        ref Request request)
    {
        ReadOnlySpan<byte> line = head[start..lineEnd];

        // The scanner has found the space behind the method.
        int methodLength = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> rest = line[(methodLength + 1)..];
        int targetLength = rest.IndexOf((byte)' ');
        if (targetLength <= 0)
        {
            // Two spaces, or the two words of HTTP/0.9.
            return RequestRejection.InvalidRequestLine;
        }

        ReadOnlySpan<byte> target = rest[..targetLength];
        if (target.ContainsAnyExcept(Grammar.TargetBytes))
        {
            return RequestRejection.InvalidTarget;
        }

        RequestRejection rejection = ParseVersion(rest[(targetLength + 1)..], out request.Version);
        if (rejection != RequestRejection.None)
        {
            return rejection;
        }

        ReadOnlySpan<byte> method = line[..methodLength];
        request.Method = HttpMethods.Parse(method);
        return TargetForm.Parse(method, target, start + methodLength + 1, ref request);
    }

    // HTTP-version = "HTTP/" DIGIT "." DIGIT, case-sensitive (RFC 9112 §2.3).
    private static RequestRejection ParseVersion(ReadOnlySpan<byte> text, out HttpVersion version)
    {
        version = HttpVersion.Http11;
        if (text.Length != 8
            || !text.StartsWith("HTTP/"u8)
            || !char.IsAsciiDigit((char)text[5])
            || text[6] != '.'
            || !char.IsAsciiDigit((char)text[7]))
        {
            return RequestRejection.InvalidRequestLine;
        }

        if (text[5] != '1')
        {
            return RequestRejection.UnsupportedVersion;
        }

        version = text[7] == '0' ? HttpVersion.Http10 : HttpVersion.Http11;
        return RequestRejection.None;
    }
}
