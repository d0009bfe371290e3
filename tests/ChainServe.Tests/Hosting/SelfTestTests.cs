using ChainServe.Hosting;
using Uring;
using Uring.Abi;
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

        // What a kernel that goes on behind a short send would do, this one does without MSG_WAITALL.
        Assert.False(SelfTest.BreaksAtShortSend(ring, MessageFlags.DontWait | MessageFlags.NoSignal));
        Assert.False(ring.TryPeek(out _));
        Assert.True(SelfTest.Passes(ring));
    }
}
