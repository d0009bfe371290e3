namespace ChainServe.Configuration;

/// <summary>One bad value: its key, what was given, and what is allowed.</summary>
/// <param name="Key">The configuration key, levels separated by a colon: <c>Limits:HeadBytesMax</c>.</param>
/// <param name="Value">The value as given.</param>
/// <param name="Allowed">What to give instead, without a full stop: <c>a whole number from 0 to 65535</c>.</param>
internal sealed record OptionError(string Key, string Value, string Allowed)
{
    /// <summary>The error as one line.</summary>
    public override string ToString()
    {
        return ToLine("");
    }

    /// <summary>The error as one line that says where the value came from.</summary>
    internal string ToLine(string origin)
    {
        string from = origin.Length == 0 ? "" : $" (from {origin})";
        return $"{Key}: {Quote(Value)}{from} is not allowed; give {Allowed}.";
    }

    /// <summary>Quotes a value for a message of one line: a newline in the value must not make two.</summary>
    internal static string Quote(string value)
    {
        const int LengthMax = 120;
        string shown = value.Length > LengthMax ? value[..LengthMax] + "…" : value;
        return "'" + ToOneLine(shown) + "'";
    }

    /// <summary>A message with the names that a source has for its keys: they may hold anything.</summary>
    internal static string ToOneLine(string message)
    {
        return string.Create(message.Length, message, static (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
    }
}
