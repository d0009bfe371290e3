using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Receives, sends and shutdowns.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void ASendWithoutWaitAllTakesAShortSendForSuccess(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Link, MessageFlags.NoSignal);
        lab.Close(2, 0);
        lab.Expect("1:part 2:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASendWithWaitAllGoesOnWhileTheClientReads(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Hard | Silent);
        lab.Close(2, 0);
        lab.ExpectNothing();
        lab.Clients[0].ReadByItself();
        lab.Expect("2:0");
        lab.ExpectEmpty(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void ASendThatIsCutByAResetReportsWhatItSentAndBreaks(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Link | Silent);
        lab.Close(2, 0);
        lab.ExpectNothing();
        lab.Clients[0].Reset();
        lab.Expect("1:part");
        lab.ExpectFilled(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void AHardLinkBehindACutSendClosesTheSocket(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Hard | Silent);
        lab.Close(2, 0);
        lab.ExpectNothing();
        lab.Clients[0].Reset();
        lab.Expect("1:part 2:0");
        lab.ExpectEmpty(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void ASendToASlowReaderEndsAtItsTimeoutWithWhatItSent(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Hard);
        lab.LinkTimeout(2, 40, Hard);
        lab.Close(3, 0);
        lab.Expect("2:-62 1:part 3:0");
        lab.ExpectEmpty(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void ACancelledSendReportsWhatItSent(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, Link);
        lab.Nop(2);
        lab.ExpectNothing();
        lab.CancelSlot(7, 0);
        lab.Expect("7:1 1:part 2:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AShortReceiveCountsAsSuccess(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(3);
        lab.Receive(1, 0, 64, Link);
        lab.Nop(2);
        lab.Expect("1:3 2:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AReceiveThatWaitsForAllCollectsAndBreaksShortAtTheFin(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 10, Link, MessageFlags.WaitAll);
        lab.Nop(2, Link);
        lab.Receive(3, 0, 10, Link, MessageFlags.WaitAll);
        lab.Nop(4);
        lab.Clients[0].Send(6);
        lab.ExpectNothing();
        lab.Clients[0].Send(6);
        lab.Expect("1:10 2:0");
        lab.Clients[0].Shutdown();
        lab.Expect("3:2 4:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AReceiveThatMayNotWaitBreaksWithEagain(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64, Link, MessageFlags.DontWait);
        lab.Nop(2);
        lab.Expect("1:-11 2:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AReceiveSaysWhetherMoreIsThere(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(10);
        lab.Receive(1, 0, 4);
        lab.Expect("1:4");
        Assert.Equal(CompletionFlags.SocketNonEmpty, lab.LastFlags);
        lab.Receive(2, 0, 64);
        lab.Expect("2:6");
        Assert.Equal(CompletionFlags.None, lab.LastFlags);
    }

    [SkippableTheory]
    [BothKernels]
    public void PollFirstChangesNothingInTheResult(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(10);
        lab.Receive(1, 0, 64, receiveFlags: ReceiveSendFlags.PollFirst);
        lab.Expect("1:10");
        lab.Receive(2, 0, 64, receiveFlags: ReceiveSendFlags.PollFirst);
        lab.ExpectNothing();
        lab.Clients[0].Shutdown();
        lab.Expect("2:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void DataBeforeAResetIsStillReceived(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(10);
        lab.Clients[0].Reset();
        lab.Receive(1, 0, 64);
        lab.Expect("1:10");
        lab.Receive(2, 0, 64);
        lab.Expect("2:-104");
        lab.Receive(3, 0, 64);
        lab.Expect("3:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AResetBehindAFinIsABrokenPipeForTheSender(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Shutdown();
        lab.Receive(1, 0, 64);
        lab.Expect("1:0");
        lab.Clients[0].Reset();
        lab.Send(2, 0, 10);
        lab.Expect("2:-32");
    }

    [SkippableTheory]
    [BothKernels]
    public void AClientThatClosedResetsWhatIsSentLater(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Close();
        lab.Receive(1, 0, 64);
        lab.Expect("1:0");
        lab.Send(2, 0, 10);
        lab.Expect("2:10");
        lab.ExpectNothing();
        lab.Send(3, 0, 10);
        lab.Expect("3:-32");
    }

    [SkippableTheory]
    [BothKernels]
    public void AShutdownWakesAReceiveThatWaits(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64);
        lab.ExpectNothing();
        lab.Shutdown(2, 0, ShutdownDirection.Both);
        lab.ExpectInAnyOrder("1:0 2:0");
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void AfterAWriteShutdownTheClientReadsTheEndAndMayStillSend(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, 10, Link | Silent);
        lab.Shutdown(2, 0, ShutdownDirection.Write);
        lab.Expect("2:0");
        Assert.Equal(10, lab.Clients[0].ReadToEnd());
        lab.Clients[0].Send(5);
        lab.Receive(3, 0, 64);
        lab.Expect("3:5");
        lab.Send(4, 0, 10);
        lab.Expect("4:-32");
    }

    [SkippableTheory]
    [BothKernels]
    public void AShutdownThatFailsBreaksNoLink(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Reset();
        lab.Receive(1, 0, 64);
        lab.Expect("1:-104");
        lab.Shutdown(2, 0, ShutdownDirection.Write, Link);
        lab.Nop(3);
        lab.Expect("2:-107 3:0");
        lab.Shutdown(4, 0, ShutdownDirection.Write, Link | Silent);
        lab.Nop(5);
        lab.Expect("5:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASocketOperationOnAFileIsRefusedAndAHardFollowerRuns(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link);
        lab.Send(2, 1, 16, Hard);
        lab.Close(3, 1);
        lab.Expect("1:0 2:-88 3:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void APollReportsThatAConnectionCanBeWritten(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Step(1).PreparePollAdd(new FixedFileSlot(0), PollEvents.Out);
        lab.Expect("1:4");
        lab.Step(2).PreparePollAdd(new FixedFileSlot(0), PollEvents.In);
        lab.ExpectNothing();
        lab.Clients[0].Send(1);
        lab.Expect("2:1");
    }

    [SkippableTheory]
    [BothKernels]
    public void ClosingASocketWithUnreadBytesResetsTheClient(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(10);
        lab.Receive(1, 0, 4);
        lab.Expect("1:4");
        lab.Close(2, 0);
        lab.Expect("2:0");
        Assert.True(lab.Clients[0].IsResetByServer());
    }

    private static Lab Connected(KernelKind kind)
    {
        Lab lab = Lab.Create(kind);
        lab.ConnectInto(0);
        return lab;
    }
}
