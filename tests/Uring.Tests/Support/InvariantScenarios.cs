using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace Uring.Tests.Support;

/// <summary>A broken invariant ends the process, so each is broken in a process of its own: this assembly run with the
/// scenario's name.</summary>
internal static class InvariantScenarios
{
    private static readonly Dictionary<string, Action<Ring>> Scenarios = new()
    {
        ["entry-inside-chain"] = ring =>
        {
            Chain chain = ring.BeginChain(2);
            chain.Next(1).PrepareNop();
            ring.Next(2).PrepareNop();
        },
        ["chain-inside-chain"] = ring =>
        {
            Chain chain = ring.BeginChain(2);
            chain.Next(1).PrepareNop();
            ring.BeginChain(1);
        },
        ["submit-inside-chain"] = ring =>
        {
            Chain chain = ring.BeginChain(2);
            chain.Next(1).PrepareNop();
            ring.Submit();
        },
        ["link-on-last-step"] = ring => ring.BeginChain(1).Next(1).PrepareNop(),
        ["last-too-early"] = ring => ring.BeginChain(2).Last(1).PrepareNop(),
        ["chain-longer-than-queue"] = ring => ring.BeginChain(9),
        ["chain-of-no-steps"] = ring => ring.BeginChain(0),
        ["advance-too-far"] = ring => ring.CompletionQueue.Advance(1),
        ["negative-slot"] = ring => ring.Next(1).PrepareCloseDirect(new FixedFileSlot(-1)),
        ["path-without-end"] = ring =>
        {
            using NativeRegion region = NativeRegion.Allocate(64);
            region.Slice(0, 4).Fill((byte)'a');
            ring.Next(1).PrepareOpenAt2(-100, region.Slice(0, 4), region.At<OpenHow>(32));
        },
        ["slice-that-wraps-around"] = _ => NativeRegion.Allocate(64).Slice(nuint.MaxValue - 3, 8),
        ["slice-of-freed-region"] = _ =>
        {
            NativeRegion region = NativeRegion.Allocate(64);
            region.Dispose();
            region.Slice(0, 8);
        },
    };

    internal static IEnumerable<string> Names => Scenarios.Keys;

    /// <summary>Starts the scenario elsewhere; answers its exit code and what it wrote to standard error.</summary>
    internal static (int ExitCode, string Error) Run(string name)
    {
        string? self = Environment.ProcessPath;
        ProcessStartInfo start = new ProcessStartInfo(self?.EndsWith("/dotnet") == true ? self : "dotnet")
        {
            RedirectStandardError = true,
            ArgumentList = { "exec", Assembly.GetExecutingAssembly().Location, name },
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0" },
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private static int Main(string[] arguments)
    {
        using CounterKernel kernel = new CounterKernel(0);
        Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 }, kernel);
        Scenarios[arguments.Single()](ring);
        return 0;
    }
}
