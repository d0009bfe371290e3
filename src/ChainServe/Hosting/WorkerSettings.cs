using System;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>What a worker is made with.</summary>
/// <param name="Kernel">Linux, or a fake.</param>
/// <param name="Listeners">What it accepts from; it lets them go when none of its accepts uses them any more.</param>
/// <param name="Connections">Connections at the same time.</param>
/// <param name="Flow">What holds for every site.</param>
/// <param name="Sites">What is served, and how.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
/// <param name="RunJob">Runs jobs on the worker's thread, where the kernel is not one for threads; null for the pool.
/// </param>
/// <param name="AccessLog">Or null.</param>
/// <param name="Clients">Where the connections of each client are counted, or null for no limit.</param>
/// <param name="EnterSandbox">Restricts the worker's thread; null for no sandbox, also for its ring.</param>
/// <param name="Pulse">Hears that it turns; or null.</param>
/// <param name="HasSuccessor">Whether, when it stops, somebody else accepts from its listeners; null for no.</param>
internal sealed record WorkerSettings(
    IKernel Kernel,
    Listener[] Listeners,
    int Connections,
    FlowOptions Flow,
    SiteTable Sites,
    TimeProvider Time,
    ServerLog Log,
    Action<Job>? RunJob = null,
    AccessLogSettings? AccessLog = null,
    ClientCounts? Clients = null,
    Action? EnterSandbox = null,
    WorkerPulse? Pulse = null,
    Func<bool>? HasSuccessor = null)
{
    /// <summary>Whether anybody wants to know who connects.</summary>
    internal bool WantsAddresses => AccessLog is not null || Clients is not null || !Flow.Proxies.IsEmpty;
}

/// <summary>The access log that each worker writes.</summary>
/// <param name="Format">Of its lines.</param>
/// <param name="Open">Opens the file.</param>
internal sealed record AccessLogSettings(AccessLogFormat Format, Func<SafeFileHandle> Open);
