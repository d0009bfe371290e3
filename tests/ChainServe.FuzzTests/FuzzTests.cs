using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using ChainServe.FuzzTests.Engine;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.FuzzTests;

/// <summary>
/// A run of every target with a fresh seed, and of what was found before. CHAINSERVE_FUZZ_EXECUTIONS is how many inputs
/// each target gets, CHAINSERVE_FUZZ_SEED repeats a run, CHAINSERVE_FUZZ_KEEP=1 adds to the corpus.
/// </summary>
[Collection("one map")]
public sealed class FuzzTests
{
    private static readonly ulong Seed = ReadSeed();

    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output)
    {
        _output = output;
    }

    public static TheoryData<string> Targets()
    {
        return [.. FuzzTargets.All.Select(target => target.Name)];
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void EveryAnswerToARandomInputIsRight(string target)
    {
        string? inputs = Environment.GetEnvironmentVariable("CHAINSERVE_FUZZ_EXECUTIONS");
        bool keeps = Environment.GetEnvironmentVariable("CHAINSERVE_FUZZ_KEEP") == "1";
        long count = string.IsNullOrEmpty(inputs) ? 0 : long.Parse(inputs, CultureInfo.InvariantCulture);
        object? report = InstrumentedProgram.Call(
            typeof(FuzzProcess), nameof(FuzzProcess.Run), target, Seed, count, keeps);
        string line = $"fuzz {target}, seed {Seed}: {report}";
        _output.WriteLine(line);

        // Shown in the log of a run that passes, too.
        Console.WriteLine(line);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void WhatWasFoundOnceIsAnsweredRight(string target)
    {
        using FuzzRun run = new(FuzzTargets.Find(target), Seed, map: null);
        foreach (byte[] input in FuzzFolder.Read(FuzzFolder.FindingsOf(target)))
        {
            run.Replay(input);
        }
    }

    [Fact]
    public void EveryFolderOfInputsIsThatOfATarget()
    {
        IEnumerable<string> folders = new[] { FuzzFolder.CorpusOf("."), FuzzFolder.FindingsOf(".") }
            .SelectMany(Directory.GetDirectories)
            .Select(folder => Path.GetFileName(folder));
        Assert.Empty(folders.Except(FuzzTargets.All.Select(target => target.Name)));
    }

    private static ulong ReadSeed()
    {
        string? seed = Environment.GetEnvironmentVariable("CHAINSERVE_FUZZ_SEED");
        return string.IsNullOrEmpty(seed)
            ? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue)
            : ulong.Parse(seed, CultureInfo.InvariantCulture);
    }
}
