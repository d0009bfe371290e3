using System;

namespace ChainServe.Connections;

/// <summary>
/// What the access log keeps of a request until its response has ended: the receive buffer goes back long before. Texts
/// longer than anybody reads are cut. Reused by the worker; only there when there is an access log.
/// </summary>
internal sealed class RequestRecord
{
    private const int RequestLineMax = 2048;
    private const int FieldMax = 1024;
    private const int HostMax = 256;
    private const int UserMax = 256;
    private const int UserOffset = RequestLineMax + HostMax + (2 * FieldMax);

    private readonly byte[] _bytes = new byte[UserOffset + UserMax];
    private int _requestLine;
    private int _host;
    private int _referer;
    private int _userAgent;
    private int _user;

    internal ReadOnlySpan<byte> RequestLine => _bytes.AsSpan(0, _requestLine);

    internal ReadOnlySpan<byte> Host => _bytes.AsSpan(RequestLineMax, _host);

    internal ReadOnlySpan<byte> Referer => _bytes.AsSpan(RequestLineMax + HostMax, _referer);

    internal ReadOnlySpan<byte> UserAgent => _bytes.AsSpan(RequestLineMax + HostMax + FieldMax, _userAgent);

    /// <summary>Whose password was right; empty when nobody's was checked, or it was wrong.</summary>
    internal ReadOnlySpan<byte> User => _bytes.AsSpan(UserOffset, _user);

    /// <summary>When the head was complete, in monotonic microseconds.</summary>
    internal long StartMicroseconds { get; private set; }

    internal void Keep(
        ReadOnlySpan<byte> requestLine,
        ReadOnlySpan<byte> host,
        ReadOnlySpan<byte> referer,
        ReadOnlySpan<byte> userAgent,
        long nowMicroseconds)
    {
        _requestLine = Copy(requestLine, 0, RequestLineMax);
        _host = Copy(host, RequestLineMax, HostMax);
        _referer = Copy(referer, RequestLineMax + HostMax, FieldMax);
        _userAgent = Copy(userAgent, RequestLineMax + HostMax + FieldMax, FieldMax);
        _user = 0;
        StartMicroseconds = nowMicroseconds;
    }

    /// <summary>Keeps the name of somebody whose password was right.</summary>
    internal void KeepUser(ReadOnlySpan<byte> name)
    {
        _user = Copy(name, UserOffset, UserMax);
    }

    private int Copy(ReadOnlySpan<byte> text, int offset, int lengthMax)
    {
        ReadOnlySpan<byte> kept = text[..Math.Min(text.Length, lengthMax)];
        kept.CopyTo(_bytes.AsSpan(offset));
        return kept.Length;
    }
}
