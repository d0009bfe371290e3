using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;

namespace ChainServe.Configuration;

/// <summary>Reads <c>chainserve.json</c>, and says in one line what is wrong with it when it cannot be read.</summary>
internal static class ConfigurationFile
{
    /// <summary>
    /// Loads a file through the stock JSON provider. The stream form is used because the file form brings the whole
    /// file watching machinery into the start-up for nothing.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="shown">How the user named it.</param>
    /// <param name="errors">Gets the line about a file that cannot be used.</param>
    internal static ConfigurationLayer? Read(string path, string shown, List<string> errors)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(ToReadError(path, shown, exception));
            return null;
        }

        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            var source = new JsonStreamConfigurationSource { Stream = stream };
            var layer = ConfigurationLayer.From(source, _ => shown, SettingKeys.ToDocumented);
            using JsonDocument document = ToDocument(bytes);
            HashSet<string> booleans = JsonBooleans.Find(document.RootElement);
            foreach (string key in booleans)
            {
                // As it is written, and not as .NET writes it.
                if (layer.Values.TryGetValue(key, out string? text))
                {
                    layer.Values[key] = text!.ToLowerInvariant();
                }
            }

            return layer with { Booleans = booleans };
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            errors.Add(ToFormatError(bytes, shown, exception));
            return null;
        }
    }

    private static string ToReadError(string path, string shown, Exception exception)
    {
        string name = OptionError.Quote(shown);
        return exception switch
        {
            _ when Directory.Exists(path) => $"the configuration file {name} is a directory; name a JSON file.",
            FileNotFoundException or DirectoryNotFoundException =>
                $"the configuration file {name} does not exist; correct --config or create the file.",
            UnauthorizedAccessException =>
                $"the configuration file {name} may not be read by this user; change its permissions.",
            _ => $"the configuration file {name} cannot be read ({exception.GetType().Name}); check the disk.",
        };
    }

    private static string ToFormatError(byte[] bytes, string shown, Exception exception)
    {
        JsonException? json = exception as JsonException ?? exception.InnerException as JsonException;
        if (json is not null)
        {
            // The exception counts both from zero. Its message is not used: the published program has no resources.
            long line = (json.LineNumber ?? 0) + 1;
            long column = (json.BytePositionInLine ?? 0) + 1;
            return $"{shown}: line {line}, column {column}: this is not valid JSON; look for a missing or extra "
                + "quote, comma, colon or bracket just before it.";
        }

        try
        {
            using JsonDocument document = ToDocument(bytes);
            string? twice = document.RootElement.ValueKind == JsonValueKind.Object
                ? FindKeyGivenTwice(document.RootElement, "")
                : null;
            if (exception is not InvalidOperationException || twice is not null)
            {
                return twice is null
                    ? $"{shown}: the file must hold one JSON object, such as {{ \"Port\": 8080 }}."
                    : $"{shown}: {OptionError.Quote(twice)} is given twice (capitals do not count); remove one of the "
                        + "two.";
            }
        }
        catch (InvalidOperationException)
        {
            // A key is half of a pair.
        }

        return $"{shown}: a text holds half of a letter (one \\u escape of a pair without the other); write both.";
    }

    // As the provider decodes it, whatever mark stands at its start; what is no text becomes a question mark.
    private static JsonDocument ToDocument(byte[] bytes)
    {
        const JsonCommentHandling Comments = JsonCommentHandling.Skip;
        var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = Comments };
        using var reader = new StreamReader(new MemoryStream(bytes, writable: false));
        return JsonDocument.Parse(reader.ReadToEnd(), options);
    }

    private static string? FindKeyGivenTwice(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in element.EnumerateArray())
            {
                string? inItem = FindKeyGivenTwice(item, $"{path}{index++}:");
                if (inItem is not null)
                {
                    return inItem;
                }
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string? twice = seen.Add(property.Name)
                ? FindKeyGivenTwice(property.Value, $"{path}{property.Name}:")
                : path + property.Name;
            if (twice is not null)
            {
                return twice;
            }
        }

        return null;
    }
}
