using Uring.Abi;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>The lengths of a socket's queues.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void TheInputQueueOfASocketHasTheBytesThatNobodyReceived(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Send(7);
        lab.Command(1, 0, SocketCommand.InputQueue);
        lab.Expect("1:7");
        lab.Receive(2, 0, 4);
        lab.Expect("2:4");
        lab.Command(3, 0, SocketCommand.InputQueue);
        lab.Expect("3:3");
    }

    [SkippableTheory]
    [BothKernels]
    public void TheOutputQueueOfASocketHasTheBytesThatTheClientDidNotTake(KernelKind kind)
    {
        const int TriesMax = 1000;
        using Lab lab = Connected(kind);
        lab.Send(1, 0, 10);
        lab.Expect("1:10");
        lab.Clients[0].Read(10);
        int queued = -1;
        for (int tries = 0; tries < TriesMax && queued != 0; tries++)
        {
            // Linux may acknowledge a little later.
            lab.Command(2, 0, SocketCommand.OutputQueue);
            queued = lab.ResultOf(2);
        }

        Assert.Equal(0, queued);
        lab.Send(3, 0, BigLength, messageFlags: MessageFlags.DontWait | MessageFlags.NoSignal);
        int sent = lab.ResultOf(3);
        lab.Command(4, 0, SocketCommand.OutputQueue);
        Assert.InRange(lab.ResultOf(4), 1, sent);
    }

    /// <summary>And what was queued for it is gone with the socket.</summary>
    [SkippableTheory]
    [BothKernels]
    public void ACloseWithoutLingerResetsThePeerInAHardLinkedChainToo(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Send(1, 0, BigLength, messageFlags: MessageFlags.DontWait | MessageFlags.NoSignal);
        Assert.NotEqual(0, lab.ResultOf(1));
        lab.SetLinger(2, 0, Hard | Silent);
        lab.Close(3, 0);
        lab.Expect("3:0");
        Assert.True(lab.Clients[0].IsResetByServer());
    }
}
