using System;
using System.Collections.Generic;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>The rules of <see cref="SitePolicy.Header"/> and <see cref="SitePolicy.Headers"/>.</summary>
internal static class FieldValidator
{
    internal static void CheckLine(string[] lines, int index, string key, List<OptionError> errors)
    {
        string line = lines[index];
        int colon = line.IndexOf(':');
        if (colon < 0 || !Letters.IsToken(line.AsSpan(0, colon)))
        {
            errors.Add(new OptionError(key, line, "a name, a colon and a value, such as X-Frame-Options: DENY"));
            return;
        }

        CheckField(key, line, line[..colon], line[(colon + 1)..].Trim(' '), errors);
    }

    internal static void CheckRule(HeaderRule[] rules, int index, string key, List<OptionError> errors)
    {
        HeaderRule rule = rules[index];
        if (!rule.Source.StartsWith('/') || Letters.HasControl(rule.Source))
        {
            errors.Add(new OptionError($"{key}:Source", rule.Source, "a glob over the path, such as /assets/**"));
        }

        if (rule.Set.Count == 0 && rule.Unset.Length == 0)
        {
            errors.Add(new OptionError($"{key}:Set", "", "a field to set, or the name of one in Unset"));
        }

        foreach ((string name, string value) in rule.Set)
        {
            if (!Letters.IsToken(name))
            {
                // The name goes into the line as a value, where it is quoted.
                errors.Add(new OptionError($"{key}:Set", name, "a field name such as X-Frame-Options"));
                continue;
            }

            CheckField($"{key}:Set:{name}", value, name, value, errors);
        }

        for (int i = 0; i < rule.Unset.Length; i++)
        {
            string name = rule.Unset[i];
            string item = string.Create(CultureInfo.InvariantCulture, $"{key}:Unset:{i}");
            if (!Letters.IsToken(name))
            {
                errors.Add(new OptionError(item, name, "a field name such as X-Frame-Options"));
            }
            else if (FieldSyntax.IsOwned(name))
            {
                errors.Add(new OptionError(item, name, $"another field: the server needs {name} itself"));
            }
        }
    }

    private static void CheckField(string key, string given, string name, string value, List<OptionError> errors)
    {
        if (FieldSyntax.IsOwned(name))
        {
            errors.Add(new OptionError(key, given, $"another field: the server writes {name} itself"));
        }
        else if (!FieldSyntax.IsValue(value))
        {
            errors.Add(new OptionError(key, given, FieldSyntax.Value));
        }
    }
}
