using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace ChainServe.Configuration;

/// <summary>
/// Reads the configuration: 1. every source into a layer, file below environment below command line; 2. unknown keys
/// and values of the wrong type out of the layers, each with its line; 3. lists that a higher layer gives out of the
/// lower ones, because the stock providers would merge them by index; 4. the layers through the stock binder; 5. the
/// ranges. Nothing stops at the first error, and each mistake has one line.
/// </summary>
internal static class ConfigurationReader
{
    internal static ConfigurationResult Read(ConfigurationInputs inputs)
    {
        List<string> errors = [];
        List<ConfigurationLayer> layers = ReadLayers(inputs, errors);
        foreach (ConfigurationLayer layer in layers)
        {
            CheckLayer(layer, errors);
        }

        KeepHighestLists(layers);
        ServerOptions options = Bind(layers);
        Dictionary<string, string> origins = FindOrigins(layers);
        foreach (OptionError error in options.Validate())
        {
            if (!IsTold(error.Key, layers))
            {
                errors.Add(error.ToLine(OriginOf(error.Key, origins)));
            }
        }

        return new ConfigurationResult(options, errors.ConvertAll(OptionError.ToOneLine), origins);
    }

    private static List<ConfigurationLayer> ReadLayers(ConfigurationInputs inputs, List<string> errors)
    {
        List<ConfigurationLayer> layers = [];
        string shown = inputs.File ?? ConfigurationInputs.DefaultFile;
        string path = Path.GetFullPath(shown, inputs.CurrentDirectory);
        if ((inputs.File is not null || Path.Exists(path)) && ConfigurationFile.Read(path, shown, errors) is { } file)
        {
            layers.Add(file);
        }

        Func<string, string> toVariable = ConfigurationInputs.ToVariable;
        layers.Add(ConfigurationLayer.From(inputs.Environment, toVariable, toVariable));

        Dictionary<string, string> options = new(StringComparer.OrdinalIgnoreCase);
        List<KeyValuePair<string, string?>> values = [];
        foreach (CommandLineValue value in inputs.CommandLine)
        {
            options[value.Key] = value.Origin;
            values.Add(new KeyValuePair<string, string?>(value.Key, value.Value));
        }

        var commandLine = new MemoryConfigurationSource { InitialData = values };
        layers.Add(ConfigurationLayer.From(commandLine, key => options[key], key => options[key]));
        return layers;
    }

    private static void CheckLayer(ConfigurationLayer layer, List<string> errors)
    {
        OptionalValue.WriteOut(layer);

        // In the order of the keys, so that the same mistakes make the same lines whatever the source.
        // Not OrderBy: its code for pairs, which are structs, is compiled at run time, and the start pays for it.
        string[] keys = [.. layer.Values.Keys];
        Array.Sort(keys, StringComparer.OrdinalIgnoreCase);
        foreach (string key in keys)
        {
            string value = layer.Values[key]!;
            if (SettingKeys.Find(key) is not { } setting)
            {
                // An empty list is one empty value under the name of the list.
                if (value.Length > 0 || !SettingKeys.IsList(key))
                {
                    errors.Add(UnknownKey.Describe(layer, key, value));
                    layer.Refuse(key, UnknownKey.FindMeant(key));
                }

                continue;
            }

            bool lacksQuotes = setting.Kind == SettingKind.Text && layer.Booleans?.Contains(key) == true;
            string? normal = lacksQuotes ? null : setting.Normalize(value);
            if (normal is null)
            {
                string allowed = lacksQuotes ? "a text in quotes" : setting.Allowed;
                var error = new OptionError(SettingKeys.ToDocumented(key), value, allowed);
                errors.Add(error.ToLine(layer.OriginOf(key)));
                layer.Refuse(key, setting);
                continue;
            }

            layer.Values[key] = normal;
        }
    }

    private static void KeepHighestLists(List<ConfigurationLayer> layers)
    {
        foreach (string list in SettingKeys.Lists)
        {
            int highest = layers.FindLastIndex(layer => layer.HasList(list));
            for (int i = 0; i < highest; i++)
            {
                layers[i].RemoveList(list);
            }
        }
    }

    private static ServerOptions Bind(List<ConfigurationLayer> layers)
    {
        var builder = new ConfigurationBuilder();
        foreach (ConfigurationLayer layer in layers)
        {
            builder.AddInMemoryCollection(layer.Values);
        }

        using var root = (ConfigurationRoot)builder.Build();
        ServerSettings settings = root.Get<ServerSettings>() ?? new ServerSettings();

        settings.KeepEmptyLists(root);
        IEnumerable<IConfigurationSection> hosts = root.GetSection("Hosts").GetChildren();
        foreach ((HostSettings host, IConfigurationSection section) in (settings.Hosts ?? []).Zip(hosts))
        {
            host.KeepEmptyLists(section);
        }

        return settings.ToOptions();
    }

    /// <summary>Whether the value of a key, which is wrong, only stands for one that was refused before.</summary>
    private static bool IsTold(string key, List<ConfigurationLayer> layers)
    {
        ConfigurationLayer? holder = layers.FindLast(layer => layer.Values.ContainsKey(key));
        return holder is null ? layers.Exists(layer => layer.Refuses(key)) : holder.Refuses(key);
    }

    /// <summary>The origin of a key or, where an entry of a list is wrong for what it lacks, of what it has.</summary>
    private static string OriginOf(string key, Dictionary<string, string> origins)
    {
        if (origins.TryGetValue(key, out string? origin))
        {
            return origin;
        }

        string entry = SettingKeys.ListOf(key) is null ? "" : key;
        while (entry.Contains(':'))
        {
            string below = entry + ":";
            if (origins.FirstOrDefault(pair => pair.Key.StartsWith(below, StringComparison.Ordinal)).Value is { } found)
            {
                return found;
            }

            entry = entry[..entry.LastIndexOf(':')];
        }

        return "";
    }

    private static Dictionary<string, string> FindOrigins(List<ConfigurationLayer> layers)
    {
        var origins = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (ConfigurationLayer layer in layers)
        {
            foreach (string key in layer.Values.Keys)
            {
                origins[SettingKeys.ToDocumented(key)] = layer.OriginOf(key);
            }
        }

        return origins;
    }
}
