using System.Collections.Generic;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>Misuse that would cut a chain or hand the kernel a wrong address ends the process, in Release
/// too.</summary>
public sealed class InvariantTests
{
    public static TheoryData<string, string> Broken => new()
    {
        { "entry-inside-chain", "would cut it" },
        { "chain-inside-chain", "filled in full before the next one" },
        { "submit-inside-chain", "filled in full before it is submitted" },
        { "link-on-last-step", "links to nothing" },
        { "last-too-early", "must be its last reserved entry" },
        { "chain-longer-than-queue", "must fit into the submission queue" },
        { "chain-of-no-steps", "must fit into the submission queue" },
        { "advance-too-far", "only ready completions" },
        { "negative-slot", "a slot number is not negative" },
        { "path-without-end", "ends with a zero byte" },
        { "slice-that-wraps-around", "must lie in its region" },
        { "slice-of-freed-region", "a region that was freed" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ABrokenInvariantEndsTheProcessAndSaysWhich(string scenario, string message)
    {
        (int exitCode, string error) = InvariantScenarios.Run(scenario);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Invariant broken at", error);
        Assert.Contains(message, error);
    }

    [Fact]
    public void EveryScenarioIsExpectedHere()
    {
        HashSet<string> expected = [];
        foreach (object[] row in Broken)
        {
            expected.Add((string)row[0]);
        }

        Assert.Equal(expected, [.. InvariantScenarios.Names]);
    }
}
