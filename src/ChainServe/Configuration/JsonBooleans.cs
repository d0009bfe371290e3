using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace ChainServe.Configuration;

/// <summary>
/// The keys of a file whose value is true or false. The provider makes texts of them, behind which nobody sees whether
/// they had quotes.
/// </summary>
internal static class JsonBooleans
{
    internal static HashSet<string> Find(JsonElement root)
    {
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Add(root, null, keys);
        return keys;
    }

    private static void Add(JsonElement element, string? key, HashSet<string> keys)
    {
        string prefix = key is null ? "" : key + ":";
        switch (element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False when key is not null:
                keys.Add(key);
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Add(item, string.Create(CultureInfo.InvariantCulture, $"{prefix}{index++}"), keys);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Add(property.Value, prefix + property.Name, keys);
                }

                break;
        }
    }
}
