using System;
using System.Runtime.ExceptionServices;
using Polly;

namespace ChainServe.Hosting;

/// <summary>
/// Runs work that hardly ever needs a second attempt: 1. the first attempt, bare; 2. only when it failed, a pipeline
/// that is made now and gets that failure as its first outcome, so that attempts and delays are the pipeline's. To make
/// a pipeline costs a third of the start-up: its options are validated by reflection, and its generic code is compiled
/// at run time.
/// </summary>
internal static class Retry
{
    /// <summary>Runs work that returns nothing.</summary>
    internal static void Execute(Action work, Func<ResiliencePipeline> makePipeline)
    {
        Execute(
            () =>
            {
                work();
                return true;
            },
            makePipeline);
    }

    /// <summary>Runs work until it succeeds or the pipeline gives up.</summary>
    /// <param name="work">Throws when it fails.</param>
    /// <param name="makePipeline">Called once, and only when the first attempt failed.</param>
    internal static T Execute<T>(Func<T> work, Func<ResiliencePipeline> makePipeline)
    {
        ExceptionDispatchInfo failure;
        try
        {
            return work();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        return ExecuteAfter(failure, work, makePipeline());
    }

    private static T ExecuteAfter<T>(ExceptionDispatchInfo? failure, Func<T> work, ResiliencePipeline pipeline)
    {
        return pipeline.Execute(() =>
        {
            ExceptionDispatchInfo? first = failure;
            failure = null;
            first?.Throw();
            return work();
        });
    }
}
