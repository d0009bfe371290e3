using System.Linq;
using System.Net;
using System.Net.Sockets;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>What holds on every kind of ring, on the real kernel.</summary>
public sealed class RingModeTests
{
    public static TheoryData<RingMode> Modes => [.. IoUring.Modes];

    private static Ring MakePolling(uint idleMilliseconds)
    {
        IoUring.Require();
        return Ring.Create(new RingOptions
        {
            Mode = RingMode.SubmissionPolling,
            SqThreadIdleMilliseconds = idleMilliseconds,
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void EveryEntryComesBackOnceWithItsUserData(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode);
        for (ulong round = 0; round < 100; round++)
        {
            for (ulong index = 0; index < 7; index++)
            {
                ring.Next((round << 40) + index).PrepareNop();
            }

            Assert.Equal(
                Enumerable.Range(0, 7).Select(index => (round << 40) + (ulong)index),
                ring.Take(7).Select(completion => completion.UserData));
        }

        Assert.False(ring.TryPeek(out _));
        Assert.Equal(0u, ring.CompletionQueue.DroppedCount);
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void AFullSubmissionQueueMakesRoomByItself(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode, entries: 4, completions: 256);
        for (ulong index = 0; index < 100; index++)
        {
            ring.Next(index).PrepareNop();
        }

        Assert.Equal(
            Enumerable.Range(0, 100).Select(index => (ulong)index), ring.Take(100).Select(one => one.UserData));
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void AChainPostsItsLastCompletionAloneWhateverTheQueueHeldBefore(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode, entries: 4, completions: 64);
        for (ulong number = 0; number < 20; number++)
        {
            ring.Next(1000 + number).PrepareNop();
            Chain chain = ring.BeginChain(3);
            chain.Next(1).PrepareNop();
            chain.NextHard(2).PrepareNop();
            chain.Last(number).PrepareNop();
            ulong[] expected = [number, 1000 + number];
            Assert.Equal(expected, ring.Take(2).Select(completion => completion.UserData).Order());
        }

        Assert.False(ring.TryPeek(out _));
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void CompletionsBeyondTheQueueAreKeptInOrder(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode, entries: 4, completions: 4);
        for (ulong index = 0; index < 24; index++)
        {
            ring.Next(index).PrepareNop();
        }

        Assert.Equal(Enumerable.Range(0, 24).Select(index => (ulong)index), ring.Take(24).Select(one => one.UserData));
        Assert.Equal(0u, ring.CompletionQueue.DroppedCount);
        ring.Next(24).PrepareNop();
        Assert.Equal(0, ring.Run(24));
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void AWaitThatNobodyEndsAnswersEtime(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode);
        Assert.Equal(-Errno.ETIME, ring.SubmitAndWait(1, 3));
        Assert.Equal(-Errno.ETIME, ring.SubmitAndWait(1, 0));
    }

    [SkippableFact]
    public void AShorterWaitReturnsWithWhatIsReady()
    {
        using Ring ring = IoUring.Make();
        Skip.IfNot(ring.Features.Has(FeatureFlags.MinimumTimeout), "needs the minimum wait, Linux 6.12");
        ring.Next(1).PrepareNop();
        Assert.Equal(1, ring.SubmitAndWait(8, 60_000, 1000));
        Assert.Equal(1u, ring.CompletionQueue.ReadyCount);
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void APeekSeesWhatArrivesFromElsewhere(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode);
        using WakeEvent wake = WakeEvent.Create(ring.Kernel);
        wake.PrepareWait(ref ring.Next(9));
        ring.Submit();
        Assert.False(ring.TryPeek(out _));
        RingThreadTests.OnAnotherThread(wake.Signal);
        CompletionQueueEntry completion;
        while (!ring.TryPeek(out completion))
        {
            // Nothing but peeks: a hang here is the failure.
        }

        Assert.Equal((9ul, 8), (completion.UserData, completion.Result));
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void ALookSubmitsWhatIsReservedAndNeverWaits(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode);
        Assert.Equal(0, ring.SubmitAndPeek());
        for (ulong round = 0; round < 50; round++)
        {
            ring.Next(round).PrepareNop();
            while (ring.SubmitAndPeek() == 0)
            {
                // Nothing but looks: a hang here is the failure.
                Cpu.Pause();
            }

            Assert.True(ring.TryPeek(out CompletionQueueEntry completion));
            Assert.Equal((round, 0), (completion.UserData, completion.Result));
        }
    }

    [SkippableFact]
    public void ALookCostsNoCallWhileTheSubmissionThreadIsAwake()
    {
        using Ring ring = MakePolling(idleMilliseconds: 60_000);
        ring.Next(0).PrepareNop();
        Assert.Equal(0, ring.Run(0));
        long before = ring.EnterCount;
        for (int round = 0; round < 1000; round++)
        {
            ring.Next(1).PrepareNop();
            while (ring.SubmitAndPeek() == 0)
            {
                Cpu.Pause();
            }

            Assert.True(ring.TryPeek(out _));
        }

        Assert.Equal(before, ring.EnterCount);
    }

    [SkippableFact]
    public void ASleepingSubmissionThreadIsWokenAndAnIdleSubmitCostsNoCall()
    {
        using Ring ring = MakePolling(idleMilliseconds: 1);
        for (ulong round = 0; round < 20; round++)
        {
            while ((ring.SubmissionQueue.Flags & SubmissionRingFlags.NeedWakeup) == 0)
            {
                System.Threading.Thread.Yield();
            }

            long before = ring.EnterCount;
            Assert.Equal(0, ring.Submit());
            Assert.Equal(before, ring.EnterCount);
            ring.Next(round).PrepareNop();
            Assert.Equal(1, ring.Submit());
            Assert.Equal(before + 1, ring.EnterCount);
            Assert.Equal(0, ring.Run(round));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Modes))]
    public void DisposeClosesTheSocketsInTheSlots(RingMode mode)
    {
        IoUring.Require();
        using Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using (Ring ring = IoUring.Make(mode))
        {
            FixedFileTable.Register(ring, 1);
            ring.Next(1).PrepareAcceptDirect((int)listener.Handle, SocketCreationFlags.None, new FixedFileSlot(0));
            Assert.Equal(0, ring.Run(1));
        }

        client.ReceiveTimeout = 10_000;
        Assert.Equal(0, client.Receive(new byte[1]));
    }
}
