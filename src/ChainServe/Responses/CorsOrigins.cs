using System;
using System.Collections.Generic;
using System.Text;

namespace ChainServe.Responses;

/// <summary>
/// The origins that may read responses across sites (Fetch §3.2). With "*" every response says so, and is the same for
/// all; with a list each response names the origin that asked, and varies by it.
/// </summary>
internal sealed class CorsOrigins
{
    /// <summary>What a script needs of a response to resume a download or to revalidate.</summary>
    internal const string ExposedFields = "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, ETag";

    private readonly List<(byte[] Origin, byte[] Lines)> _origins = [];

    public CorsOrigins(IReadOnlyList<string> origins)
    {
        foreach (string origin in origins)
        {
            AllowsAny |= origin == "*";
            _origins.Add((
                Encoding.ASCII.GetBytes(origin.TrimEnd('/')),
                Encoding.ASCII.GetBytes(
                    $"Access-Control-Allow-Origin: {origin.TrimEnd('/')}\r\n"
                    + $"Access-Control-Expose-Headers: {ExposedFields}\r\n")));
        }
    }

    public bool IsEmpty => _origins.Count == 0;

    public bool AllowsAny { get; }

    /// <summary>The field lines for a request of that origin; null when it may not read the response, and when every
    /// origin may, because then all responses carry the line.</summary>
    public byte[]? LinesFor(ReadOnlySpan<byte> origin)
    {
        if (AllowsAny)
        {
            return null;
        }

        // A serialised origin: scheme and host are in lower case already, and compared so (RFC 6454 §6.2).
        foreach ((byte[] allowed, byte[] lines) in _origins)
        {
            if (Ascii.EqualsIgnoreCase(origin, allowed))
            {
                return lines;
            }
        }

        return null;
    }
}
