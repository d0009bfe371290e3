using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>One key that can be configured; a star stands for the index of a list.</summary>
/// <param name="Key">The key, levels separated by a colon: <c>Canned:*:Path</c>.</param>
/// <param name="Kind">What its text must look like.</param>
/// <param name="Least">The smallest whole number.</param>
/// <param name="Most">The largest whole number.</param>
internal sealed record Setting(string Key, SettingKind Kind, int Least = 0, int Most = 0)
{
    /// <summary>What may be given, to follow "give".</summary>
    internal string Allowed => Kind switch
    {
        SettingKind.Whole => string.Create(CultureInfo.InvariantCulture, $"a whole number from {Least} to {Most}"),
        SettingKind.Switch => "true or false",
        SettingKind.Level => "Error, Warning, Information or Debug",
        _ => "a text",
    };

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
                return int.TryParse(value, Styles, CultureInfo.InvariantCulture, out _) ? value : null;
            case SettingKind.Switch:
                return NormalizeSwitch(value);
            case SettingKind.Level:
                return NormalizeLevel(value);
            default:
                return value;
        }
    }

    private static string? NormalizeSwitch(string value)
    {
        // 1 and 0 because that is how many people write an environment variable that is a switch.
        return value.ToLowerInvariant() switch
        {
            "true" or "1" => "true",
            "false" or "0" => "false",
            _ => null,
        };
    }

    private static string? NormalizeLevel(string value)
    {
        return value.ToLowerInvariant() switch
        {
            "error" => nameof(LogLevel.Error),
            "warning" or "warn" => nameof(LogLevel.Warning),
            "information" or "info" => nameof(LogLevel.Information),
            "debug" => nameof(LogLevel.Debug),
            _ => null,
        };
    }
}
