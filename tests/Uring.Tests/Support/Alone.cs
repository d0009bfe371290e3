using Xunit;

namespace Uring.Tests.Support;

/// <summary>Tests that lean on descriptor numbers run when no other test opens any.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    internal const string Name = "Alone";
}
