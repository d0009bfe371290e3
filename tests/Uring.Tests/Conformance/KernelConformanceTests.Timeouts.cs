using Uring.Abi;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Link timeouts: accept(1) → recv(2) → timeout(9) → nop(3), and others.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void ALinkTimeoutBehindTheReceiveCountsFromWhenItWaits(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        TimedAcceptChain(lab, milliseconds: 60, timeout: Link);
        lab.ExpectNothing();
        lab.ExpectNothing();
        lab.ExpectNothing();
        lab.Connect();
        lab.Expect("1:0 9:-62 2:-125 3:-125");
        lab.ExpectFilled(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void AChainGoesOnPastATimeoutThatDidNotExpire(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        TimedAcceptChain(lab, milliseconds: 2000, timeout: Link);
        lab.Connect().Send(3);
        lab.Expect("1:0 2:3 9:-125 3:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AnExpiredTimeoutWithSkipStaysSilent(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        TimedAcceptChain(lab, milliseconds: 20, timeout: Link | Silent);
        lab.Connect();
        lab.Expect("1:0 2:-125 3:-125");
        lab.ExpectNothing();
    }

    [SkippableTheory]
    [BothKernels]
    public void ATimeoutWithSkipStaysSilentWhenItsReceiveEnds(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Accept(1, 5, Link);
        lab.Receive(2, 5, 64, Link);
        lab.LinkTimeout(9, 2000, Silent);
        lab.Connect().Send(3);
        lab.Expect("1:0 2:3");
        lab.Accept(1, 6, Link);
        lab.Receive(2, 6, 64, Link);
        lab.LinkTimeout(9, 2000, Silent);
        lab.Connect().Reset();
        lab.Expect("1:0 2:-104");
        lab.ExpectNothing();
    }

    [SkippableTheory]
    [BothKernels]
    public void ATimeoutBehindTheAcceptEndsAChainThatNobodyConnectsTo(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Accept(1, 5, Link);
        lab.LinkTimeout(9, 20, Link);
        lab.Receive(2, 5, 64);
        lab.Expect("9:-62 1:-125 2:-125");
        lab.ExpectEmpty(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void AnAcceptChainThatFailsAtTheAcceptCancelsItsTimeoutToo(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        TimedAcceptChain(lab, milliseconds: 2000, timeout: Link);
        lab.Cancel(7, 1);
        lab.Expect("7:0 1:-125 2:-125 9:-125 3:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void SoftLinksLeaveTheSlotFilledAfterATimeout(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.ConnectInto(5);
        lab.Receive(1, 5, 64, Link);
        lab.LinkTimeout(2, 20, Link);
        lab.Close(3, 5);
        lab.Expect("2:-62 1:-125 3:-125");
        lab.ExpectFilled(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void ALoneLinkTimeoutIsRefusedAndTwoInARowCancelTheirChain(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.AllowMisuse();
        lab.LinkTimeout(1, 20);
        lab.Expect("1:-22");
        lab.ConnectInto(5);
        lab.Receive(2, 5, 64, Link);
        lab.LinkTimeout(3, 20, Link);
        lab.LinkTimeout(4, 20);
        lab.Expect("2:-125 3:-125 4:-22");
    }

    [SkippableTheory]
    [BothKernels]
    public void ATimeoutLongerThanItsReadStaysSilentAndOutOfTheWay(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link | Silent);
        lab.Read(2, 1, 16, Link | Silent);
        lab.LinkTimeout(3, 2000, Link | Silent);
        lab.Close(4, 1);
        lab.Expect("4:0");
        lab.Open(1, "f", 1, Link | Silent);
        lab.Read(2, 1, 17, Hard | Silent);
        lab.LinkTimeout(3, 2000, Hard | Silent);
        lab.Close(4, 1);
        lab.Expect("2:16 4:0");
    }

    private static void TimedAcceptChain(Lab lab, long milliseconds, SubmissionFlags timeout)
    {
        lab.Accept(1, 5, Link);
        lab.Receive(2, 5, 64, Link);
        lab.LinkTimeout(9, milliseconds, timeout);
        lab.Nop(3);
    }
}
