using System.Linq;

namespace ChainServe.Configuration;

/// <summary>
/// The value of a setting whose option may stand alone (<c>--spa</c>): elsewhere true is that option, and false is off.
/// </summary>
internal static class OptionalValue
{
    /// <summary>What the option of a key means when it stands alone; null where it may not.</summary>
    internal static string? MeantBy(string key)
    {
        bool isList = SettingKeys.IsList(key);
        Setting? setting = SettingKeys.Find(isList ? key + ":0" : key);
        return isList || setting?.Key.EndsWith('*') == false ? setting?.Bare : null;
    }

    /// <summary>Returns what a value stands for: itself, unless it is a switch.</summary>
    /// <param name="value">The value as given.</param>
    /// <param name="meant">What true means; false means the empty text.</param>
    internal static string Resolve(string value, string meant)
    {
        return Setting.NormalizeSwitch(value) switch
        {
            "true" => meant,
            "false" => "",
            _ => value,
        };
    }

    /// <summary>Puts what they mean in the place of the switches of a layer.</summary>
    internal static void WriteOut(ConfigurationLayer layer)
    {
        foreach (string key in layer.Values.Keys.ToArray())
        {
            if (MeantBy(key) is not { } meant || (layer.Booleans is { } booleans && !booleans.Remove(key)))
            {
                continue;
            }

            string given = layer.Values[key]!;
            string value = Resolve(given, meant);
            if (SettingKeys.IsList(key) && value.Length > 0 && value != given)
            {
                layer.Values.Remove(key);
                layer.Values[key + ":0"] = value;
            }
            else
            {
                layer.Values[key] = value;
            }
        }
    }
}
