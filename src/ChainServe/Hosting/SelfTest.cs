using System;
using System.Linq;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Hosting;

/// <summary>
/// Decides at start whether this kernel walks chains as a worker needs it: what it says of its features, and one silent
/// chain that must end with exactly one completion within one wait. Kernels before 6.6.y and 6.12 may miss the wake-up
/// of such a chain (liburing issue 1235).
/// </summary>
internal static class SelfTest
{
    private const ulong LastStep = 3;
    private const int WaitMilliseconds = 1000;

    internal static ReadOnlySpan<Opcode> NeededOperations =>
    [
        Opcode.Accept, Opcode.Receive, Opcode.Send, Opcode.OpenAt2, Opcode.Read, Opcode.Close,
        Opcode.AsyncCancel, Opcode.FilesUpdate, Opcode.Shutdown, Opcode.Statx, Opcode.Splice, Opcode.PollAdd,
        Opcode.Timeout, Opcode.SendMessage, Opcode.Write,
    ];

    private const FeatureFlags NeededFeatures = FeatureFlags.LinkedFile | FeatureFlags.CqeSkip
        | FeatureFlags.ExtendedArgument | FeatureFlags.NoDrop | FeatureFlags.SingleMap;

    /// <summary>Throws when the ring cannot carry a worker.</summary>
    /// <exception cref="RingException">EINVAL: the kernel is too old.</exception>
    internal static void Require(Ring ring)
    {
        bool hasOperations = NeededOperations.ToArray().All(ring.Features.Supports);
        if (!ring.Features.Has(NeededFeatures) || !hasOperations || !Passes(ring))
        {
            throw new RingException("the start-up test of a linked chain", Errno.EINVAL);
        }
    }

    internal static bool Passes(Ring ring)
    {
        Chain chain = ring.BeginChain(3);
        chain.Next(1).PrepareNop();
        chain.Next(2).PrepareNop();
        chain.Last(LastStep).PrepareNop();
        ring.SubmitAndWait(1, WaitMilliseconds);
        return ring.CompletionQueue.ReadyCount == 1
            && ring.TryPeek(out CompletionQueueEntry completion)
            && completion.UserData == LastStep
            && completion.Result == 0;
    }
}
