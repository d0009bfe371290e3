using System;
using System.Globalization;

namespace ChainServe.FuzzTests.Engine;

/// <summary>What a run did.</summary>
/// <param name="Inputs">Different places and cuts of an input not counted.</param>
/// <param name="Executions">How often the parser ran.</param>
/// <param name="Valid">Inputs that it took for valid.</param>
/// <param name="Edges">Pairs of branches that were taken; 0 without instrumentation.</param>
/// <param name="Given">Inputs of the corpus.</param>
/// <param name="Kept">Mutants that reached something new.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record FuzzReport(
    long Inputs, long Executions, long Valid, int Edges, int Given, int Kept, TimeSpan Elapsed)
{
    public override string ToString()
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Inputs} inputs, {Executions} executions, {Valid} valid, {Edges} edges, corpus {Given} + {Kept}, "
            + $"{Elapsed.TotalSeconds:0.0} s");
    }
}
