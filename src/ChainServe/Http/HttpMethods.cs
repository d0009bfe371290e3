using System;

namespace ChainServe.Http;

/// <summary>Method tokens are case-sensitive (RFC 9110 §9.1), so that they are compared byte by byte.</summary>
internal static class HttpMethods
{
    /// <summary>No registered method is longer than 17 bytes; a longer token than this is refused with 501.</summary>
    public const int LengthMax = 32;

    public static HttpMethod Parse(ReadOnlySpan<byte> token)
    {
        if (token.SequenceEqual("GET"u8))
        {
            return HttpMethod.Get;
        }

        if (token.SequenceEqual("HEAD"u8))
        {
            return HttpMethod.Head;
        }

        return token.SequenceEqual("OPTIONS"u8) ? HttpMethod.Options : ParseRegistered(token);
    }

    // The IANA registry without the methods above, and without PRI, whose version is refused before its method.
    private static HttpMethod ParseRegistered(ReadOnlySpan<byte> token)
    {
        bool registered = token.Length switch
        {
            3 => token.SequenceEqual("PUT"u8) || token.SequenceEqual("ACL"u8),
            4 => token.SequenceEqual("POST"u8) || token.SequenceEqual("COPY"u8) || token.SequenceEqual("MOVE"u8)
                || token.SequenceEqual("LOCK"u8) || token.SequenceEqual("BIND"u8) || token.SequenceEqual("LINK"u8),
            5 => token.SequenceEqual("PATCH"u8) || token.SequenceEqual("TRACE"u8) || token.SequenceEqual("MKCOL"u8)
                || token.SequenceEqual("LABEL"u8) || token.SequenceEqual("MERGE"u8) || token.SequenceEqual("QUERY"u8),
            6 => token.SequenceEqual("DELETE"u8) || token.SequenceEqual("UNLOCK"u8) || token.SequenceEqual("SEARCH"u8)
                || token.SequenceEqual("REPORT"u8) || token.SequenceEqual("UPDATE"u8) || token.SequenceEqual("REBIND"u8)
                || token.SequenceEqual("UNBIND"u8) || token.SequenceEqual("UNLINK"u8),
            7 => token.SequenceEqual("CONNECT"u8) || token.SequenceEqual("CHECKIN"u8),
            8 => token.SequenceEqual("PROPFIND"u8) || token.SequenceEqual("CHECKOUT"u8),
            9 => token.SequenceEqual("PROPPATCH"u8),
            10 => token.SequenceEqual("MKACTIVITY"u8) || token.SequenceEqual("MKCALENDAR"u8)
                || token.SequenceEqual("ORDERPATCH"u8) || token.SequenceEqual("UNCHECKOUT"u8),
            11 => token.SequenceEqual("MKWORKSPACE"u8),
            13 => token.SequenceEqual("MKREDIRECTREF"u8),
            15 => token.SequenceEqual("VERSION-CONTROL"u8),
            16 => token.SequenceEqual("BASELINE-CONTROL"u8),
            17 => token.SequenceEqual("UPDATEREDIRECTREF"u8),
            _ => false,
        };
        return registered ? HttpMethod.Unsupported : HttpMethod.Unknown;
    }
}
