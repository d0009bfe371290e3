using System;
using Polly;
using Polly.Retry;
using Uring;
using Uring.Abi;
using Uring.Kernel;
using Uring.Registered;

namespace ChainServe.Hosting;

/// <summary>
/// Makes a worker's ring. Kernels from 6.14 on charge rings to RLIMIT_MEMLOCK, so that ENOMEM may only mean that the
/// ring is too large: it is tried again with half the entries.
/// </summary>
internal static class RingStart
{
    private const int Halvings = 4;

    // Each read that a stalled disk does not answer may hold one, and whatever else needs one waits when none is left:
    // every name that is not in memory. The kernel's own number is four per CPU.
    private const uint KernelWorkersMax = 256;

    private const SubmissionFlags UsedFlags = SubmissionFlags.FixedFile | SubmissionFlags.Link
        | SubmissionFlags.HardLink | SubmissionFlags.SkipSuccess | SubmissionFlags.BufferSelect | SubmissionFlags.Async;

    /// <param name="kernel">Linux, or a fake.</param>
    /// <param name="submissionEntries">To begin with.</param>
    /// <param name="completionEntries">To begin with.</param>
    /// <param name="polls">Whether a thread of the kernel takes the entries.</param>
    /// <param name="isRestricted">Whether the ring refuses every operation and flag that no chain uses.</param>
    /// <exception cref="RingException">Refused for another reason, or in every size.</exception>
    internal static Ring Create(
        IKernel kernel,
        uint submissionEntries,
        uint completionEntries,
        bool polls = false,
        bool isRestricted = false)
    {
        RingOptions options = new RingOptions
        {
            StartDisabled = isRestricted,
            Mode = polls ? RingMode.SubmissionPolling : RingMode.Deferred,
            SqThreadIdleMilliseconds = polls ? BusyWait.ThreadIdleMilliseconds : 0,
        };
        uint submissions = submissionEntries * 2;
        uint completions = completionEntries * 2;
        return Retry.Execute(
            () =>
            {
                submissions /= 2;
                completions /= 2;
                return CreateTested(
                    kernel,
                    options with { SubmissionEntries = submissions, CompletionEntries = completions });
            },
            MakePipeline);
    }

    private static ResiliencePipeline MakePipeline()
    {
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RingException>(
                    static exception => exception.ErrorNumber == Errno.ENOMEM),
                MaxRetryAttempts = Halvings,
                Delay = TimeSpan.Zero,
            })
            .Build();
    }

    // What a chain needs, the self-test's no-operation, and the tables that a worker registers when its ring runs.
    private static void Restrict(Ring ring)
    {
        new RingRestrictions()
            .Allow(SelfTest.NeededOperations)
            .Allow(Opcode.Nop, Opcode.Command)
            .AllowFlags(UsedFlags)
            .Allow(
                RegisterOpcode.Files2,
                RegisterOpcode.UnregisterFiles,
                RegisterOpcode.ProvidedBufferRing,
                RegisterOpcode.UnregisterProvidedBufferRing)
            .Register(ring);
        ring.Enable();
    }

    private static Ring CreateTested(IKernel kernel, RingOptions options)
    {
        Ring ring = Ring.Create(options, kernel);
        try
        {
            ring.SetMaxWorkers(KernelWorkersMax, unbounded: 0);
            if (options.StartDisabled)
            {
                Restrict(ring);
            }

            SelfTest.Require(ring);
            return ring;
        }
        catch
        {
            ring.Dispose();
            throw;
        }
    }
}
