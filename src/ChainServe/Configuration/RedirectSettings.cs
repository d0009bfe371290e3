namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="RedirectRule"/>.</summary>
internal sealed class RedirectSettings
{
    public string? From { get; set; }

    public string? To { get; set; }

    public int? Status { get; set; }

    internal RedirectRule ToRule()
    {
        var defaults = new RedirectRule();
        return new RedirectRule
        {
            From = From ?? defaults.From,
            To = To ?? defaults.To,
            Status = Status ?? defaults.Status,
        };
    }
}
