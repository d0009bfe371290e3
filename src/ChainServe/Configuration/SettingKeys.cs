using System;
using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>
/// The keys that can be configured: the one place, with <see cref="SiteKeys"/>, of their types and ranges. A test
/// compares them with the properties of <see cref="ServerOptions"/>.
/// </summary>
internal static class SettingKeys
{
    /// <summary>Stands in a pattern for a last segment that may be any name.</summary>
    internal const string AnyName = "{Name}";

    private const int DayMilliseconds = 86_400_000;

    internal static readonly Setting[] All =
    [
        new("Port", SettingKind.Whole, 0, 65535),
        new("Host", SettingKind.Text),
        new("UnixSocket", SettingKind.Text),
        new("UnixSocketMode", SettingKind.Text),
        new("Workers", SettingKind.Whole, 0, 1024),
        new("Poll", SettingKind.Switch),
        new("ProxyProtocol:*", SettingKind.Text),
        new("User", SettingKind.Text),
        new("Group", SettingKind.Text),
        new("AllowRoot", SettingKind.Switch),
        new("Sandbox", SettingKind.Switch),
        Setting.Choice<LogLevel>("LogLevel"),
        new("Quiet", SettingKind.Switch),
        new("AccessLog", SettingKind.Text) { Bare = "-" },
        Setting.Choice<AccessLogFormat>("LogFormat"),
        // Two fixed-file slots for each connection, and the kernel registers at most 2^20 files per ring.
        new("Limits:ConnectionsPerWorker", SettingKind.Whole, 1, 500_000),
        new("Limits:ConnectionsPerAddress", SettingKind.Whole, 0, 2_147_483_647),
        new("Limits:RequestsPerConnection", SettingKind.Whole, 0, 2_147_483_647),
        new("Limits:SendBytesPerSecondMin", SettingKind.Whole, 0, 1_073_741_824),
        new("Limits:RequestLineBytesMax", SettingKind.Whole, 64, 262_144),
        new("Limits:HeadBytesMax", SettingKind.Whole, 128, 262_144),
        new("Limits:HeaderCountMax", SettingKind.Whole, 1, 1_000),
        new("Limits:BodyBytesDiscardedMax", SettingKind.Whole, 0, 1_073_741_824),
        new("Limits:FactsPerWorker", SettingKind.Whole, 16, 16_777_216),
        new("Limits:CannedBytesPerWorker", SettingKind.Whole, 0, 2_147_483_647),
        new("Limits:CannedFileBytesMax", SettingKind.Whole, 1, 16_777_216),
        new("Limits:RangesMax", SettingKind.Whole, 1, 1_000),
        new("Limits:CompressBytesMax", SettingKind.Whole, 1, 16_777_216),
        new("Limits:ListingEntriesMax", SettingKind.Whole, 1, 1_000_000),
        new("Timeouts:HeadMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:KeepAliveMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:SendMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:GraceMilliseconds", SettingKind.Whole, 0, DayMilliseconds),
        new("Timeouts:DrainMilliseconds", SettingKind.Whole, 0, DayMilliseconds),
        .. SiteKeys.Under(""),
        new("Hosts:*:Host", SettingKind.Text),
        .. SiteKeys.Under("Hosts:*:"),
    ];

    private static readonly Dictionary<string, Setting> ByKey = IndexByKey();

    // The patterns of the lists at every level, and how the documentation writes them: "Hosts", "Hosts:*:Index".
    private static readonly Dictionary<string, string> ByList = IndexByList();

    /// <summary>The lists of the top level: given by a higher source, they replace those of the lower ones as a whole,
    /// with all that is in them.</summary>
    internal static readonly string[] Lists = FindLists();

    /// <summary>Returns the setting that a key of a configuration names, or null.</summary>
    internal static Setting? Find(string key)
    {
        string pattern = ToPattern(key);
        if (ByKey.TryGetValue(pattern, out Setting? setting))
        {
            return setting;
        }

        int last = pattern.LastIndexOf(':');
        return last < 0 ? null : ByKey.GetValueOrDefault(pattern[..(last + 1)] + AnyName);
    }

    /// <summary>Returns the list of the top level that a key names or lies in, or null.</summary>
    internal static string? ListOf(string key)
    {
        foreach (string list in Lists)
        {
            bool inside = key.Length > list.Length && key[list.Length] == ':';
            if (key.StartsWith(list, StringComparison.OrdinalIgnoreCase) && (key.Length == list.Length || inside))
            {
                return list;
            }
        }

        return null;
    }

    /// <summary>Whether a key names a list, at any level: <c>Hosts:0:Index</c>.</summary>
    internal static bool IsList(string key)
    {
        return ByList.ContainsKey(ToPattern(key));
    }

    /// <summary>Writes a key with the capitals of the documentation; unknown keys stay as they are.</summary>
    internal static string ToDocumented(string key)
    {
        string? pattern = Find(key)?.Key ?? ByList.GetValueOrDefault(ToPattern(key));
        return pattern is null ? key : Fill(pattern, key);
    }

    /// <summary>Puts the indexes and the name of a key into a pattern, so that the result can be pasted.</summary>
    internal static string Fill(string pattern, string key)
    {
        string[] segments = pattern.Split(':');
        string[] given = key.Split(':');
        for (int i = 0; i < segments.Length; i++)
        {
            string inKey = i < given.Length ? given[i] : "";
            segments[i] = segments[i] switch
            {
                "*" => IsIndex(inKey) ? inKey : "0",
                AnyName => inKey.Length > 0 ? inKey : "X-Name",
                _ => segments[i],
            };
        }

        return string.Join(':', segments);
    }

    /// <summary>Replaces the indexes of lists by stars.</summary>
    internal static string ToPattern(string key)
    {
        string[] segments = key.Split(':');
        for (int i = 1; i < segments.Length; i++)
        {
            segments[i] = IsIndex(segments[i]) ? "*" : segments[i];
        }

        return string.Join(':', segments);
    }

    private static bool IsIndex(string segment)
    {
        return Letters.AreDigits(segment) && ushort.TryParse(segment, out _);
    }

    private static Dictionary<string, Setting> IndexByKey()
    {
        var byKey = new Dictionary<string, Setting>(All.Length, StringComparer.OrdinalIgnoreCase);
        foreach (Setting setting in All)
        {
            byKey.Add(setting.Key, setting);
        }

        return byKey;
    }

    private static Dictionary<string, string> IndexByList()
    {
        var byList = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Setting setting in All)
        {
            for (int star = setting.Key.IndexOf(":*"); star >= 0; star = setting.Key.IndexOf(":*", star + 2))
            {
                byList[setting.Key[..star]] = setting.Key[..star];
            }
        }

        return byList;
    }

    private static string[] FindLists()
    {
        List<string> lists = [];
        foreach (string list in ByList.Keys)
        {
            if (!list.Contains(':'))
            {
                lists.Add(list);
            }
        }

        return [.. lists];
    }
}
