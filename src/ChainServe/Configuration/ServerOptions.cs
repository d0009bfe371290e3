using System;
using System.Collections.Generic;
using System.Net;

namespace ChainServe.Configuration;

/// <summary>Everything that can be configured, with its defaults. Immutable; units are in the names.</summary>
internal sealed record ServerOptions : SitePolicy
{
    public ServerOptions()
    {
    }

    internal ServerOptions(SitePolicy site)
        : base(site)
    {
    }

    /// <summary>The TCP port; 0 lets the kernel pick one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The address to listen on; <c>::</c> takes IPv4 connections too.</summary>
    public string Host { get; init; } = "::";

    /// <summary>The path of a Unix socket to listen on instead; empty for none.</summary>
    public string UnixSocket { get; init; } = "";

    /// <summary>The mode of its file, in octal digits.</summary>
    public string UnixSocketMode { get; init; } = "0660";

    /// <summary>Worker threads; 0 means one for each CPU that the process may use.</summary>
    public int Workers { get; init; }

    /// <summary>No system calls while there is work: a thread of the kernel takes the entries (SQPOLL).</summary>
    public bool Poll { get; init; }

    /// <summary>Whose connections begin with a PROXY header: addresses, networks, or <c>unix</c>.</summary>
    public string[] ProxyProtocol { get; init; } = [];

    /// <summary>The user that serves, by name or number; empty is the one who starts the server.</summary>
    public string User { get; init; } = "";

    /// <summary>Its group, by name or number; empty is the user's own.</summary>
    public string Group { get; init; } = "";

    /// <summary>A server that root started on a privileged port may go on as root.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>Workers give up what they do not need: other files, other operations of the ring.</summary>
    public bool Sandbox { get; init; } = true;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>No banner, and nothing in the log below a warning.</summary>
    public bool Quiet { get; init; }

    /// <summary>Where a line for each request goes: a file, "-" for standard output; empty is nowhere.</summary>
    public string AccessLog { get; init; } = "";

    public AccessLogFormat LogFormat { get; init; } = AccessLogFormat.Combined;

    /// <summary>Sites with a name; the first whose name matches answers, and without one the options above.</summary>
    public HostOptions[] Hosts { get; init; } = [];

    public LimitsOptions Limits { get; init; } = new();

    public TimeoutsOptions Timeouts { get; init; } = new();

    /// <summary>The number of workers to start: <see cref="Workers"/>, or the CPUs allowed; half of them with
    /// <see cref="Poll"/>, because each worker brings a thread of the kernel that is as busy as itself.</summary>
    internal int WorkerCount => Workers != 0 ? Workers
        : Poll ? Math.Max(1, Environment.ProcessorCount / 2) : Environment.ProcessorCount;

    /// <summary>The level the log runs at: <see cref="Quiet"/> lowers <see cref="LogLevel"/>.</summary>
    internal LogLevel LogLevelEffective => Quiet && LogLevel > LogLevel.Warning ? LogLevel.Warning : LogLevel;

    /// <summary>The address to bind. Only for options that passed <see cref="Validate"/>.</summary>
    internal IPAddress GetHostAddress()
    {
        return HostName.TryParse(Host, out IPAddress? address)
            ? address
            : throw new InvalidOperationException("The options were not validated.");
    }

    /// <summary>Returns every value that is out of range; empty means that the options can be used.</summary>
    internal IReadOnlyList<OptionError> Validate()
    {
        return ServerOptionsValidator.Validate(this);
    }
}

internal enum AccessLogFormat : byte
{
    Common = 0,
    Combined = 1,
    Json = 2,
}

/// <summary>A site with a name. What it does not say is as for the site without one.</summary>
internal sealed record HostOptions : SitePolicy
{
    public HostOptions()
    {
    }

    internal HostOptions(SitePolicy site)
        : base(site)
    {
    }

    /// <summary>Without a port: <c>www.example.org</c>, or <c>*.example.org</c> for every name below it.</summary>
    public string Host { get; init; } = "";
}
