using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ChainServe.Configuration;

/// <summary>
/// The rules of <see cref="ServerOptions.Validate"/>: 1. texts, 2. numbers, 3. numbers against each other, 4. the site
/// without a name, 5. those with one. All of them run, so that a user repairs a configuration in one go.
/// </summary>
internal static class ServerOptionsValidator
{
    private const int UnixPathBytesMax = 107;

    internal static IReadOnlyList<OptionError> Validate(ServerOptions options)
    {
        List<OptionError> errors = [];
        CheckTexts(options, errors);
        CheckNumbers(options, errors);
        SiteValidator.Check(options, null, "", errors);
        for (int i = 0; i < options.Hosts.Length; i++)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"Hosts:{i}:");
            CheckHost(options.Hosts, i, prefix + "Host", errors);
            SiteValidator.Check(options.Hosts[i], options, prefix, errors);
        }

        return errors;
    }

    private static void CheckTexts(ServerOptions options, List<OptionError> errors)
    {
        if (!HostName.TryParse(options.Host, out _))
        {
            const string Allowed = "an IP address such as ::, 0.0.0.0 or 127.0.0.1, or localhost";
            errors.Add(new OptionError("Host", options.Host, Allowed));
        }

        if (!Enum.IsDefined(options.LogLevel))
        {
            errors.Add(new OptionError("LogLevel", options.LogLevel.ToString(), SettingKeys.Find("LogLevel")!.Allowed));
        }

        if (options.Group.Length > 0 && options.User.Length == 0)
        {
            errors.Add(new OptionError("Group", options.Group, "it together with User"));
        }

        for (int i = 0; i < options.ProxyProtocol.Length; i++)
        {
            if (!ProxyPeer.IsValid(options.ProxyProtocol[i]))
            {
                const string Allowed = "an address or a network such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32 (no bit "
                    + "set behind its prefix), or unix";
                string key = string.Create(CultureInfo.InvariantCulture, $"ProxyProtocol:{i}");
                errors.Add(new OptionError(key, options.ProxyProtocol[i], Allowed));
            }
        }

        // man 7 unix: sun_path, with the zero byte behind it.
        if (options.UnixSocket.Contains('\0') || Encoding.UTF8.GetByteCount(options.UnixSocket) > UnixPathBytesMax)
        {
            errors.Add(new OptionError("UnixSocket", options.UnixSocket, "a path of at most 107 bytes"));
        }

        string mode = options.UnixSocketMode;
        bool isMode = mode.Length is 3 or 4 && (mode.Length == 3 || mode[0] == '0');
        if (!isMode || mode.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            errors.Add(new OptionError("UnixSocketMode", mode, "three octal digits such as 660, as for chmod"));
        }

        if (options.AccessLog.Contains('\0'))
        {
            errors.Add(new OptionError("AccessLog", options.AccessLog, "the path of a file, or - for standard output"));
        }
    }

    private static void CheckNumbers(ServerOptions options, List<OptionError> errors)
    {
        LimitsOptions limits = options.Limits;
        TimeoutsOptions timeouts = options.Timeouts;
        CheckRange("Port", options.Port, errors);
        CheckRange("Workers", options.Workers, errors);
        CheckRange("Limits:ConnectionsPerWorker", limits.ConnectionsPerWorker, errors);
        CheckRange("Limits:ConnectionsPerAddress", limits.ConnectionsPerAddress, errors);
        CheckRange("Limits:RequestsPerConnection", limits.RequestsPerConnection, errors);
        CheckRange("Limits:SendBytesPerSecondMin", limits.SendBytesPerSecondMin, errors);
        CheckRange("Limits:RequestLineBytesMax", limits.RequestLineBytesMax, errors);
        CheckRange("Limits:HeadBytesMax", limits.HeadBytesMax, errors);
        CheckRange("Limits:HeaderCountMax", limits.HeaderCountMax, errors);
        CheckRange("Limits:BodyBytesDiscardedMax", limits.BodyBytesDiscardedMax, errors);
        CheckRange("Limits:FactsPerWorker", limits.FactsPerWorker, errors);
        CheckRange("Limits:CannedBytesPerWorker", limits.CannedBytesPerWorker, errors);
        CheckRange("Limits:CannedFileBytesMax", limits.CannedFileBytesMax, errors);
        CheckRange("Limits:RangesMax", limits.RangesMax, errors);
        CheckRange("Limits:CompressBytesMax", limits.CompressBytesMax, errors);
        CheckRange("Limits:ListingEntriesMax", limits.ListingEntriesMax, errors);
        CheckRange("Timeouts:HeadMilliseconds", timeouts.HeadMilliseconds, errors);
        CheckRange("Timeouts:KeepAliveMilliseconds", timeouts.KeepAliveMilliseconds, errors);
        CheckRange("Timeouts:SendMilliseconds", timeouts.SendMilliseconds, errors);
        CheckRange("Timeouts:GraceMilliseconds", timeouts.GraceMilliseconds, errors);
        CheckRange("Timeouts:DrainMilliseconds", timeouts.DrainMilliseconds, errors);
        if (limits.RequestLineBytesMax > limits.HeadBytesMax)
        {
            // The one that the user wrote is the one to change.
            bool wroteLine = limits.RequestLineBytesMax != new LimitsOptions().RequestLineBytesMax;
            errors.Add(wroteLine
                ? new OptionError(
                    "Limits:RequestLineBytesMax",
                    Text(limits.RequestLineBytesMax),
                    $"at most Limits:HeadBytesMax, which is {Text(limits.HeadBytesMax)}")
                : new OptionError(
                    "Limits:HeadBytesMax",
                    Text(limits.HeadBytesMax),
                    $"at least Limits:RequestLineBytesMax, which is {Text(limits.RequestLineBytesMax)}"));
        }
    }

    private static void CheckHost(HostOptions[] hosts, int index, string key, List<OptionError> errors)
    {
        string name = hosts[index].Host;
        if (!SiteName.IsValid(name))
        {
            const string Allowed = "a host name without a port, such as www.example.org, or *.example.org for every "
                + "name below it";
            errors.Add(new OptionError(key, name, Allowed));
            return;
        }

        const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;
        if (Array.FindIndex(hosts, other => other.Host.Equals(name, Ignore)) < index)
        {
            errors.Add(new OptionError(key, name, "each host once"));
        }
    }

    private static void CheckRange(string key, int value, List<OptionError> errors)
    {
        Setting setting = SettingKeys.Find(key)!;
        if (value < setting.Least || value > setting.Most)
        {
            errors.Add(new OptionError(key, Text(value), setting.Allowed));
        }
    }

    private static string Text(int value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
