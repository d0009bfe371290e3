using System;
using System.Collections.Generic;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// One parser with everything that must hold of its answers. To add one: a class in Targets, a line in
/// <see cref="FuzzTargets"/>, and a folder of its name with some inputs in Corpus.
/// </summary>
internal abstract class FuzzTarget
{
    private int _firstCut;

    protected FuzzTarget(string name)
    {
        Name = name;
    }

    /// <summary>The folder of its inputs.</summary>
    public string Name { get; }

    /// <summary>What the grammar is made of: the mutator puts it in where a random byte would never make sense.
    /// </summary>
    public abstract IReadOnlyList<string> Tokens { get; }

    /// <summary>Bytes between the parts of an input: parts are dropped, doubled and moved as a whole.</summary>
    public virtual string Separators => "\n";

    public virtual int LengthMax => 256;

    /// <summary>Inputs of a run that nobody gave a number for: about two seconds in a Debug build.</summary>
    public virtual long DefaultInputs => 4_000;

    /// <summary>Every how many bytes an input is cut, from another byte on each time: 1 but for parsers that take
    /// milliseconds.</summary>
    public virtual int CutPeriod => 1;

    /// <summary>Runs the parser, and throws when its answer is wrong.</summary>
    /// <param name="input">Its bytes end where readable memory ends, or begin where it begins.</param>
    /// <returns>Whether the parser took the input for valid.</returns>
    public abstract bool Check(ReadOnlySpan<byte> input);

    /// <summary>Runs the parser with every beginning of an input.</summary>
    /// <returns>How often it ran.</returns>
    public virtual long CheckCuts(ReadOnlySpan<byte> input, GuardedMemory memory)
    {
        long cuts = 0;
        _firstCut = (_firstCut + 1) % CutPeriod;
        for (int length = _firstCut; length < input.Length; length += CutPeriod)
        {
            Check(memory.PlaceAtEnd(input[..length]));
            cuts++;
        }

        return cuts;
    }
}
