using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The header fields of RFC 9112 §5: field-name ":" OWS field-value OWS, one per line. Unknown fields are checked for
/// their syntax and otherwise left alone.
/// </summary>
internal static class FieldParser
{
    /// <param name="head">A head whose lines the scanner has checked.</param>
    /// <param name="offset">Where the first field line begins.</param>
    /// <param name="countMax">The limit of fields.</param>
    /// <param name="request">Method, version, target and the host of an absolute-form are already there.</param>
    public static RequestRejection Parse(ReadOnlySpan<byte> head, int offset, int countMax, ref Request request)
    {
        BodyFraming framing = default;
        ConnectionTokens tokens = ConnectionTokens.None;
        int count = 0;
        while (true)
        {
            int length = head[offset..].IndexOf((byte)'\r');
            if (length == 0)
            {
                break;
            }

            if (++count > countMax)
            {
                return RequestRejection.TooManyHeaders;
            }

            ReadOnlySpan<byte> line = head.Slice(offset, length);
            int colon = line.IndexOf((byte)':');
            RequestRejection rejection = CheckName(line, colon);
            if (rejection != RequestRejection.None)
            {
                return rejection;
            }

            HeadSlice value = Trim(head, offset + colon + 1, offset + length);
            RequestFields field = FieldNames.Find(line[..colon]);
            if (field != RequestFields.None)
            {
                rejection = Accept(head, field, value, ref request, ref framing, ref tokens);
                if (rejection != RequestRejection.None)
                {
                    return rejection;
                }
            }

            offset += length + 2;
        }

        return Conclude(framing, tokens, ref request);
    }

    private static RequestRejection CheckName(ReadOnlySpan<byte> line, int colon)
    {
        if (colon < 0)
        {
            return RequestRejection.MissingColon;
        }

        ReadOnlySpan<byte> name = line[..colon];
        if (Grammar.IsToken(name))
        {
            return RequestRejection.None;
        }

        // RFC 9112 §5.1: no white space is allowed here, because proxies disagreed about it.
        return !name.IsEmpty && name[^1] is (byte)' ' or (byte)'\t'
            ? RequestRejection.WhitespaceBeforeColon
            : RequestRejection.InvalidFieldName;
    }

    private static HeadSlice Trim(ReadOnlySpan<byte> head, int from, int end)
    {
        while (from < end && head[from] is (byte)' ' or (byte)'\t')
        {
            from++;
        }

        while (end > from && head[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        return new HeadSlice(from, end - from);
    }

    private static RequestRejection Accept(
        ReadOnlySpan<byte> head,
        RequestFields field,
        HeadSlice value,
        ref Request request,
        ref BodyFraming framing,
        ref ConnectionTokens tokens)
    {
        bool isFirst = !request.Has(field);
        request.Present |= field;
        switch (field)
        {
            case RequestFields.Host:
                return AcceptHost(head, value, isFirst, ref request);
            case RequestFields.ContentLength:
                return isFirst ? framing.AcceptLength(value.Of(head)) : RequestRejection.DuplicateContentLength;
            case RequestFields.TransferEncoding:
                framing.AcceptTransferEncoding(value.Of(head), isFirst);
                return RequestRejection.None;
            case RequestFields.Connection:
                tokens |= ReadConnection(value.Of(head));
                return RequestRejection.None;
            case RequestFields.Expect:
                return AcceptExpect(value.Of(head), ref request);
            default:
                if (!isFirst)
                {
                    request.Repeated |= field;
                    return RequestRejection.None;
                }

                Keep(field, value, ref request);
                return RequestRejection.None;
        }
    }

    private static void Keep(RequestFields field, HeadSlice value, ref Request request)
    {
        switch (field)
        {
            case RequestFields.IfMatch:
                request.IfMatch = value;
                break;
            case RequestFields.IfNoneMatch:
                request.IfNoneMatch = value;
                break;
            case RequestFields.IfModifiedSince:
                request.IfModifiedSince = value;
                break;
            case RequestFields.IfUnmodifiedSince:
                request.IfUnmodifiedSince = value;
                break;
            case RequestFields.Range:
                request.Range = value;
                break;
            case RequestFields.IfRange:
                request.IfRange = value;
                break;
            case RequestFields.AcceptEncoding:
                request.AcceptEncoding = value;
                break;
            case RequestFields.Accept:
                request.Accept = value;
                break;
            case RequestFields.Authorization:
                request.Authorization = value;
                break;
            case RequestFields.Origin:
                request.Origin = value;
                break;
            case RequestFields.SecFetchMode:
                request.SecFetchMode = value;
                break;
            case RequestFields.Referer:
                request.Referer = value;
                break;
            default:
                request.UserAgent = value;
                break;
        }
    }

    // RFC 9112 §3.2: more than one Host line or an invalid value is 400, whatever the target's form.
    private static RequestRejection AcceptHost(
        ReadOnlySpan<byte> head,
        HeadSlice value,
        bool isFirst,
        ref Request request)
    {
        if (!isFirst)
        {
            return RequestRejection.DuplicateHost;
        }

        if (!HostSyntax.IsValid(value.Of(head)))
        {
            return RequestRejection.InvalidHost;
        }

        // The authority of an absolute-form wins (RFC 9112 §3.2.2).
        if (request.Host.IsEmpty)
        {
            request.Host = value;
        }

        return RequestRejection.None;
    }

    // RFC 9110 §10.1.1: an HTTP/1.0 client's 100-continue is ignored; any other expectation is 417. A comma in a quoted
    // parameter makes two elements of one, of which neither is known.
    private static RequestRejection AcceptExpect(ReadOnlySpan<byte> list, ref Request request)
    {
        while (Grammar.TryNextElement(ref list, out ReadOnlySpan<byte> expectation))
        {
            if (!Ascii.EqualsIgnoreCase(expectation, "100-continue"u8))
            {
                return RequestRejection.UnsupportedExpectation;
            }

            request.ExpectsContinue = request.Version == HttpVersion.Http11;
        }

        return RequestRejection.None;
    }

    private static ConnectionTokens ReadConnection(ReadOnlySpan<byte> list)
    {
        ConnectionTokens tokens = ConnectionTokens.None;
        while (Grammar.TryNextElement(ref list, out ReadOnlySpan<byte> token))
        {
            if (Ascii.EqualsIgnoreCase(token, "close"u8))
            {
                tokens |= ConnectionTokens.Close;
            }
            else if (Ascii.EqualsIgnoreCase(token, "keep-alive"u8))
            {
                tokens |= ConnectionTokens.KeepAlive;
            }
        }

        return tokens;
    }

    private static RequestRejection Conclude(in BodyFraming framing, ConnectionTokens tokens, ref Request request)
    {
        if (request.Version == HttpVersion.Http11 && !request.Has(RequestFields.Host))
        {
            return RequestRejection.MissingHost;
        }

        // RFC 9112 §9.3: close wins; 1.1 persists by default, 1.0 only when asked to.
        request.KeepAlive = (tokens & ConnectionTokens.Close) == 0
            && (request.Version == HttpVersion.Http11 || (tokens & ConnectionTokens.KeepAlive) != 0);
        return framing.Conclude(ref request);
    }
}
