using System;
using System.Collections.Generic;
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
