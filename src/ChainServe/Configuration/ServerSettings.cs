using System;

namespace ChainServe.Configuration;

/// <summary>
/// What the configuration binder fills: null means not given. It exists beside <see cref="ServerOptions"/> because the
/// binder's source generator skips init-only properties silently; the defaults live in the options alone.
/// </summary>
internal sealed class ServerSettings : SiteSettings
{
    public int? Port { get; set; }

    public string? Host { get; set; }

    public string? UnixSocket { get; set; }

    public string? UnixSocketMode { get; set; }

    public int? Workers { get; set; }

    public bool? Poll { get; set; }

    public string[]? ProxyProtocol { get; set; }

    public string? User { get; set; }

    public string? Group { get; set; }

    public bool? AllowRoot { get; set; }

    public bool? Sandbox { get; set; }

    public LogLevel? LogLevel { get; set; }

    public bool? Quiet { get; set; }

    public string? AccessLog { get; set; }

    public AccessLogFormat? LogFormat { get; set; }

    public HostSettings[]? Hosts { get; set; }

    public LimitsSettings Limits { get; set; } = new();

    public TimeoutsSettings Timeouts { get; set; } = new();

    internal ServerOptions ToOptions()
    {
        var defaults = new ServerOptions();
        SitePolicy site = ToPolicy(defaults);
        return new ServerOptions(site)
        {
            Port = Port ?? defaults.Port,
            Host = Host ?? defaults.Host,
            UnixSocket = UnixSocket ?? defaults.UnixSocket,
            UnixSocketMode = UnixSocketMode ?? defaults.UnixSocketMode,
            Workers = Workers ?? defaults.Workers,
            Poll = Poll ?? defaults.Poll,
            ProxyProtocol = ProxyProtocol ?? defaults.ProxyProtocol,
            User = User ?? defaults.User,
            Group = Group ?? defaults.Group,
            AllowRoot = AllowRoot ?? defaults.AllowRoot,
            Sandbox = Sandbox ?? defaults.Sandbox,
            LogLevel = LogLevel ?? defaults.LogLevel,
            Quiet = Quiet ?? defaults.Quiet,
            AccessLog = AccessLog ?? defaults.AccessLog,
            LogFormat = LogFormat ?? defaults.LogFormat,
            Hosts = Hosts is null ? defaults.Hosts : Array.ConvertAll(Hosts, host => host.ToOptions(site)),
            Limits = Limits.ToOptions(),
            Timeouts = Timeouts.ToOptions(),
        };
    }
}
