using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="HeaderRule"/>.</summary>
internal sealed class HeaderSettings
{
    public string? Source { get; set; }

    public Dictionary<string, string>? Set { get; set; }

    public string[]? Unset { get; set; }

    internal HeaderRule ToRule()
    {
        var defaults = new HeaderRule();
        return new HeaderRule
        {
            Source = Source ?? defaults.Source,
            Set = Set ?? defaults.Set,
            Unset = Unset ?? defaults.Unset,
        };
    }
}
