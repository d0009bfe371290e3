using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// Runs a target: 1. with every input of its corpus; 2. with mutants of them, of which those that reach something new
/// join the corpus. Each input runs with a guard page behind it, with one in front of it, and cut at every byte.
/// Without a map nothing is ever new.
/// </summary>
internal sealed class FuzzRun : IDisposable
{
    // Long inputs are cut less often: that costs the square of their length.
    private const int LongLength = 512;
    private const int LongPeriod = 64;

    private readonly FuzzTarget _target;
    private readonly ulong _seed;
    private readonly CoverageMap? _map;
    private readonly GuardedMemory _memory;
    private readonly List<byte[]> _corpus = [];
    private long _inputs;
    private long _executions;
    private long _valid;

    public FuzzRun(FuzzTarget target, ulong seed, CoverageMap? map)
    {
        _target = target;
        _seed = seed;
        _map = map;
        _memory = new GuardedMemory(PathOfLastInput(target.Name));
    }

    /// <summary>Everything that reached something new, in the order in which it did.</summary>
    public IReadOnlyList<byte[]> Corpus => _corpus;

    /// <summary>Where the last input is found when the process did not survive it.</summary>
    public static string PathOfLastInput(string name)
    {
        return Path.Combine(Path.GetTempPath(), $"chainserve-fuzz-{Environment.ProcessId}-{name}.last");
    }

    /// <exception cref="FuzzException">An answer was wrong; the input is a small one that shows it.</exception>
    public FuzzReport Run(IEnumerable<byte[]> corpus, long inputs)
    {
        var clock = Stopwatch.StartNew();
        foreach (byte[] input in corpus)
        {
            Try(input, mustCut: true);
            _corpus.Add(input);
        }

        if (_corpus.Count == 0)
        {
            _corpus.Add([]);
        }

        int given = _corpus.Count;
        Mutator mutator = new(_target, new Dice(_seed));
        while (_inputs < inputs)
        {
            byte[] input = mutator.Mutate(_corpus);
            if (Try(input, mustCut: false))
            {
                _corpus.Add(input);
            }
        }

        return new FuzzReport(
            _inputs, _executions, _valid, _map?.Edges ?? 0, given, _corpus.Count - given, clock.Elapsed);
    }

    /// <summary>Runs one input in every way that there is.</summary>
    public void Replay(byte[] input)
    {
        Try(input, mustCut: true);
    }

    /// <summary>Inputs that together take every pair of branches that the corpus takes: those that come first are
    /// preferred, then short ones.</summary>
    public IEnumerable<byte[]> Distill(IReadOnlyCollection<byte[]> first)
    {
        HashSet<int> taken = [];
        foreach (byte[] input in first.Concat(_corpus.OrderBy(static input => input.Length)))
        {
            _map!.Begin();
            _target.Check(_memory.PlaceAtEnd(input));
            int known = taken.Count;
            taken.UnionWith(_map.Taken());
            if (taken.Count > known)
            {
                yield return input;
            }
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
    }

    private bool Try(byte[] input, bool mustCut)
    {
        try
        {
            _map?.Begin();
            bool isValid = _target.Check(_memory.PlaceAtEnd(input));
            bool isNew = _map?.EndsWithNews() ?? false;
            _target.Check(_memory.PlaceAtStart(input));
            bool isLong = input.Length > LongLength && _inputs % LongPeriod != 0;
            long cuts = mustCut || isNew || !isLong ? _target.CheckCuts(input, _memory) : 0;
            _inputs++;
            _executions += 2 + cuts;
            _valid += isValid ? 1 : 0;
            return isNew;
        }
        catch (Exception exception)
        {
            throw FuzzException.Of(_target.Name, _seed, Smallest(input), exception);
        }
    }

    // Pieces are left out, large ones first, for as long as it still goes wrong.
    private byte[] Smallest(byte[] input)
    {
        for (int length = Math.Max(1, input.Length / 2); ; length /= 2)
        {
            for (int at = 0; at + length <= input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + length)..]];
                if (GoesWrong(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += length;
                }
            }

            if (length <= 1)
            {
                return input;
            }
        }
    }

    private bool GoesWrong(byte[] input)
    {
        try
        {
            _target.Check(_memory.PlaceAtEnd(input));
            _target.Check(_memory.PlaceAtStart(input));
            _target.CheckCuts(input, _memory);
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }
}
