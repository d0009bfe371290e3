using System.Collections.Generic;
using System.Net;

namespace ChainServe.Diagnostics;

/// <summary>What the banner says.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="KernelRelease">As <c>uname -r</c> prints it.</param>
/// <param name="Engine">Such as <c>io_uring, DEFER_TASKRUN</c>.</param>
/// <param name="Workers">The number of workers.</param>
/// <param name="Root">The absolute path of the root.</param>
/// <param name="EndPoints">The addresses that are bound, with their ports.</param>
/// <param name="MachineAddresses">The unicast addresses of this machine.</param>
internal sealed record BannerFacts(
    string Version,
    string KernelRelease,
    string Engine,
    int Workers,
    string Root,
    IReadOnlyList<EndPoint> EndPoints,
    IReadOnlyList<IPAddress> MachineAddresses);
