using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ChainServe.Configuration;

/// <summary>
/// The forms of a host that can be bound: an IP address, or <c>localhost</c>. Other names are refused: what they
/// resolve to may change, and a listener on the wrong address is worse than none.
/// </summary>
internal static class HostName
{
    internal static bool TryParse(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        // The default needs no parser, and the parser of IPv6 is compiled at run time.
        if (host == "::")
        {
            address = IPAddress.IPv6Any;
            return true;
        }

        address = null;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = IPAddress.Loopback;
            return true;
        }

        // The parser takes "[::1]:9999" and drops the port, and a scope that does not exist.
        ReadOnlySpan<char> inner = host.StartsWith('[') && host.EndsWith(']') ? host.AsSpan(1, host.Length - 2) : host;
        if (inner.IndexOfAny('[', ']', '%') >= 0 || !IPAddress.TryParse(host, out IPAddress? parsed))
        {
            return false;
        }

        // It takes "8080" for 0.0.31.144 and "010.0.0.1" for 8.0.0.1: only the usual form binds where it says.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != host)
        {
            return false;
        }

        address = parsed;
        return true;
    }
}
