using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Configuration;

namespace ChainServe.Configuration;

/// <summary>The values of one source, and how each of them is called there.</summary>
/// <param name="Values">What the source says; keys ignore case.</param>
/// <param name="OriginOf">Names the place of a key: a file, a variable, an option.</param>
/// <param name="NameOf">Writes a key as this source writes it.</param>
internal sealed record ConfigurationLayer(
    Dictionary<string, string?> Values,
    Func<string, string> OriginOf,
    Func<string, string> NameOf)
{
    /// <summary>The keys whose value is true or false and no text; null for a source that knows texts alone.</summary>
    internal HashSet<string>? Booleans { get; init; }

    /// <summary>The keys of which an error has been told.</summary>
    private readonly HashSet<string> _refused = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Collects what a source holds. Null is what JSON calls null: not given.</summary>
    internal static ConfigurationLayer From(
        IConfigurationSource source,
        Func<string, string> originOf,
        Func<string, string> nameOf)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        using var root = (ConfigurationRoot)new ConfigurationBuilder().Add(source).Build();
        foreach ((string key, string? value) in root.AsEnumerable())
        {
            if (value is not null)
            {
                values[key] = value;
            }
        }

        return new ConfigurationLayer(values, originOf, nameOf);
    }

    /// <summary>Takes a value out of which an error was told; an entry of a list keeps its place.</summary>
    internal void Refuse(string key, Setting setting)
    {
        _refused.Add(key);
        if (setting.Kind == SettingKind.Text || SettingKeys.ListOf(key) is not null)
        {
            Values[key] = setting.StandIn(Values[key]!);
        }
        else
        {
            Values.Remove(key);
        }
    }

    /// <summary>Takes a key out that is no setting.</summary>
    /// <param name="key">The key.</param>
    /// <param name="meant">The key that was probably meant, of which nothing more has to be said; or null.</param>
    internal void Refuse(string key, string? meant)
    {
        _refused.Add(key);
        Values.Remove(key);
        if (meant is not null && !Values.ContainsKey(meant))
        {
            _refused.Add(meant);
        }
    }

    /// <summary>Whether an error was told of this key, or of a part of it.</summary>
    internal bool Refuses(string key)
    {
        string below = key + ":";
        return _refused.Contains(key)
            || _refused.Any(other => other.StartsWith(below, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Takes out everything of a list, because a higher source gives the whole list.</summary>
    internal void RemoveList(string list)
    {
        foreach (string key in Values.Keys)
        {
            // Removing while enumerating is allowed for a dictionary; adding is not.
            if (string.Equals(SettingKeys.ListOf(key), list, StringComparison.Ordinal))
            {
                Values.Remove(key);
            }
        }

        _refused.RemoveWhere(key => string.Equals(SettingKeys.ListOf(key), list, StringComparison.Ordinal));
    }

    /// <summary>Tells whether this source says anything about a list.</summary>
    internal bool HasList(string list)
    {
        foreach (string key in Values.Keys)
        {
            if (string.Equals(SettingKeys.ListOf(key), list, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
