namespace ChainServe.Http;

/// <summary>The versions spoken. A higher minor version of major 1 is read as 1.1 (RFC 9110 §2.5).</summary>
internal enum HttpVersion : byte
{
    Http10 = 0,
    Http11 = 1,
}
