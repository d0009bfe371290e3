using System;
using System.Net;

namespace ChainServe.Configuration;

/// <summary>An entry of <see cref="ServerOptions.ProxyProtocol"/>: an address, a network, or <c>unix</c>.</summary>
internal static class ProxyPeer
{
    /// <summary>Stands for every client of a Unix socket.</summary>
    internal const string Unix = "unix";

    internal static bool IsValid(string entry)
    {
        return entry == Unix || TryParse(entry, out _);
    }

    /// <returns>False for <see cref="Unix"/> too.</returns>
    internal static bool TryParse(string entry, out IPNetwork network)
    {
        network = default;
        if (entry.Contains('/'))
        {
            return IPNetwork.TryParse(entry, out network);
        }

        // The parser takes "8080" for 0.0.31.144.
        if (!HostName.TryParse(entry, out IPAddress? address) || entry.AsSpan().IndexOfAny('.', ':') < 0)
        {
            return false;
        }

        network = new IPNetwork(address, 8 * address.GetAddressBytes().Length);
        return true;
    }
}
