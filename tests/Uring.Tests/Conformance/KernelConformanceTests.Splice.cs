using Uring.Abi;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>The gated splice: file slot 1 → pipe(1) → socket slot 0 with SOCK_NONBLOCK(2).</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void ASpliceChainMovesAFileThroughAPipeWithOneCompletion(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 30_000);
        lab.In(1, 0, 30_000, Link | Silent);
        lab.Out(2, 30_000);
        lab.Expect("2:30000");
        Assert.Equal(Content(30_000), lab.Client.Read(30_000));
        lab.ExpectInPipe(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void AHeadIsSentBeforeTheSplicesAndOneCompletionEndsThemAll(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 20_000);
        lab.Send(1, Content(100), Link | Silent);
        lab.In(2, 0, 12_000, Link | Silent);
        lab.Out(3, 12_000, Link | Silent);
        lab.In(4, 12_000, 8_000, Link | Silent);
        lab.Out(5, 8_000, Hard | Silent);
        lab.CloseFile(6);
        lab.Expect("6:0");
        Assert.Equal([.. Content(100), .. Content(20_000)], lab.Client.Read(20_100));
        lab.ExpectInPipe(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void ASpliceToAClientThatDoesNotReadIsShortAndHoldsNothing(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, SpliceLab.FileLengthMax);
        lab.In(1, 0, SpliceLab.FileLengthMax, Link | Silent);
        lab.Out(2, SpliceLab.FileLengthMax, Link | Silent);
        lab.Nop(3);
        int sent = lab.ResultOf(2);
        Assert.InRange(sent, 1, SpliceLab.FileLengthMax - 1);
        lab.ExpectInPipe(SpliceLab.FileLengthMax - sent);
        Assert.Equal(Content(sent), lab.Client.Read(sent));
    }

    [SkippableTheory]
    [BothKernels]
    public void WhatWasNotSentIsSplicedAgainFromItsOffset(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, SpliceLab.FileLengthMax);
        byte[] content = Content(SpliceLab.FileLengthMax);
        int rounds = 0;
        for (int offset = 0; offset < content.Length; rounds++)
        {
            lab.Poll(1);
            lab.Expect("1:4");
            int rest = content.Length - offset;
            lab.In(2, offset, rest, Link | Silent);
            lab.Out(3, rest);
            int sent = lab.ResultOf(3);
            lab.ExpectInPipe(rest - sent);
            Assert.Equal(content[offset..(offset + sent)], lab.Client.Read(sent));
            offset += sent;
        }

        Assert.InRange(rounds, 2, 100);
    }

    [SkippableTheory]
    [BothKernels]
    public void ASpliceIntoAFullSocketAnswersEagainAndMovesNothing(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.FillSocket();
        lab.In(1, 0, 8_000, Link | Silent);
        lab.Out(2, 8_000, Link | Silent);
        lab.Nop(3);
        lab.Expect("2:-11");
        lab.ExpectInPipe(8_000);
    }

    [SkippableTheory]
    [BothKernels]
    public void APollForRoomWaitsWhileTheSocketIsFullAndFiresWhenTheClientReads(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.Poll(1);
        lab.Expect("1:4");
        lab.FillSocket();
        lab.Poll(2);
        lab.ExpectNothing();
        lab.Client.ReadByItself();
        lab.Expect("2:4");
        lab.In(3, 0, 8_000, Link | Silent);
        lab.Out(4, 8_000);
        lab.Expect("4:8000");
    }

    [SkippableTheory]
    [BothKernels]
    public void APollForRoomFiresWhenTheClientResets(KernelKind kind)
    {
        const PollEvents Ended = PollEvents.Out | PollEvents.Error | PollEvents.HangUp | PollEvents.ReadHangUp;
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.FillSocket();
        lab.Poll(1);
        lab.ExpectNothing();
        lab.Client.Reset();
        lab.Expect($"1:{(int)Ended}");
        lab.Poll(2);
        lab.Expect($"2:{(int)Ended}");
    }

    [SkippableTheory]
    [BothKernels]
    public void APollForRoomFiresForTheClientsFinThoughThereIsNoRoom(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.FillSocket();
        lab.Poll(1);
        lab.ExpectNothing();
        lab.Client.Shutdown();
        lab.Expect($"1:{(int)PollEvents.ReadHangUp}");
        lab.Poll(2);
        lab.Expect($"2:{(int)PollEvents.ReadHangUp}");
        lab.In(3, 0, 8_000, Link | Silent);
        lab.Out(4, 8_000);
        lab.Expect("4:-11");
    }

    [SkippableTheory]
    [BothKernels]
    public void APollForRoomEndsWhenItsSlotIsCancelled(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.FillSocket();
        lab.Poll(1);
        lab.ExpectNothing();
        lab.CancelConnection(2);
        lab.Expect("2:1 1:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AFileShorterThanAskedBreaksTheChainAndLeavesItsBytesInThePipe(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.In(1, 0, 300, Link | Silent);
        lab.Out(2, 300);
        lab.Expect("1:100");
        lab.ExpectInPipe(100);
        lab.In(1, 40, 300, Link);
        lab.Out(2, 300);
        lab.Expect("1:60 2:-125");
        lab.ExpectInPipe(60);
        lab.In(1, 100, 300, Link);
        lab.Out(2, 300);
        lab.Expect("1:0 2:-125");
        lab.ExpectInPipe(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void AClientThatResetFailsTheSpliceAndLeavesTheBytesInThePipe(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.Client.Reset();
        lab.In(1, 0, 8_000, Link | Silent);
        lab.Out(2, 8_000, Hard | Silent);
        lab.CloseFile(3);
        lab.Expect("2:-104 3:0");
        lab.Out(4, 8_000);
        lab.Expect("4:-32");
        lab.ExpectInPipe(8_000);
    }

    [SkippableTheory]
    [BothKernels]
    public void AClientThatClosedTakesOneSpliceAndResetsTheNext(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 8_000);
        lab.Client.Close();
        lab.In(1, 0, 8_000, Link | Silent);
        lab.Out(2, 4_000);
        lab.Expect("2:4000");
        lab.ExpectNothing();
        lab.Out(3, 4_000);
        lab.Expect("3:-32");
        lab.ExpectInPipe(4_000);
    }

    [SkippableTheory]
    [BothKernels]
    public void AColdFileIsReadByTheSpliceItself(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 30_000);
        lab.CoolPages();
        lab.In(1, 0, 30_000, Link | Silent);
        lab.Out(2, 30_000);
        lab.Expect("2:30000");
        lab.ReadFileWithoutWaiting(3, 30_000);
        lab.Expect("3:30000");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASendToANonBlockingSocketWaitsAsOnAnyOther(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.Send(1, new byte[BigLength]);
        lab.ExpectNothing();
        lab.Client.ReadByItself();
        lab.Expect($"1:{BigLength}");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASendThatMayNotWaitSendsWhatFitsAndBreaksItsChain(KernelKind kind)
    {
        using SpliceLab lab = new SpliceLab(kind, fileLength: 100);
        lab.Client.Shutdown();
        lab.Send(1, new byte[BigLength], Link | Silent, WaitAll | MessageFlags.DontWait);
        lab.Nop(2);
        lab.Expect("1:part");
        lab.FillSocket();
        lab.Send(3, new byte[10], Link | Silent, WaitAll | MessageFlags.DontWait);
        lab.Nop(4);
        lab.Expect("3:-11");
        lab.Client.ReadByItself();
        lab.Send(5, new byte[10], Link | Silent);
        lab.Nop(6);
        lab.Expect("6:0");
        lab.Send(7, new byte[10], Link | Silent, WaitAll | MessageFlags.DontWait);
        lab.Nop(8);
        lab.Expect("8:0");
    }
}
