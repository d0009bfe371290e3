using System;

namespace ChainServe.Http;

/// <summary>
/// One parsed request head. Every slice is relative to the bytes that were parsed, leading empty lines included.
/// 1. A slice holds the first line of its field; <see cref="Present"/> says whether there was one at all.
/// 2. <see cref="Repeated"/> names the fields that came in several lines. Lists (If-Match, If-None-Match) are then read
///    with <see cref="FieldLines"/>, no line lost. A repeated single-valued field is not a valid value of its field;
///    the planner ignores it as the RFC has invalid dates and ranges ignored.
/// </summary>
internal struct Request
{
    public HttpMethod Method;
    public HttpVersion Version;
    public bool KeepAlive;
    public bool IsChunked;
    public bool ExpectsContinue;
    public RequestFields Present;
    public RequestFields Repeated;

    /// <summary>The bytes consumed: leading empty lines, request line, fields and the final empty line.</summary>
    public int HeadLength;

    /// <summary>0 when there is no Content-Length.</summary>
    public long ContentLength;

    /// <summary>
    /// Origin-form or "*". Of an absolute-form the part behind the authority, which may be empty or begin with "?".
    /// </summary>
    public HeadSlice Target;

    /// <summary>The Host field, or the authority of an absolute-form target (RFC 9112 §3.2.2).</summary>
    public HeadSlice Host;
    public HeadSlice IfMatch;
    public HeadSlice IfNoneMatch;
    public HeadSlice IfModifiedSince;
    public HeadSlice IfUnmodifiedSince;
    public HeadSlice Range;
    public HeadSlice IfRange;
    public HeadSlice AcceptEncoding;
    public HeadSlice Accept;
    public HeadSlice Authorization;
    public HeadSlice Origin;
    public HeadSlice SecFetchMode;
    public HeadSlice Referer;
    public HeadSlice UserAgent;

    /// <summary>Whether body bytes follow the head.</summary>
    public readonly bool HasBody => IsChunked || ContentLength > 0;

    public readonly bool Has(RequestFields field)
    {
        return (Present & field) != 0;
    }

    public readonly bool IsRepeated(RequestFields field)
    {
        return (Repeated & field) != 0;
    }

    /// <summary>The method token as sent, for the log.</summary>
    public static ReadOnlySpan<byte> MethodToken(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> line = head.TrimStart("\r\n"u8);
        int end = line.IndexOf((byte)' ');
        return end < 0 ? default : line[..end];
    }
}
