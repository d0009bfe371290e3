using System;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>Field lines that several writers share.</summary>
internal static class ResponseFields
{
    public static ReadOnlySpan<byte> NoSniff => "X-Content-Type-Options: nosniff\r\n"u8;

    /// <summary>
    /// What has to be said of persistence (RFC 9112 §9.3, §9.6): nothing when a 1.1 connection goes on.
    /// </summary>
    public static ReadOnlySpan<byte> Connection(bool keepAlive, HttpVersion version)
    {
        if (!keepAlive)
        {
            return "Connection: close\r\n"u8;
        }

        return version == HttpVersion.Http10 ? "Connection: keep-alive\r\n"u8 : default;
    }
}
