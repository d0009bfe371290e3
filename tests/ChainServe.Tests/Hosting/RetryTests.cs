using System;
using System.Collections.Generic;
using ChainServe.Hosting;
using Polly;
using Polly.Retry;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The first attempt goes without a pipeline; everything else is as if it had been the pipeline's.</summary>
public sealed class RetryTests
{
    [Fact]
    public void WorkThatSucceedsMakesNoPipeline()
    {
        Assert.Equal(7, Retry.Execute(() => 7, () => throw new InvalidOperationException("not needed")));
    }

    [Fact]
    public void AFailureIsTriedAgainAsOftenAsThePipelineSays()
    {
        int attempts = 0;
        List<string> handled = [];
        var failure = Assert.Throws<TimeoutException>(() => Retry.Execute(
            () => Fail(new TimeoutException($"attempt {++attempts}")), () => MakePipeline(2, handled)));
        Assert.Equal("attempt 3", failure.Message);
        Assert.Equal(["attempt 1", "attempt 2", "attempt 3"], handled);
    }

    [Fact]
    public void ALaterAttemptMaySucceed()
    {
        int attempts = 0;
        Retry.Execute(
            () =>
            {
                if (++attempts < 3)
                {
                    throw new TimeoutException("not yet");
                }
            },
            () => MakePipeline(5, []));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public void WhatThePipelineDoesNotHandleEndsAtOnce()
    {
        int attempts = 0;
        Assert.Throws<InvalidOperationException>(() => Retry.Execute(
            () => Fail(new InvalidOperationException($"attempt {++attempts}")), () => MakePipeline(5, [])));
        Assert.Equal(1, attempts);
    }

    private static bool Fail(Exception exception)
    {
        throw exception;
    }

    private static ResiliencePipeline MakePipeline(int retries, List<string> handled)
    {
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TimeoutException>(exception =>
                {
                    handled.Add(exception.Message);
                    return true;
                }),
                MaxRetryAttempts = retries,
                Delay = TimeSpan.Zero,
            })
            .Build();
    }
}
