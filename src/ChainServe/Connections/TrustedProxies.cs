using System.Net;

namespace ChainServe.Connections;

/// <summary>Whose connections begin with a PROXY header.</summary>
internal sealed class TrustedProxies
{
    private readonly IPNetwork[] _networks;
    private readonly bool _trustsUnix;

    /// <param name="networks">Of addresses.</param>
    /// <param name="trustsUnix">Whether every client of a Unix socket is one.</param>
    internal TrustedProxies(IPNetwork[] networks, bool trustsUnix)
    {
        _networks = networks;
        _trustsUnix = trustsUnix;
    }

    internal bool IsEmpty => _networks.Length == 0 && !_trustsUnix;

    /// <param name="addresses">The worker's.</param>
    /// <param name="slot">Of a connection that was accepted.</param>
    internal bool Contains(ClientAddresses addresses, int slot)
    {
        if (IsEmpty)
        {
            return false;
        }

        if (!addresses.TryGetAddress(slot, out IPAddress? address))
        {
            return _trustsUnix && addresses.IsUnix(slot);
        }

        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
