namespace ChainServe.Configuration;

/// <summary>
/// What the configuration binder fills: null means not given. It exists beside <see cref="ServerOptions"/> because the
/// binder's source generator skips init-only properties silently; the defaults live in the options alone.
/// </summary>
internal sealed class ServerSettings
{
    public string? Root { get; set; }

    public int? Port { get; set; }

    public string? Host { get; set; }

    public int? Workers { get; set; }

    public string[]? Index { get; set; }

    public bool? Immutable { get; set; }

    public bool? Poll { get; set; }

    public bool? Hidden { get; set; }

    public LogLevel? LogLevel { get; set; }

    public bool? Quiet { get; set; }

    public CannedSettings[]? Canned { get; set; }

    public LimitsSettings Limits { get; set; } = new();

    public TimeoutsSettings Timeouts { get; set; } = new();

    internal ServerOptions ToOptions()
    {
        var defaults = new ServerOptions();
        return new ServerOptions
        {
            Root = Root ?? defaults.Root,
            Port = Port ?? defaults.Port,
            Host = Host ?? defaults.Host,
            Workers = Workers ?? defaults.Workers,
            Index = Index ?? defaults.Index,
            Immutable = Immutable ?? defaults.Immutable,
            Poll = Poll ?? defaults.Poll,
            Hidden = Hidden ?? defaults.Hidden,
            LogLevel = LogLevel ?? defaults.LogLevel,
            Quiet = Quiet ?? defaults.Quiet,
            Canned = Canned is null ? defaults.Canned : System.Array.ConvertAll(Canned, route => route.ToRoute()),
            Limits = Limits.ToOptions(),
            Timeouts = Timeouts.ToOptions(),
        };
    }
}
