using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainServe.FuzzTests.Targets;

/// <summary>Pieces of grammar that several targets read slowly.</summary>
internal static partial class Naive
{
    /// <summary>One letter for each byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>A list by commas (RFC 9110 §5.6.1), without its empty elements.</summary>
    public static List<string> Elements(string list)
    {
        return [.. list.Split(',').Select(Trim).Where(static element => element.Length > 0)];
    }

    public static string Trim(string text)
    {
        return text.Trim(' ', '\t');
    }

    /// <summary>The names of a list with weights, in thousandths; those without a readable weight are not there.
    /// </summary>
    public static List<(string Name, int Quality)> Weights(string list)
    {
        List<(string, int)> weights = [];
        foreach (string element in Elements(list))
        {
            string[] parts = [.. element.Split(';').Select(Trim)];
            string? weight = parts.Skip(1).FirstOrDefault(
                static part => part.Contains('=', StringComparison.Ordinal)
                    && Trim(part.Split('=')[0]) is "q" or "Q");
            Match value = Weight().Match(weight ?? "q=1");
            if (parts[0].Length > 0 && value.Success)
            {
                string thousandths = value.Groups[1].Value + value.Groups[2].Value.PadRight(3, '0');
                weights.Add((parts[0].ToLowerInvariant(), int.Parse(thousandths, null)));
            }
        }

        return weights;
    }

    // A qvalue (RFC 9110 §12.4.2).
    [GeneratedRegex(@"\A[qQ]=(0(?=\z|\.[0-9]{0,3}\z)|1(?=\z|\.0{0,3}\z))\.?([0-9]*)\z")]
    private static partial Regex Weight();
}
