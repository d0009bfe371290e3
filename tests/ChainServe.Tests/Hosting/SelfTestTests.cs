using ChainServe.Hosting;
using Uring;
using Uring.Kernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>What a worker asks its ring before it serves.</summary>
public sealed class SelfTestTests
{
    [SkippableTheory]
    [InlineData(RingMode.Deferred)]
    [InlineData(RingMode.SubmissionPolling)]
    public void OnThisKernelASendThatIsCutShortBreaksItsChainAndTheRingIsEmptyBehindTheTest(RingMode mode)
    {
        using LinuxWorker worker = new();
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 32, Mode = mode }, LinuxKernel.Instance);

        Assert.True(SelfTest.BreaksAtShortSend(ring));
        Assert.False(ring.TryPeek(out _));
        Assert.True(SelfTest.Passes(ring));
    }
}
