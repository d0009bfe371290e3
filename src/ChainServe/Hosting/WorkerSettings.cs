using System;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>What a worker is made with.</summary>
/// <param name="Kernel">Linux, or a fake.</param>
/// <param name="Listener">Descriptor of its listening socket.</param>
/// <param name="CloseListener">Closes that socket: called when no accept of the worker uses it any more.</param>
/// <param name="Root">Descriptor of the root; the server's to close.</param>
/// <param name="Connections">Connections at the same time.</param>
/// <param name="Limits">What it may keep: facts, and copies of hot files.</param>
/// <param name="Site">What is served, and how.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
internal sealed record WorkerSettings(
    IKernel Kernel,
    int Listener,
    Action CloseListener,
    int Root,
    int Connections,
    LimitsOptions Limits,
    SiteOptions Site,
    TimeProvider Time,
    ServerLog Log);
