using System;

namespace ChainServe.Diagnostics;

/// <summary>What a line of the access log tells of one request. Texts are the client's, byte for byte.</summary>
internal readonly ref struct AccessEntry
{
    internal ReadOnlySpan<byte> Client { get; init; }

    /// <summary>Whose password was right; empty for nobody.</summary>
    internal ReadOnlySpan<byte> User { get; init; }

    /// <summary>When the response ended, UTC.</summary>
    internal DateTime Time { get; init; }

    internal ReadOnlySpan<byte> RequestLine { get; init; }

    internal ReadOnlySpan<byte> Host { get; init; }

    internal ReadOnlySpan<byte> Referer { get; init; }

    internal ReadOnlySpan<byte> UserAgent { get; init; }

    internal int Status { get; init; }

    /// <summary>Bytes of the body that were given to the socket.</summary>
    internal long BodyBytes { get; init; }

    /// <summary>From the end of the request's head to the end of the response.</summary>
    internal long Microseconds { get; init; }
}
