using System;
using System.Linq;

namespace ChainServe.Configuration;

/// <summary>Describes a key that is no setting: what was probably meant, in the words of its source.</summary>
internal static class UnknownKey
{
    internal static string Describe(ConfigurationLayer layer, string key, string? value)
    {
        string name = layer.NameOf(key);
        if (IsServiceLink(name))
        {
            return $"{name} is not a setting; Kubernetes sets it for a Service named chainserve: give the pod "
                + "enableServiceLinks: false or the Service another name.";
        }

        string from = layer.OriginOf(key) is { } origin && origin != name ? $" (from {origin})" : "";
        if (SettingKeys.IsList(key))
        {
            string list = SettingKeys.ToDocumented(key);
            string variable = ConfigurationInputs.ToVariable(list);
            string cure = $"give a list: [ … ] in the file, {variable}__0 and so on in the environment";
            return $"{list}: {OptionError.Quote(value ?? "")}{from} is not allowed; {cure}.";
        }

        string pattern = SettingKeys.ToPattern(key);
        if (SettingKeys.All.FirstOrDefault(setting => IsUnder(setting.Key, pattern)) is { } below)
        {
            string example = layer.NameOf(SettingKeys.Fill(below.Key, key));
            return $"{name}: {OptionError.Quote(value ?? "")}{from} is not allowed; set its parts, such as {example}.";
        }

        if (SettingKeys.All.FirstOrDefault(setting => IsUnder(pattern, setting.Key)) is { } above)
        {
            string whole = SettingKeys.Fill(above.Key, key);
            return $"{name}{from} is not a setting: {whole} has no parts; give it {above.Allowed}.";
        }

        string? meant = FindMeant(key);
        string advice = meant is null ? "remove it" : $"did you mean {layer.NameOf(meant)}?";
        return $"{name}{from} is not a setting; {advice}" + (meant is null ? "." : "");
    }

    /// <summary>The key that was probably meant, or null.</summary>
    internal static string? FindMeant(string key)
    {
        return Suggestion.Find(key, SettingKeys.All.Select(setting => SettingKeys.Fill(setting.Key, key)));
    }

    private static bool IsUnder(string key, string parent)
    {
        return key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Recognizes the variables that Kubernetes adds to each container for each Service.</summary>
    private static bool IsServiceLink(string name)
    {
        const StringComparison Exactly = StringComparison.Ordinal;
        return name.StartsWith("CHAINSERVE_SERVICE_", Exactly)
            || (name.StartsWith("CHAINSERVE_PORT_", Exactly) && name.Contains("_TCP", Exactly));
    }
}
