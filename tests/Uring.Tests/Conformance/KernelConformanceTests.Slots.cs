using System;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Slots, cancelling, and what a submission does to a chain.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void AReceiveOnAClosedSlotStaysArmedAndKeepsItsSocket(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64);
        lab.ExpectNothing();
        lab.Close(2, 0);
        lab.Expect("2:0");
        lab.ExpectEmpty(0);
        lab.CancelSlot(7, 0);
        lab.Expect("7:-9");
        lab.Clients[0].Send(5);
        lab.Expect("1:5");
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void AnAcceptReplacesWhatIsInItsSlot(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.ConnectInto(0);
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
        lab.Clients[1].Send(5);
        lab.Receive(1, 0, 64);
        lab.Expect("1:5");
    }

    [SkippableTheory]
    [BothKernels]
    public void AnOpenReplacesWhatIsInItsSlot(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.World.WriteFile("g", 32);
        lab.Open(1, "f", 1);
        lab.Open(2, "g", 1, Link);
        lab.Read(3, 1, 64);
        lab.Expect("1:0 2:0 3:32");
    }

    [SkippableTheory]
    [BothKernels]
    public void ACloseWhileAnAcceptIsArmedClosesTheOldFileOnly(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Accept(1, 0);
        lab.ExpectNothing();
        lab.Close(2, 0);
        lab.Expect("2:0");
        lab.Connect();
        lab.Expect("1:0");
        lab.ExpectFilled(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void ACloseOfAnEmptySlotIsABadDescriptorAndBreaksItsChain(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Close(1, 9, Link);
        lab.Nop(2);
        lab.Expect("1:-9 2:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void ADirectCloseWithDescriptorOrFixedFlagIsRefused(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.World.AllowMisuse();
        lab.Close(1, 0, SubmissionFlags.FixedFile);
        lab.Expect("1:-9");
        ref SubmissionQueueEntry entry = ref lab.Step(2);
        entry.PrepareCloseDirect(new FixedFileSlot(0));
        entry.FileDescriptor = 1;
        lab.Expect("2:-22");
        lab.Close(3, 64);
        lab.Expect("3:-22");
        lab.ExpectFilled(0);
    }

    [SkippableTheory]
    [BothKernels]
    public void FilesUpdateEmptiesASlotAgainAndAgain(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        ref int none = ref lab.Structure(-1);
        for (int round = 0; round < 2; round++)
        {
            lab.Step(1, Link).PrepareFilesUpdate(new ReadOnlySpan<int>(ref none), new FixedFileSlot(0));
            lab.Nop(2);
            lab.Expect("1:1 2:0");
            lab.ExpectEmpty(0);
        }
    }

    [SkippableTheory]
    [BothKernels]
    public void ASlotMadeIntoADescriptorAndBackServesTheSameFile(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        lab.Open(1, "f", 1, Link | Silent);
        lab.Step(2).PrepareFixedFdInstall(new FixedFileSlot(1));
        CompletionQueueEntry completion = lab.Ring.Wait();
        Assert.Equal(2UL, completion.UserData);
        ref int descriptor = ref lab.Structure(completion.Result);
        lab.Close(3, 1, Link | Silent);
        lab.Step(4, Link | Silent).PrepareFilesUpdate(
            new ReadOnlySpan<int>(ref descriptor), new FixedFileSlot(2));
        lab.Step(5, Link | Silent).PrepareClose(completion.Result);
        lab.Read(6, 2, 16);
        lab.Expect("6:16");
    }

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

    [SkippableTheory]
    [BothKernels]
    public void AWakeEventCompletesTheReadThatWaitsForIt(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        WakeEvent wake = WakeEvent.Create(lab.World.Kernel);
        wake.PrepareWait(ref lab.Step(1));
        lab.ExpectNothing();
        wake.Signal();
        wake.Signal();
        lab.Expect("1:8");
        wake.Signal();
        wake.PrepareWait(ref lab.Step(2));
        lab.Expect("2:8");
        wake.Dispose();
    }

    [SkippableTheory]
    [BothKernels]
    public void AProvidedBufferIsTakenWhenDataIsThereAndNoneAtTheEnd(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        BufferRing buffers = BufferRing.Register(lab.Ring, 3, 2, 64);
        lab.Step(1).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.PollFirst);
        lab.ExpectNothing();
        lab.Clients[0].Send(10);
        lab.Expect("1:10");
        Assert.Equal(CompletionFlags.Buffer, lab.LastFlags & (CompletionFlags)0xFFFF);
        Assert.Equal(Content(10), buffers.Bytes(new BufferIndex((ushort)((uint)lab.LastFlags >> 16)), 10).ToArray());
        lab.Clients[0].Send(100);
        lab.Step(2).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Expect("2:64");
        Assert.Equal(
            CompletionFlags.Buffer | CompletionFlags.SocketNonEmpty, lab.LastFlags & (CompletionFlags)0xFFFF);
        lab.Step(3, Link).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Nop(4);
        lab.Expect("3:-105 4:-125");
        buffers.Return(new BufferIndex(0));
        lab.Step(5).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Expect("5:36");
        buffers.Return(new BufferIndex(1));
        lab.Clients[0].Shutdown();
        lab.Step(6).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Expect("6:0");
        Assert.Equal(CompletionFlags.SocketNonEmpty, lab.LastFlags);
    }

    [SkippableTheory]
    [BothKernels]
    public void AnEmptyGroupFailsAReceiveAtOnceButForPollFirst(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        BufferRing buffers = BufferRing.Register(lab.Ring, 3, 1, 64);
        lab.Clients[0].Send(1);
        lab.Step(1).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Expect("1:1");
        lab.Step(2).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
        lab.Expect("2:-105");
        lab.Step(3).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.PollFirst);
        lab.ExpectNothing();
        lab.Clients[0].Send(1);
        lab.Expect("3:-105");
        Assert.Equal(1, buffers.Count);
    }

    [SkippableTheory]
    [BothKernels]
    public void AVectoredSendJoinsItsParts(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        Span<byte> first = lab.Memory(10);
        Span<byte> second = lab.Memory(20);
        Content(10).AsSpan().CopyTo(first);
        Content(20).AsSpan().CopyTo(second);
        ref MessageHeader header = ref Vectors(lab, first, second);
        lab.Step(1, Hard | Silent).PrepareSendMessage(new FixedFileSlot(0), header, WaitAll);
        lab.Close(2, 0);
        lab.Expect("2:0");
        byte[] all = [.. Content(10), .. Content(20)];
        Assert.Equal(all, lab.Clients[0].Read(30));
    }

    private static unsafe ref MessageHeader Vectors(Lab lab, Span<byte> first, Span<byte> second)
    {
        Span<IoVector> vectors = MemoryMarshal.Cast<byte, IoVector>(lab.Memory(2 * sizeof(IoVector)));

        // SAFETY: all three are native memory of the scenario, so that their addresses stay.
        fixed (byte* one = first, two = second)
        {
            vectors[0] = new IoVector { Address = (nuint)one, Length = (nuint)first.Length };
            vectors[1] = new IoVector { Address = (nuint)two, Length = (nuint)second.Length };
        }

        fixed (IoVector* start = vectors)
        {
            return ref lab.Structure(new MessageHeader { Vectors = (nuint)start, VectorCount = 2 });
        }
    }
}
