using System;
using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>
/// The keys that can be configured: the one place with their types and ranges. A test compares them with the
/// properties of <see cref="ServerOptions"/>.
/// </summary>
internal static class SettingKeys
{
    private const int DayMilliseconds = 86_400_000;

    internal static readonly Setting[] All =
    [
        new("Root", SettingKind.Text),
        new("Port", SettingKind.Whole, 0, 65535),
        new("Host", SettingKind.Text),
        new("Workers", SettingKind.Whole, 0, 1024),
        new("Index:*", SettingKind.Text),
        new("Immutable", SettingKind.Switch),
        new("Poll", SettingKind.Switch),
        new("Hidden", SettingKind.Switch),
        new("LogLevel", SettingKind.Level),
        new("Quiet", SettingKind.Switch),
        new("Canned:*:Path", SettingKind.Text),
        new("Canned:*:Status", SettingKind.Whole, 100, 599),
        new("Canned:*:ContentType", SettingKind.Text),
        new("Canned:*:Body", SettingKind.Text),
        // Two fixed-file slots for each connection, and the kernel registers at most 2^20 files per ring.
        new("Limits:ConnectionsPerWorker", SettingKind.Whole, 1, 500_000),
        new("Limits:RequestLineBytesMax", SettingKind.Whole, 64, 262_144),
        new("Limits:HeadBytesMax", SettingKind.Whole, 128, 262_144),
        new("Limits:HeaderCountMax", SettingKind.Whole, 1, 1_000),
        new("Limits:BodyBytesDiscardedMax", SettingKind.Whole, 0, 1_073_741_824),
        new("Limits:FactsPerWorker", SettingKind.Whole, 16, 16_777_216),
        new("Limits:CannedBytesPerWorker", SettingKind.Whole, 0, 2_147_483_647),
        new("Limits:CannedFileBytesMax", SettingKind.Whole, 1, 16_777_216),
        new("Timeouts:HeadMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:KeepAliveMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:SendMilliseconds", SettingKind.Whole, 1, DayMilliseconds),
        new("Timeouts:GraceMilliseconds", SettingKind.Whole, 0, DayMilliseconds),
        new("Timeouts:DrainMilliseconds", SettingKind.Whole, 0, DayMilliseconds),
    ];

    /// <summary>The lists: given by a higher source, they replace those of the lower ones as a whole.</summary>
    internal static readonly string[] Lists = ["Index", "Canned"];

    private static readonly Dictionary<string, Setting> ByKey = IndexByKey();

    /// <summary>Returns the setting that a key of a configuration names, or null.</summary>
    internal static Setting? Find(string key)
    {
        return ByKey.GetValueOrDefault(ToPattern(key));
    }

    /// <summary>Returns the list that a key names or lies in, or null.</summary>
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

    /// <summary>Writes a key with the capitals of the documentation; unknown keys stay as they are.</summary>
    internal static string ToDocumented(string key)
    {
        if (Find(key)?.Key is not { } pattern)
        {
            return ListOf(key) is { } list && list.Length == key.Length ? list : key;
        }

        string[] segments = pattern.Split(':');
        string[] given = key.Split(':');
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = segments[i] == "*" ? given[i] : segments[i];
        }

        return string.Join(':', segments);
    }

    /// <summary>Replaces the index of a list by a star.</summary>
    private static string ToPattern(string key)
    {
        if (ListOf(key) is null)
        {
            return key;
        }

        string[] segments = key.Split(':');
        if (segments.Length > 1 && ushort.TryParse(segments[1], out _))
        {
            segments[1] = "*";
        }

        return string.Join(':', segments);
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
}
