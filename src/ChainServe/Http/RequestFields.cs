using System;

namespace ChainServe.Http;

/// <summary>
/// The fields that the server acts on. A slice cannot tell an absent field from an empty one, and the difference
/// decides a precondition; a set of these can.
/// </summary>
[Flags]
internal enum RequestFields : uint
{
    None = 0,
    Host = 1 << 0,
    IfMatch = 1 << 1,
    IfNoneMatch = 1 << 2,
    IfModifiedSince = 1 << 3,
    IfUnmodifiedSince = 1 << 4,
    Range = 1 << 5,
    IfRange = 1 << 6,
    AcceptEncoding = 1 << 7,
    Connection = 1 << 8,
    ContentLength = 1 << 9,
    TransferEncoding = 1 << 10,
    Expect = 1 << 11,
    Accept = 1 << 12,
    Authorization = 1 << 13,
    Origin = 1 << 14,
    SecFetchMode = 1 << 15,
    Referer = 1 << 16,
    UserAgent = 1 << 17,
}
