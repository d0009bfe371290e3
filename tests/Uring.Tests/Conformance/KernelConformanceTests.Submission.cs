using Uring.Abi;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Cancelling, what a submission does to a chain, and waiting.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void OnlyTheRunningMemberOfAChainCanBeCancelled(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64, Link);
        lab.Nop(2);
        lab.ExpectNothing();
        lab.Cancel(7, 2);
        lab.Expect("7:-2");
        lab.Cancel(8, 1);
        lab.Expect("8:0 1:-125 2:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void CancellingASilentHeadPostsOneCompletion(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64, Link | Silent);
        lab.Nop(2);
        lab.ExpectNothing();
        lab.Cancel(8, 1);
        lab.Expect("8:0 1:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void CancellingBySlotCountsWhatItEnded(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.ConnectInto(1);
        lab.Receive(1, 0, 64);
        lab.Send(2, 0, BigLength);
        lab.Receive(3, 1, 64);
        lab.ExpectNothing();
        lab.CancelSlot(7, 0);
        lab.ExpectInAnyOrder("7:2 1:-125 2:part");
        lab.CancelSlot(8, 0);
        lab.Expect("8:0");
        lab.CancelSlot(9, 1, CancelFlags.None);
        lab.Expect("9:0 3:-125");
        lab.CancelSlot(10, 1, CancelFlags.None);
        lab.Expect("10:-2");
    }

    [SkippableTheory]
    [BothKernels]
    public void CancellingEverythingEndsEveryRunningRequest(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64, Link | Silent);
        lab.Nop(2);
        lab.Accept(3, 5);
        lab.Timeout(4, 60_000);
        lab.Receive(5, 0, 64, Link);
        lab.LinkTimeout(6, 60_000);
        lab.ExpectNothing();
        lab.Cancel(7, 0, CancelFlags.Any | CancelFlags.All);
        lab.ExpectInAnyOrder("7:4 1:-125 3:-125 4:-125 5:-125 6:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AChainThatIsCutByTwoSubmissionsIsTwoChains(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.World.AllowMisuse();
        lab.Open(1, "missing", 1, Link);
        lab.Submit();
        lab.Read(2, 1, 16);
        lab.ExpectInAnyOrder("1:-2 2:-9");
    }

    [SkippableTheory]
    [BothKernels]
    public void OnlyHeadsStartBeforeTheRingWaits(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link);
        lab.Read(2, 1, 16, Link);
        lab.Nop(3);
        lab.Submit();
        Assert.Equal(1U, lab.Ring.CompletionQueue.ReadyCount);
        lab.Expect("1:0 2:16 3:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AWaitForOneReturnsInTheMiddleOfAChainThatReports(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Nop(1, Link);
        lab.Nop(2, Link);
        lab.Nop(3, Link);
        lab.Nop(4);
        lab.Ring.SubmitAndWait(1);
        Assert.Equal(3U, lab.Ring.CompletionQueue.ReadyCount);
        lab.Expect("1:0 2:0 3:0 4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void ABadEntryDoesNotHoldUpTheOthersOfItsSubmission(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.AllowMisuse();
        lab.Nop(1);
        lab.Step(2).Opcode = (Opcode)200;
        lab.Nop(3);
        lab.Nop(4);
        lab.ExpectInAnyOrder("1:0 2:-22 3:0 4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AnExpiredTimeoutBreaksItsChainUnlessExpiryIsSuccess(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Timeout(1, 10, Link);
        lab.Nop(2);
        lab.Expect("1:-62 2:-125");
        lab.Timeout(3, 10, Link, TimeoutFlags.ExpirySuccess);
        lab.Nop(4);
        lab.Expect("3:-62 4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AWaitThatRunsOutSaysSoOnlyWhenNothingIsThere(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        Assert.Equal(-Errno.ETIME, lab.Ring.SubmitAndWait(1, 10));
        lab.Nop(1);
        Assert.Equal(1, lab.Ring.SubmitAndWait(4, 10));
        Assert.Equal(0, lab.Ring.SubmitAndWait(4, 10));
        lab.Expect("1:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void CompletionsThatDoNotFitAreKeptInOrder(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind, new RingOptions { SubmissionEntries = 16, CompletionEntries = 16 });
        string expected = "";
        for (int round = 0; round < 2; round++)
        {
            for (int index = 0; index < 16; index++)
            {
                int number = (round * 16) + index + 1;
                lab.Nop(number);
                expected += $"{number}:0 ";
            }

            lab.Submit();
        }

        Assert.Equal(16U, lab.Ring.CompletionQueue.ReadyCount);
        lab.Expect(expected);
    }
}
