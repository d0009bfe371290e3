using System.Collections.Generic;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>What the doctor judges; collected once, so that the judging is pure.</summary>
/// <param name="Proc">What /proc says.</param>
/// <param name="Options">The options the server would run with.</param>
/// <param name="RootPath">The absolute path of the root, symbolic links resolved.</param>
/// <param name="RootProblem">What is wrong with the root, or null.</param>
/// <param name="CpusAllowed">The CPUs this process may use.</param>
/// <param name="Features">The ring features, probed.</param>
/// <param name="LandlockVersion">Of the kernel; 0 for none.</param>
/// <param name="MissingPages">What is said of pages that the options name and that are not there, or null.</param>
internal sealed record DoctorFacts(
    ProcFacts Proc,
    ServerOptions Options,
    string RootPath,
    string? RootProblem,
    int CpusAllowed,
    IReadOnlyList<FeatureCheck> Features,
    int LandlockVersion = 0,
    string? MissingPages = null);
