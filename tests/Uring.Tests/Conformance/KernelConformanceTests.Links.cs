using System;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>
/// What the chains of this server lean on, each fact one scenario that runs on the fake and on Linux. The fake is
/// trusted in what stands here and in nothing else.
/// </summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void EveryStepOfAChainReportsWithoutSkip(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        FileChain(lab, SubmissionFlags.None);
        lab.Expect("1:0 2:32 3:32 4:0");
        lab.ExpectEmpty(1);
        Assert.Equal(Content(32), lab.Clients[0].Read(32));
    }

    [SkippableTheory]
    [BothKernels]
    public void SkipOnAllButTheLastStepPostsOneCompletionInOneEnter(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        FileChain(lab, Silent);
        long enters = lab.Ring.EnterCount;
        Assert.Equal(4UL, lab.Ring.Wait().UserData);
        Assert.Equal(enters + 1, lab.Ring.EnterCount);
        lab.ExpectEmpty(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AChainThatIsSilentThroughoutPostsNothing(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        FileChain(lab, Silent, last: Silent);
        lab.ExpectNothing();
        lab.ExpectEmpty(1);
        Assert.Equal(32, lab.Clients[0].Read(32).Length);
    }

    [SkippableTheory]
    [BothKernels]
    public void AFailedOpenCancelsEveryFollower(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        lab.World.Delete("f");
        FileChain(lab, SubmissionFlags.None);
        lab.Expect("1:-2 2:-125 3:-125 4:-125");
        FileChain(lab, Silent);
        lab.Expect("1:-2");
        lab.ExpectEmpty(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AShortReadBreaksTheChainWithAPositiveResultAndLeavesTheSlotFilled(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        FileChain(lab, SubmissionFlags.None);
        lab.Expect("1:0 2:16 3:-125 4:-125");
        lab.ExpectFilled(1);
        FileChain(lab, Silent);
        lab.Expect("2:16");
        lab.ExpectFilled(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AResetBeforeTheSendBreaksTheChainAndLeavesTheSlotFilled(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        lab.Clients[0].Reset();
        FileChain(lab, Silent);
        lab.Expect("3:-104");
        lab.ExpectFilled(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AHardLinkOnTheSendClosesTheFileEvenWhenTheClientIsGone(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        lab.Clients[0].Reset();
        FileChain(lab, Silent, send: Hard | Silent);
        lab.Expect("3:-104 4:0");
        lab.ExpectEmpty(1);
        FileChain(lab, Silent, send: Hard | Silent);
        lab.Expect("3:-32 4:0");
        lab.ExpectEmpty(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AHardLinkOnTheReadSendsGarbageAfterAShortRead(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        FileChain(lab, SubmissionFlags.None, read: Hard, send: Hard);
        lab.Expect("1:0 2:16 3:32 4:0");
        Assert.Equal(32, lab.Clients[0].Read(32).Length);
        FileChain(lab, SubmissionFlags.None, send: Hard);
        lab.Expect("1:0 2:16 3:-125 4:-125");
        lab.ExpectFilled(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AHardLinkOnAFailedOpenRunsTheReadOnAnEmptySlot(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.World.Delete("f");
        FileChain(lab, SubmissionFlags.None, open: Hard);
        lab.Expect("1:-2 2:-9 3:-125 4:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AnOpenThatIsForcedToAWorkerChangesNothing(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        FileChain(lab, SubmissionFlags.None, open: Link | SubmissionFlags.Async);
        lab.Expect("1:0 2:16 3:-125 4:-125");
        lab.World.WriteFile("f", 32);
        FileChain(lab, Silent, open: Link | Silent | SubmissionFlags.Async);
        lab.Expect("4:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AFailingStepWithoutSkipMakesEveryLaterStepReport(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link);
        lab.Read(2, 1, 32, Link);
        lab.Nop(3, Link | Silent);
        lab.Nop(4, Silent);
        lab.Expect("1:0 2:16 3:-125 4:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AFailingStepWithSkipSilencesEveryLaterStep(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link | Silent);
        lab.Read(2, 1, 32, Link | Silent);
        lab.Nop(3, Link);
        lab.Nop(4);
        lab.Expect("2:16");
    }

    [SkippableTheory]
    [BothKernels]
    public void AHardFailureWithSkipReportsOnceAndTheFollowersStaySilent(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Read(1, 40, 8, Hard | Silent);
        lab.Nop(2, Link | Silent);
        lab.Nop(3, Silent);
        lab.Expect("1:-9");
        lab.ExpectNothing();
    }

    [SkippableTheory]
    [BothKernels]
    public void AnUnknownOperationCancelsItsWholeChainHardLinksToo(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.World.AllowMisuse();
        lab.Open(1, "f", 1, Hard);
        lab.Step(2, Hard).Opcode = (Opcode)200;
        lab.Nop(3);
        lab.Expect("1:-125 2:-22 3:-125");
        lab.ExpectEmpty(1);
    }

    [SkippableTheory]
    [BothKernels]
    public void AReadOfNothingSucceedsAndTheEndOfTheFileIsShort(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link);
        lab.Read(2, 1, 0, Link);
        lab.Read(3, 1, 8, Link, offset: 16);
        lab.Nop(4);
        lab.Expect("1:0 2:0 3:0 4:-125");
    }

    private static Lab FileLab(KernelKind kind, int fileLength)
    {
        Lab lab = Lab.Create(kind);
        lab.World.WriteFile("f", fileLength);
        lab.ConnectInto(0);
        return lab;
    }

    /// <summary>open(1) → read 32(2) → send(3) → close(4), the file in slot 1, the connection in slot 0.</summary>
    private static void FileChain(
        Lab lab,
        SubmissionFlags skip,
        SubmissionFlags? open = null,
        SubmissionFlags? read = null,
        SubmissionFlags? send = null,
        SubmissionFlags last = SubmissionFlags.None)
    {
        lab.Open(1, "f", 1, open ?? (Link | skip));
        Span<byte> buffer = lab.Memory(32);
        lab.Step(2, read ?? (Link | skip)).PrepareRead(new FixedFileSlot(1), buffer, 0);
        lab.Step(3, send ?? (Link | skip)).PrepareSend(new FixedFileSlot(0), buffer, WaitAll);
        lab.Close(4, 1, last);
    }
}
