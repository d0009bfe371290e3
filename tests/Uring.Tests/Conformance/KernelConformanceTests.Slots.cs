using System;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>What a slot holds, and for whom.</summary>
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
    public void TheKernelMayPickTheSlotAndRefusesAFullTable(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        for (int slot = 0; slot <= 64; slot++)
        {
            lab.Connect();
            ref SubmissionQueueEntry entry = ref lab.Step(1);
            entry.PrepareAccept(lab.World.Listener, SocketCreationFlags.None);
            entry.FileIndex = uint.MaxValue; // IORING_FILE_INDEX_ALLOC
            lab.Expect($"1:{(slot < 64 ? slot : -Errno.ENFILE)}");
        }

        Assert.Equal(0, lab.Clients[64].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void ACancelThatForgetsTheSlotFlagNamesADescriptorInstead(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Receive(1, 0, 64);
        lab.ExpectNothing();
        ref SubmissionQueueEntry entry = ref lab.Step(7);
        entry.PrepareCancel(0, CancelFlags.Fd | CancelFlags.All);
        entry.FileDescriptor = lab.World.Listener;
        lab.Expect("7:0");
    }
}
