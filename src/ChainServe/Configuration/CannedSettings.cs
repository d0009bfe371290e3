namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="CannedRoute"/>.</summary>
internal sealed class CannedSettings
{
    public string? Path { get; set; }

    public int? Status { get; set; }

    public string? ContentType { get; set; }

    public string? Body { get; set; }

    internal CannedRoute ToRoute()
    {
        var defaults = new CannedRoute();
        return new CannedRoute
        {
            Path = Path ?? defaults.Path,
            Status = Status ?? defaults.Status,
            ContentType = ContentType ?? defaults.ContentType,
            Body = Body ?? defaults.Body,
        };
    }
}
