namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="HostOptions"/>.</summary>
internal sealed class HostSettings : SiteSettings
{
    public string? Host { get; set; }

    internal HostOptions ToOptions(SitePolicy inherited)
    {
        return new HostOptions(ToPolicy(inherited)) { Host = Host ?? "" };
    }
}
