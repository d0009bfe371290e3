using System;
using System.Collections.Generic;

namespace ChainServe.FuzzTests.Engine;

/// <summary>What is called in the copy of this assembly that sees the instrumented program.</summary>
internal static class FuzzProcess
{
    private static readonly Lazy<CoverageMap> Map = new(() => new CoverageMap());

    /// <summary>Runs a target from its corpus.</summary>
    /// <param name="name">Of the target.</param>
    /// <param name="seed">Of the mutator.</param>
    /// <param name="inputs">How many; 0 for as many as the target wants.</param>
    /// <param name="keeps">Whether the corpus gets what reached something new.</param>
    /// <returns>What it did, in one line.</returns>
    public static string Run(string name, ulong seed, long inputs, bool keeps)
    {
        // First of all: whatever is instrumented writes to it.
        Map.Value.Reset();
        FuzzTarget target = FuzzTargets.Find(name);
        string folder = FuzzFolder.CorpusOf(name);
        IReadOnlyList<byte[]> corpus = FuzzFolder.Read(folder);
        Require.True(corpus.Count > 0, $"there is no corpus for {name}");
        using FuzzRun run = new(target, seed, Map.Value);
        FuzzReport report = run.Run(corpus, inputs == 0 ? target.DefaultInputs : inputs);

        // A run that only makes nonsense, or nothing else than sense, proves nothing.
        Require.True(report.Valid > 0 && report.Valid < report.Inputs, $"all inputs are alike: {report}");
        Require.True(report.Edges > 0, $"nothing is instrumented: {report}");
        if (keeps)
        {
            FuzzFolder.Write(folder, [.. run.Distill(FuzzFolder.ReadNamed(folder))]);
        }

        return report.ToString();
    }

    /// <summary>Runs a target from one input alone.</summary>
    /// <returns>Edges of that input, and of all.</returns>
    public static int[] Explore(string name, byte[] input, ulong seed, long inputs)
    {
        Map.Value.Reset();
        using FuzzRun run = new(FuzzTargets.Find(name), seed, Map.Value);
        int first = run.Run([input], 1).Edges;
        return [first, run.Run([input], inputs).Edges];
    }
}
