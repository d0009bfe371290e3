using System;

namespace ChainServe.Http;

/// <summary>
/// Finds the end of a head and refuses, in byte order, everything that a single byte and its neighbours give away:
/// 1. up to two empty lines in front are skipped (RFC 9112 §2.2);
/// 2. the method must be token bytes, which also refuses a TLS hello or an HTTP/0.9 relic at their first byte;
/// 3. CR and LF stand only in pairs, no other control byte stands anywhere, no line begins with white space;
/// 4. the request line and the head keep their limits.
/// A verdict depends only on the bytes up to its place. That is why a head that arrives byte by byte gets the same
/// answer as one that arrives whole, although bytes seen before are not looked at again.
/// </summary>
internal static class HeadScanner
{
    private const int LeadingEmptyLinesMax = 2;

    // A verdict on a CRLF looks at the two bytes before it and the one behind it.
    private const int RescanLength = 3;

    /// <param name="bytes">All bytes received so far.</param>
    /// <param name="scannedLength">How many of them an earlier call has seen without refusing them.</param>
    /// <param name="limits">The limits of a head.</param>
    /// <param name="start">Where the request line begins.</param>
    /// <param name="headLength">The length of a complete head, else 0.</param>
    public static RequestRejection Scan(
        ReadOnlySpan<byte> bytes,
        int scannedLength,
        in RequestLimits limits,
        out int start,
        out int headLength)
    {
        headLength = 0;
        ReadOnlySpan<byte> view = bytes[..Math.Min(bytes.Length, limits.HeadLengthMax)];
        RequestRejection rejection = SkipEmptyLines(view, out start);
        if (rejection == RequestRejection.None && scannedLength <= start + HttpMethods.LengthMax)
        {
            rejection = CheckMethod(view[start..]);
        }

        if (rejection != RequestRejection.None)
        {
            return rejection;
        }

        int from = Math.Max(start, scannedLength - RescanLength);
        int lineLimit = start + limits.RequestLineLengthMax + 2;
        if (scannedLength < lineLimit)
        {
            ReadOnlySpan<byte> first = view[..Math.Min(view.Length, lineLimit)];
            rejection = ScanLines(first, start, from, out headLength);
            if (rejection != RequestRejection.None || headLength > 0)
            {
                return rejection;
            }

            if (first.Length == lineLimit && !first[start..].Contains((byte)'\n'))
            {
                return RequestRejection.RequestLineTooLong;
            }

            from = Math.Max(from, lineLimit - RescanLength);
        }

        if (view.Length > lineLimit)
        {
            rejection = ScanLines(view, start, from, out headLength);
            if (rejection != RequestRejection.None || headLength > 0)
            {
                return rejection;
            }
        }

        return view.Length == limits.HeadLengthMax ? RequestRejection.HeadTooLarge : RequestRejection.None;
    }

    private static RequestRejection SkipEmptyLines(ReadOnlySpan<byte> view, out int start)
    {
        start = 0;
        for (int line = 0; line < LeadingEmptyLinesMax; line++)
        {
            if (start >= view.Length || view[start] != '\r')
            {
                break;
            }

            if (start + 1 == view.Length)
            {
                return RequestRejection.None;
            }

            if (view[start + 1] != '\n')
            {
                return RequestRejection.BareCarriageReturn;
            }

            start += 2;
        }

        return RequestRejection.None;
    }

    private static RequestRejection CheckMethod(ReadOnlySpan<byte> line)
    {
        // A lone CR at the end may be the first half of an empty line.
        if (line.IsEmpty || (line.Length == 1 && line[0] == '\r'))
        {
            return RequestRejection.None;
        }

        ReadOnlySpan<byte> window = line[..Math.Min(line.Length, HttpMethods.LengthMax + 1)];
        int end = window.IndexOfAnyExcept(Grammar.TokenBytes);
        if (end < 0)
        {
            return window.Length > HttpMethods.LengthMax ? RequestRejection.MethodTooLong : RequestRejection.None;
        }

        return end > 0 && window[end] == ' ' ? RequestRejection.None : RequestRejection.InvalidMethod;
    }

    private static RequestRejection ScanLines(ReadOnlySpan<byte> view, int start, int from, out int headLength)
    {
        headLength = 0;
        while (true)
        {
            int found = view[from..].IndexOfAny(Grammar.LineBreakingBytes);
            if (found < 0)
            {
                return RequestRejection.None;
            }

            int at = from + found;
            if (view[at] == '\n')
            {
                // Only a scan that was resumed between CR and LF meets the second half of a pair.
                if (at == start || view[at - 1] != '\r')
                {
                    return RequestRejection.BareLineFeed;
                }

                from = at + 1;
                continue;
            }

            if (view[at] != '\r')
            {
                return RequestRejection.ControlByte;
            }

            if (at + 1 == view.Length)
            {
                return RequestRejection.None;
            }

            if (view[at + 1] != '\n')
            {
                return RequestRejection.BareCarriageReturn;
            }

            if (at >= start + 2 && view[at - 1] == '\n' && view[at - 2] == '\r')
            {
                headLength = at + 2;
                return RequestRejection.None;
            }

            if (at + 2 < view.Length && view[at + 2] is (byte)' ' or (byte)'\t')
            {
                return RequestRejection.ObsoleteFold;
            }

            from = at + 2;
        }
    }
}
