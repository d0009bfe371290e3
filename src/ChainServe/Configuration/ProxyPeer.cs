using System;
using System.Globalization;
using System.Net;

namespace ChainServe.Configuration;

/// <summary>An entry of <see cref="ServerOptions.ProxyProtocol"/>: an address, a network, or <c>unix</c>.</summary>
internal static class ProxyPeer
{
    /// <summary>Stands for every client of a Unix socket.</summary>
    internal const string Unix = "unix";

    private const int MappedBits = 96;

    internal static bool IsValid(string entry)
    {
        return entry == Unix || TryParse(entry, out _);
    }

    /// <returns>False for <see cref="Unix"/> too.</returns>
    internal static bool TryParse(string entry, out IPNetwork network)
    {
        network = default;
        int slash = entry.IndexOf('/');
        string first = slash < 0 ? entry : entry[..slash];

        // The parser takes "8080" for 0.0.31.144, and "0177.0.0.0/8" for 127.0.0.0/8.
        if (first.AsSpan().IndexOfAny('.', ':') < 0 || !HostName.TryParse(first, out IPAddress? address))
        {
            return false;
        }

        int prefix = 8 * address.GetAddressBytes().Length;
        if (slash >= 0 && !TryParsePrefix(entry.AsSpan(slash + 1), prefix, out prefix))
        {
            return false;
        }

        // Clients of IPv4 are known by their own addresses, also where the socket is one of IPv6.
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
            prefix -= MappedBits;
        }

        // A bit behind the prefix is dropped without a word.
        return prefix >= 0
            && IPNetwork.TryParse(string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}"), out network)
            && network.BaseAddress.Equals(address);
    }

    private static bool TryParsePrefix(ReadOnlySpan<char> text, int bits, out int prefix)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            && prefix <= bits
            && (text.Length == 1 || text[0] != '0');
    }
}
