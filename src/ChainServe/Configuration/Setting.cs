using System;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>One key that can be configured.</summary>
/// <param name="Key">The key, levels separated by a colon; a star stands for the index of a list and
/// <see cref="SettingKeys.AnyName"/> for a name that the user chooses: <c>Headers:*:Set:{Name}</c>.</param>
/// <param name="Kind">What its text must look like.</param>
/// <param name="Least">The smallest whole number.</param>
/// <param name="Most">The largest whole number.</param>
internal sealed record Setting(string Key, SettingKind Kind, int Least = 0, int Most = 0)
{
    /// <summary>The words of a choice, as the documentation writes them.</summary>
    internal string[] Words { get; init; } = [];

    /// <summary>The whole numbers there are, where they are not a range.</summary>
    internal int[] Numbers { get; init; } = [];

    /// <summary>What its option means without a value, for those that may stand alone.</summary>
    internal string? Bare { get; init; }

    /// <summary>What may be given, to follow "give".</summary>
    internal string Allowed => Kind switch
    {
        SettingKind.Whole when Numbers.Length > 0 => OneOf(Numbers),
        SettingKind.Whole => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Least} to {Most}"),
        SettingKind.Switch => "true or false",
        SettingKind.Choice => $"{string.Join(", ", Words[..^1])} or {Words[^1]}",
        _ => "a text",
    };

    /// <summary>What stands in an entry of a list for a value that was refused: the entry keeps its place.</summary>
    internal string StandIn(string refused)
    {
        return Kind switch
        {
            SettingKind.Whole => "0",
            SettingKind.Switch => "false",
            SettingKind.Choice => Words[0],
            _ => refused,
        };
    }

    /// <summary>What may be given of some numbers, to follow "give".</summary>
    internal static string OneOf(int[] numbers)
    {
        return $"one of {string.Join(", ", numbers)}";
    }

    /// <summary>A setting whose words are the names of an enumeration.</summary>
    internal static Setting Choice<T>(string key)
        where T : struct, Enum
    {
        return new Setting(key, SettingKind.Choice) { Words = Enum.GetNames<T>() };
    }

    /// <summary>Brings a switch into the form that the binder takes, or returns null when it is none.</summary>
    internal static string? NormalizeSwitch(string value)
    {
        // 1 and 0 because that is how many people write an environment variable that is a switch.
        return value.ToLowerInvariant() switch
        {
            "true" or "1" => "true",
            "false" or "0" => "false",
            _ => null,
        };
    }

    /// <summary>
    /// Brings a value into the form that the binder takes, or returns null when it has the wrong type. Ranges are left
    /// to <see cref="ServerOptions.Validate"/>, except that a number too large for its type ends here.
    /// </summary>
    internal string? Normalize(string value)
    {
        switch (Kind)
        {
            case SettingKind.Whole:
                const NumberStyles Styles = NumberStyles.AllowLeadingSign;
                bool isWhole = int.TryParse(value, Styles, CultureInfo.InvariantCulture, out _);
                return isWhole && Letters.AreDigits(value.AsSpan(value.Length - 1)) ? value : null;
            case SettingKind.Switch:
                return NormalizeSwitch(value);
            case SettingKind.Choice:
                return NormalizeChoice(value);
            default:
                return value;
        }
    }

    private string? NormalizeChoice(string value)
    {
        // The short forms that other programs take for a level.
        string word = value.ToLowerInvariant() switch
        {
            "warn" => nameof(LogLevel.Warning),
            "info" => nameof(LogLevel.Information),
            _ => value,
        };
        return Array.Find(Words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
    }
}
