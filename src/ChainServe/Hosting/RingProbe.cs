using System.Collections.Generic;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using Uring;
using Uring.Abi;
using Uring.Kernel;
using Uring.Registered;

namespace ChainServe.Hosting;

/// <summary>Tries on a small ring what a worker needs, for the doctor: one line for each feature.</summary>
internal static class RingProbe
{
    private const string OldKernel = "this needs Linux 6.1 or later";
    private const string GoesOn = "this kernel goes on behind a send that was cut short; use one that does not";

    internal static IReadOnlyList<FeatureCheck> Check(ServerOptions options)
    {
        List<FeatureCheck> checks = [];
        try
        {
            using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 32 }, LinuxKernel.Instance);
            checks.Add(new FeatureCheck("DEFER_TASKRUN ring", true, null));
            AddFeatures(checks, ring);
            AddRegistrations(checks, ring);
            checks.Add(new FeatureCheck("linked chain", SelfTest.Passes(ring), OldKernel));
            checks.Add(new FeatureCheck("short send", SelfTest.BreaksAtShortSend(ring), GoesOn));
        }
        catch (RingException exception)
        {
            string advice = RingSetupFailure.OnThisMachine(exception.Operation, exception.ErrorNumber).ToSentence();
            checks.Add(new FeatureCheck("DEFER_TASKRUN ring", false, advice));
        }

        checks.Add(TryListen(options));
        return checks;
    }

    private static FeatureCheck TryListen(ServerOptions options)
    {
        string name = options.UnixSocket.Length > 0
            ? $"Unix socket {options.UnixSocket}"
            : System.FormattableString.Invariant($"port {options.Port}");
        try
        {
            Listeners.Open(options, 1).Dispose();
            return new FeatureCheck(name, true, null);
        }
        catch (StartupException exception)
        {
            return new FeatureCheck(name, false, exception.Message);
        }
    }

    private static void AddFeatures(List<FeatureCheck> checks, Ring ring)
    {
        RingFeatures features = ring.Features;
        checks.Add(Feature("LINKED_FILE", FeatureFlags.LinkedFile));
        checks.Add(Feature("CQE_SKIP", FeatureFlags.CqeSkip));
        checks.Add(Feature("EXT_ARG", FeatureFlags.ExtendedArgument));
        checks.Add(Feature("NODROP", FeatureFlags.NoDrop));
        foreach (Opcode opcode in SelfTest.NeededOperations)
        {
            if (!features.Supports(opcode))
            {
                checks.Add(new FeatureCheck($"operation {opcode}", false, OldKernel));
            }
        }

        FeatureCheck Feature(string name, FeatureFlags flag)
        {
            return new FeatureCheck(name, features.Has(flag), OldKernel);
        }
    }

    private static void AddRegistrations(List<FeatureCheck> checks, Ring ring)
    {
        checks.Add(Try("fixed-file table", () => FixedFileTable.Register(ring, 16)));
        checks.Add(Try("provided buffer ring", () => BufferRing.Register(ring, 0, 8, 4096).Dispose()));
    }

    private static FeatureCheck Try(string name, System.Action register)
    {
        try
        {
            register();
            return new FeatureCheck(name, true, null);
        }
        catch (RingException exception)
        {
            string advice = RingSetupFailure.OnThisMachine(exception.Operation, exception.ErrorNumber).ToSentence();
            return new FeatureCheck(name, false, advice);
        }
    }
}
