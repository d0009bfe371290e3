using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ChainServe.Chains;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// Random clients, files and faults against a naive oracle: every response is framed rightly and was true at some
/// moment of its request, or the connection ended; one strong entity tag never names two bodies; nothing leaks; each
/// response has its line in the log. A seed that failed once stands here by name.
/// </summary>
public sealed class SimulationTests
{
    private const int FixedSeeds = 3_000;
    private const int FailuresMax = 5;

    private readonly ITestOutputHelper _output;

    public SimulationTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void EveryAnswerOfAFixedSeedWasTrueAndTheyWentEverywhere()
    {
        SimulationMarks marks = new SimulationMarks();
        List<string> failures = [];
        for (int seed = 0; seed < FixedSeeds && failures.Count < FailuresMax; seed++)
        {
            if (Play(seed, marks) is { } failure)
            {
                failures.Add(failure);
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        AssertThatTheyWentEverywhere(marks);
    }

    [Fact]
    public void EveryAnswerOfAFreshSeedWasTrue()
    {
        int seed = Random.Shared.Next(1_000_000, int.MaxValue);
        _output.WriteLine($"seed {seed}");

        Assert.Null(Play(seed, new SimulationMarks()));
    }

    private static string? Play(int seed, SimulationMarks marks)
    {
        try
        {
            string? failure = SimulationRun.Play(seed, marks);
            return failure is null ? null : string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {failure}");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
        }
    }

    private static void AssertThatTheyWentEverywhere(SimulationMarks marks)
    {
        ChainKind[] kinds =
        [
            ChainKind.Accept, ChainKind.Receive, ChainKind.Resolve, ChainKind.File, ChainKind.CheckedFile,
            ChainKind.Chunk, ChainKind.Splice, ChainKind.Canned, ChainKind.Close, ChainKind.Pipe, ChainKind.Log,
        ];
        string[] names =
        [
            "200", "204", "206", "304", "308", "400", "403", "404", "405", "406", "408", "412", "413", "416", "500",
            "501", "503", "206 of a sibling", "304 by date", "a slow reader sent away", "an early stop", "br", "copies",
            "gzip", "lost lines", "multipart", "the grace period's end", "zstd",
        ];
        Assert.Equal([], kinds.Except(marks.Steps.Select(static step => step.Kind)));
        Assert.Equal([], names.Except(marks.Names));
    }
}
