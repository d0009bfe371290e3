using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>
/// The start-up banner on standard output: several lines on a terminal, one line elsewhere, so that a log or a script
/// reads it as one record; nothing with <c>--quiet</c>.
/// </summary>
internal static class Banner
{
    /// <summary>Prints the banner of this process once it listens.</summary>
    /// <param name="options">The options it runs with.</param>
    /// <param name="engine">Such as <c>io_uring, DEFER_TASKRUN</c>.</param>
    /// <param name="endPoints">The addresses that are bound.</param>
    internal static void Show(ServerOptions options, string engine, IReadOnlyList<EndPoint> endPoints)
    {
        if (options.Quiet)
        {
            return;
        }

        BannerFacts facts = Collect(options, engine, endPoints);
        bool isTerminal = !Console.IsOutputRedirected;
        bool isColored = isTerminal && LogStyles.Choose(true, Environment.GetEnvironmentVariable) == LogStyle.Colored;
        try
        {
            Console.Out.Write(isTerminal ? ToLines(facts, isColored) : ToLine(facts));
            Console.Out.Flush();
        }
        catch (IOException)
        {
            // Standard output is closed or full; the server serves all the same.
        }
    }

    /// <summary>The form for a terminal.</summary>
    internal static string ToLines(BannerFacts facts, bool isColored)
    {
        (string bold, string dim, string link, string end) =
            isColored ? ("\e[1m", "\e[2m", "\e[36m", "\e[0m") : ("", "", "", "");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n  {bold}ChainServe {facts.Version}{end}\n\n");
        Append("kernel", $"Linux {facts.KernelRelease}, {facts.Engine}");
        Append("workers", facts.Workers.ToString(CultureInfo.InvariantCulture));
        Append("root", facts.Root);
        string label = "listening";
        foreach (string url in ToUrls(facts.EndPoints, facts.MachineAddresses))
        {
            Append(label, link + url + end);
            label = "";
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n  {dim}Ctrl-C stops it.{end}\n\n").ToString();

        void Append(string name, string value)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {dim}{name,-9}{end}  {value}\n");
        }
    }

    /// <summary>The form for everything else.</summary>
    internal static string ToLine(BannerFacts facts)
    {
        string workers = facts.Workers == 1 ? "1 worker" : string.Create(
            CultureInfo.InvariantCulture,
            $"{facts.Workers} workers");
        return $"ChainServe {facts.Version} on Linux {facts.KernelRelease} ({facts.Engine}), {workers}, root "
            + $"{facts.Root}, listening on {string.Join(' ', ToUrls(facts.EndPoints, facts.MachineAddresses))}\n";
    }

    /// <summary>
    /// Returns the URLs that reach the server: those of the addresses that are bound, or, for the addresses that mean
    /// all, of this machine. Link-local ones are left out: they need a zone, and browsers take none. A Unix socket has
    /// no URL; its path stands behind "unix:".
    /// </summary>
    internal static IReadOnlyList<string> ToUrls(
        IEnumerable<EndPoint> endPoints,
        IReadOnlyList<IPAddress> machineAddresses)
    {
        List<string> urls = [];
        foreach (EndPoint endPoint in endPoints)
        {
            foreach (string url in endPoint is IPEndPoint internet
                ? ToUrls(internet.Address, internet.Port, machineAddresses)
                : [$"unix:{endPoint}"])
            {
                if (!urls.Contains(url))
                {
                    urls.Add(url);
                }
            }
        }

        return urls;
    }

    /// <summary>The URLs that reach this process.</summary>
    internal static IReadOnlyList<string> ToUrls(IEnumerable<EndPoint> endPoints)
    {
        return ToUrls(endPoints, CollectAddresses());
    }

    private static IEnumerable<string> ToUrls(IPAddress host, int port, IReadOnlyList<IPAddress> machineAddresses)
    {
        bool isAnyV6 = host.Equals(IPAddress.IPv6Any);
        if (!isAnyV6 && !host.Equals(IPAddress.Any))
        {
            yield return ToUrl(IsLocalhost(host) ? "localhost" : ToHost(host), port);
            yield break;
        }

        yield return ToUrl("localhost", port);
        foreach (IPAddress address in machineAddresses)
        {
            bool isLinkLocal = address.IsIPv6LinkLocal || (address.GetAddressBytes() is [169, 254, _, _]);
            bool isReachable = isAnyV6 || address.AddressFamily == AddressFamily.InterNetwork;
            if (isReachable && !isLinkLocal && !IPAddress.IsLoopback(address))
            {
                yield return ToUrl(ToHost(address), port);
            }
        }
    }

    private static BannerFacts Collect(ServerOptions options, string engine, IReadOnlyList<EndPoint> endPoints)
    {
        return new BannerFacts(
            ProductVersion.Text,
            KernelRelease.OfThisMachine(),
            engine,
            options.WorkerCount,
            options.RootFullPath,
            endPoints,
            CollectAddresses());
    }

    private static List<IPAddress> CollectAddresses()
    {
        List<IPAddress> addresses = [];
        try
        {
            foreach (NetworkInterface network in NetworkInterface.GetAllNetworkInterfaces())
            {
                foreach (UnicastIPAddressInformation information in network.GetIPProperties().UnicastAddresses)
                {
                    addresses.Add(information.Address);
                }
            }
        }
        catch (Exception exception) when (exception is NetworkInformationException or IOException or SocketException)
        {
            // A sandbox may hide the interfaces; localhost is still a true answer.
        }

        return addresses;
    }

    private static bool IsLocalhost(IPAddress address)
    {
        return address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
    }

    private static string ToHost(IPAddress address)
    {
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }

    private static string ToUrl(string host, int port)
    {
        string suffix = port == 80 ? "" : string.Create(CultureInfo.InvariantCulture, $":{port}");
        return $"http://{host}{suffix}/";
    }
}
