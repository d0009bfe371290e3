using System;
using System.Collections.Generic;
using System.IO;
using ChainServe.FuzzTests.Engine;
using Xunit;

namespace ChainServe.FuzzTests;

/// <summary>A fuzzer that finds nothing has to prove that it could.</summary>
[Collection("one map")]
public sealed class EngineTests
{
    [Fact]
    public void NothingMayBeReadBesideAnInput()
    {
        using GuardedMemory memory = new(FuzzRun.PathOfLastInput("guard"));
        Assert.True(memory.IsReadable(0));
        Assert.True(memory.IsReadable(GuardedMemory.Length - 1));
        Assert.False(memory.IsReadable(-1));
        Assert.False(memory.IsReadable(GuardedMemory.Length));
        Assert.Equal("abc"u8, memory.PlaceAtEnd("abc"u8));
        Assert.Equal("abc"u8, memory.PlaceAtStart("abc"u8));
    }

    [Fact]
    public void TheLastInputIsInAFileForWhoeverFindsTheProcessGone()
    {
        string path = FuzzRun.PathOfLastInput("file");
        using GuardedMemory memory = new(path);
        memory.PlaceAtEnd("abc"u8);
        byte[] file = File.ReadAllBytes(path);
        int length = BitConverter.ToInt32(file, 0);
        int offset = BitConverter.ToInt32(file, 4);
        Assert.Equal("abc"u8, file.AsSpan(4096 + offset, length));
    }

    [Fact]
    public void AWrongAnswerIsReportedWithTheSmallestInputThatShowsIt()
    {
        using FuzzRun run = new(new PlantedTarget(), 1, map: null);
        FuzzException found = Assert.Throws<FuzzException>(() => run.Run(["xxxxxx"u8.ToArray()], 100_000));
        Assert.Equal("ab"u8, found.Input);
    }

    [Fact]
    public void TheSameSeedMakesTheSameInputs()
    {
        List<string> Inputs(ulong seed)
        {
            PlantedTarget target = new() { IsHarmless = true };
            using FuzzRun run = new(target, seed, map: null);
            run.Run(["xxxxxx"u8.ToArray()], 200);
            return target.Seen;
        }

        Assert.Equal(Inputs(7), Inputs(7));
        Assert.NotEqual(Inputs(7), Inputs(8));
    }

    /// <summary>From one letter to whole requests: nothing but new branches leads there.</summary>
    [Fact]
    public void BranchesThatWereNeverTakenLeadOn()
    {
        int[] edges = (int[])InstrumentedProgram.Call(
            typeof(FuzzProcess), nameof(FuzzProcess.Explore), "request", "G"u8.ToArray(), 1UL, 4_000L)!;
        Assert.InRange(edges[1], 10 * edges[0], int.MaxValue);
    }

    private sealed class PlantedTarget : FuzzTarget
    {
        public PlantedTarget()
            : base("planted")
        {
        }

        public bool IsHarmless { get; init; }

        public List<string> Seen { get; } = [];

        public override IReadOnlyList<string> Tokens => ["a", "b", "c"];

        public override bool Check(ReadOnlySpan<byte> input)
        {
            Seen.Add(Printable.Of(input));
            return IsHarmless || input.IndexOf("ab"u8) < 0 ? true : throw new InvalidOperationException("planted");
        }
    }
}
