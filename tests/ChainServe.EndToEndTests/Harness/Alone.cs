using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Tests that load the machine or watch time and memory run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "alone";
}
