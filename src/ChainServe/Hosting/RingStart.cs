using System;
using Polly;
using Polly.Retry;
using Uring;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// Makes a worker's ring. Kernels from 6.14 on charge rings to RLIMIT_MEMLOCK, so that ENOMEM may only mean that the
/// ring is too large: it is tried again with half the entries.
/// </summary>
internal static class RingStart
{
    private const int Halvings = 4;

    /// <exception cref="RingException">Refused for another reason, or in every size.</exception>
    internal static Ring Create(IKernel kernel, uint submissionEntries, uint completionEntries, bool polls = false)
    {
        RingOptions options = new RingOptions
        {
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

    private static Ring CreateTested(IKernel kernel, RingOptions options)
    {
        Ring ring = Ring.Create(options, kernel);
        try
        {
            SelfTest.Require(ring);
            return ring;
        }
        catch (RingException)
        {
            ring.Dispose();
            throw;
        }
    }
}
