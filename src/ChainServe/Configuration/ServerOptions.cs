using System;
using System.Collections.Generic;
using System.IO;
using System.Net;

namespace ChainServe.Configuration;

/// <summary>Everything that can be configured, with its defaults. Immutable; units are in the names.</summary>
internal sealed record ServerOptions
{
    /// <summary>The directory to serve, as given; a relative one is relative to the current directory.</summary>
    public string Root { get; init; } = ".";

    /// <summary>The TCP port; 0 lets the kernel pick one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The address to listen on; <c>::</c> takes IPv4 connections too.</summary>
    public string Host { get; init; } = "::";

    /// <summary>Worker threads; 0 means one for each CPU that the process may use.</summary>
    public int Workers { get; init; }

    /// <summary>The names tried, in order, when a directory is requested; empty means none.</summary>
    public string[] Index { get; init; } = ["index.html"];

    /// <summary>The files under the root never change while the server runs, so whole chains may be used.</summary>
    public bool Immutable { get; init; }

    /// <summary>No system calls while there is work: a thread of the kernel takes the entries (SQPOLL).</summary>
    public bool Poll { get; init; }

    /// <summary>Serve names that start with a dot.</summary>
    public bool Hidden { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>No banner, and nothing in the log below a warning.</summary>
    public bool Quiet { get; init; }

    public CannedRoute[] Canned { get; init; } = [];

    public LimitsOptions Limits { get; init; } = new();

    public TimeoutsOptions Timeouts { get; init; } = new();

    /// <summary>The absolute path of the root.</summary>
    internal string RootFullPath => Path.GetFullPath(Root);

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
