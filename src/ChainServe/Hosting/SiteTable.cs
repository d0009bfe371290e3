using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Configuration;

namespace ChainServe.Hosting;

/// <summary>A root that is open for as long as the server runs.</summary>
/// <param name="Descriptor">O_PATH.</param>
/// <param name="IsUnchangeable">Nobody can write what is below it, or what links lead to.</param>
/// <param name="IsRemote">Some of what is below it asks somebody else for its files.</param>
internal readonly record struct SiteRoot(int Descriptor, bool IsUnchangeable, bool IsRemote = false);

/// <summary>
/// The sites of the server, found by the host of a request (RFC 9110 §7.2). Number 0 is the one without a name; it
/// answers for every name that no other site has. A name beats a wildcard, and a longer wildcard a shorter one.
/// </summary>
internal sealed class SiteTable
{
    private readonly Site[] _sites;
    private readonly byte[][] _names;

    /// <param name="options">Of the server.</param>
    /// <param name="open">Opens a root; called once for each site.</param>
    internal SiteTable(ServerOptions options, Func<SitePolicy, SiteRoot> open)
    {
        List<Site> sites = [new Site(options, open(options))];
        List<byte[]> names = [[]];
        foreach (HostOptions host in options.Hosts)
        {
            sites.Add(new Site(host, open(host)));

            // "*.example.org" is kept as ".example.org": what a name must end with.
            names.Add(Encoding.ASCII.GetBytes(host.Host.TrimStart('*').TrimEnd('.')));
        }

        _sites = [.. sites];
        _names = [.. names];
    }

    internal int Count => _sites.Length;

    internal Site this[int index] => _sites[index];

    /// <param name="host">uri-host [ ":" port ], of valid syntax; empty when an HTTP/1.0 request named none.</param>
    /// <returns>The number of the site.</returns>
    internal int Find(ReadOnlySpan<byte> host)
    {
        if (_sites.Length == 1)
        {
            return 0;
        }

        ReadOnlySpan<byte> name = NameOf(host);
        int best = 0;
        for (int index = 1; index < _names.Length; index++)
        {
            ReadOnlySpan<byte> candidate = _names[index];
            bool isWildcard = candidate[0] == '.';
            if (!isWildcard && candidate.Length == name.Length && Ascii.EqualsIgnoreCase(name, candidate))
            {
                return index;
            }

            if (isWildcard
                && candidate.Length > _names[best].Length
                && candidate.Length < name.Length
                && Ascii.EqualsIgnoreCase(name[^candidate.Length..], candidate))
            {
                best = index;
            }
        }

        return best;
    }

    // Without port, and without the dot that ends a fully qualified name.
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> host)
    {
        int colon = host.LastIndexOf((byte)':');
        ReadOnlySpan<byte> name = colon >= 0 && host.IndexOf((byte)']') < colon ? host[..colon] : host;
        return name.Length > 1 && name[^1] == '.' ? name[..^1] : name;
    }
}
