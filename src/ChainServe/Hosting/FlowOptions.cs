using System;
using System.Collections.Generic;
using System.Net;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Http;

namespace ChainServe.Hosting;

/// <summary>What the connection flow needs of the server's options, whatever the site.</summary>
internal sealed class FlowOptions
{
    internal FlowOptions(ServerOptions options)
    {
        Polls = options.Poll;
        RequestLimits = new RequestLimits(
            options.Limits.RequestLineBytesMax, options.Limits.HeadBytesMax, options.Limits.HeaderCountMax);
        BodyBytesDiscardedMax = options.Limits.BodyBytesDiscardedMax;
        Limits = options.Limits;
        Timeouts = options.Timeouts;
        Proxies = ProxiesOf(options.ProxyProtocol);
    }

    /// <summary>The worker makes no system calls while it is busy: a thread of the kernel takes its entries.</summary>
    internal bool Polls { get; }

    internal RequestLimits RequestLimits { get; }

    internal int BodyBytesDiscardedMax { get; }

    internal LimitsOptions Limits { get; }

    internal TimeoutsOptions Timeouts { get; }

    internal TrustedProxies Proxies { get; }

    private static TrustedProxies ProxiesOf(string[] entries)
    {
        List<IPNetwork> networks = [];
        foreach (string entry in entries)
        {
            if (ProxyPeer.TryParse(entry, out IPNetwork network))
            {
                networks.Add(network);
            }
        }

        return new TrustedProxies([.. networks], Array.IndexOf(entries, ProxyPeer.Unix) >= 0);
    }
}
