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

        if (!IPAddress.TryParse(host, out IPAddress? parsed))
        {
            return false;
        }

        // IPAddress takes "8080" for 0.0.31.144: a port given as the host must not bind somewhere silently.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && host.AsSpan().Count('.') != 3)
        {
            return false;
        }

        address = parsed;
        return true;
    }
}
