using System;
using System.Collections.Generic;
using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// Random clients, files and faults against a naive oracle: every response is framed rightly and was true at some
/// moment of its request, or the connection ended; one strong entity tag never names two bodies; nothing leaks. A seed
/// that failed once stands here by name.
/// </summary>
public sealed class SimulationTests
{
    private const int SeedsPerTest = 50;

    private readonly ITestOutputHelper _output;

    public SimulationTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    [InlineData(7, true)]
    public void EveryAnswerOfAFixedSeedWasTrue(int block, bool keepsCopies)
    {
        List<string> failures = [];
        for (int seed = block * SeedsPerTest; seed < (block + 1) * SeedsPerTest; seed++)
        {
            string? failure = Play(seed, keepsCopies);
            if (failure is not null)
            {
                failures.Add(failure);
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData(621, "404 from old facts, beside the request that looked again and found the file")]
    [InlineData(895, "200 to HEAD with an old length, in the same way")]
    [InlineData(1006, "404 from old facts for a large file")]
    [InlineData(3736, "416 from old facts after a look that failed")]
    public void AnAnswerThatWasOnceWrongIsTrueNow(int seed, string what)
    {
        Assert.True(Play(seed, keepsCopies: false) is null, what);
    }

    [Fact]
    public void AHalfRequestThatBeganWithHeadIsRefusedWithoutABody()
    {
        Assert.Null(Play(195, keepsCopies: true));
    }

    [Fact]
    public void EveryAnswerOfAFreshSeedWasTrue()
    {
        int seed = Random.Shared.Next(1_000_000, int.MaxValue);
        _output.WriteLine($"seed {seed}");

        Assert.Null(Play(seed, keepsCopies: false));
        Assert.Null(Play(seed, keepsCopies: true));
    }

    private static string? Play(int seed, bool keepsCopies)
    {
        try
        {
            string? failure = SimulationRun.Play(seed, keepsCopies);
            return failure is null ? null : string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {failure}");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
        }
    }
}
