namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="RewriteRule"/>.</summary>
internal sealed class RewriteSettings
{
    public string? From { get; set; }

    public string? To { get; set; }

    internal RewriteRule ToRule()
    {
        var defaults = new RewriteRule();
        return new RewriteRule { From = From ?? defaults.From, To = To ?? defaults.To };
    }
}
