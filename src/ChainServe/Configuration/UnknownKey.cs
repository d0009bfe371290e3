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
        if (SettingKeys.ListOf(key) is { } list && key.Length == list.Length)
        {
            string cure = $"give a list: [ … ] in the file, {ConfigurationInputs.EnvironmentPrefix}"
                + $"{list.ToUpperInvariant()}__0 and so on in the environment";
            return $"{list}: {OptionError.Quote(value ?? "")}{from} is not allowed; {cure}.";
        }

        if (SettingKeys.All.FirstOrDefault(setting => IsUnder(setting.Key, key)) is { } below)
        {
            string example = layer.NameOf(below.Key);
            return $"{name}: {OptionError.Quote(value ?? "")}{from} is not allowed; set its parts, such as {example}.";
        }

        if (SettingKeys.All.FirstOrDefault(setting => IsUnder(key, setting.Key)) is { } above)
        {
            return $"{name}{from} is not a setting: {above.Key} has no parts; give it {above.Allowed}.";
        }

        string? meant = Suggestion.Find(key, SettingKeys.All.Select(setting => WithIndexOf(setting.Key, key)));
        string advice = meant is null ? "remove it" : $"did you mean {layer.NameOf(meant)}?";
        return $"{name}{from} is not a setting; {advice}" + (meant is null ? "." : "");
    }

    private static bool IsUnder(string key, string parent)
    {
        return key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Puts the index of an unknown key in place of the star, so that the suggestion can be pasted.</summary>
    private static string WithIndexOf(string pattern, string key)
    {
        string[] segments = key.Split(':');
        string index = segments.Length > 1 && ushort.TryParse(segments[1], out _) ? segments[1] : "0";
        return pattern.Replace("*", index, StringComparison.Ordinal);
    }

    /// <summary>Recognizes the variables that Kubernetes adds to each container for each Service.</summary>
    private static bool IsServiceLink(string name)
    {
        const StringComparison Exactly = StringComparison.Ordinal;
        return name.StartsWith("CHAINSERVE_SERVICE_", Exactly)
            || (name.StartsWith("CHAINSERVE_PORT_", Exactly) && name.Contains("_TCP", Exactly));
    }
}
