using System;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Accept chains: what a connection's first event does to accept(1) → recv(2) → nop(3).</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void AnAcceptChainReceivesIntoTheSlotThatWePicked(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        AcceptChain(lab);
        lab.ExpectNothing();
        IClient client = lab.Connect();
        lab.Expect("1:0");
        client.Send(3);
        lab.Expect("2:3 3:0");
        lab.ExpectFilled(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void AnAcceptTellsWhoConnectedAndHowLongTheAddressIsInFull(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        foreach (int room in (int[])[28, 6])
        {
            Span<byte> address = lab.Memory(28);
            address.Fill(0xEE);
            ref uint length = ref lab.Structure((uint)room);
            IClient client = lab.Connect();
            lab.Step(1).PrepareAcceptDirect(
                lab.World.Listener, address[..room], ref length, SocketCreationFlags.None, new FixedFileSlot(5));
            lab.Expect("1:0");

            // struct sockaddr_in: family, port, address.
            const byte Internet = 2;
            byte[] start = [Internet, 0];
            Assert.Equal(start, address[..2]);
            Assert.Equal(room == 28 ? [127, 0, 0, 1] : [127, 0, 0xEE, 0xEE], address.Slice(4, 4));
            Assert.Equal(16u, length);
            client.Close();
        }
    }

    [SkippableTheory]
    [BothKernels]
    public void AFinAsFirstEventIsAReceiveOfZeroAndTheChainGoesOn(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        AcceptChain(lab);
        lab.Connect().Close();
        lab.Expect("1:0 2:0 3:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void AFinReportsThatTheSocketIsNotEmpty(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.ConnectInto(5).Shutdown();
        lab.Receive(2, 5, 64);
        lab.Expect("2:0");
        Assert.Equal(CompletionFlags.SocketNonEmpty, lab.LastFlags);
    }

    [SkippableTheory]
    [BothKernels]
    public void AFinBreaksAReceiveThatWaitsForAll(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        AcceptChain(lab, MessageFlags.WaitAll);
        lab.Connect().Shutdown();
        lab.Expect("1:0 2:0 3:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void AResetAsFirstEventBreaksTheChain(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        AcceptChain(lab);
        IClient client = lab.Connect();
        lab.Expect("1:0");
        client.Reset();
        lab.Expect("2:-104 3:-125");
        lab.ExpectFilled(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void AConnectionThatWasResetBeforeTheAcceptIsStillAccepted(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Connect().Reset();
        AcceptChain(lab);
        lab.Expect("1:0 2:-104 3:-125");
    }

    [SkippableTheory]
    [InlineData(KernelKind.Fake, Link)]
    [InlineData(KernelKind.Linux, Link)]
    [InlineData(KernelKind.Fake, Hard)]
    [InlineData(KernelKind.Linux, Hard)]
    public void AHardLinkOnTheReceiveClosesTheSlotAfterATimeout(KernelKind kind, SubmissionFlags timeout)
    {
        using Lab lab = Lab.Create(kind);
        lab.ConnectInto(5);
        lab.Receive(1, 5, 64, Hard);
        lab.LinkTimeout(2, 20, timeout);
        lab.Close(3, 5);
        lab.Expect("2:-62 1:-125 3:0");
        lab.ExpectEmpty(5);
    }

    [SkippableTheory]
    [BothKernels]
    public void SixtyFourArmedChainsAreServedInTheirOrder(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        for (int slot = 0; slot < 64; slot++)
        {
            lab.Accept(100 + slot, slot, Link);
            lab.Receive(200 + slot, slot, 64);
        }

        lab.ExpectNothing();
        for (int slot = 0; slot < 64; slot++)
        {
            lab.Connect().Send(slot + 1);
            lab.ExpectInAnyOrder($"{100 + slot}:0 {200 + slot}:{slot + 1}");
        }
    }

    [SkippableTheory]
    [BothKernels]
    public void ABurstOfConnectionsFillsTheSlotsInTheirOrder(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        for (int slot = 0; slot < 8; slot++)
        {
            lab.Accept(100 + slot, slot, Link | Silent);
            lab.Receive(200 + slot, slot, 64);
        }

        lab.ExpectNothing();
        for (int slot = 0; slot < 8; slot++)
        {
            lab.Connect().Send(slot + 1);
        }

        lab.ExpectInAnyOrder("200:1 201:2 202:3 203:4 204:5 205:6 206:7 207:8");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASlotIsRecycledByOneChain(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.ConnectInto(5);
        lab.Close(1, 5, Hard | Silent);
        lab.Accept(2, 5, Link);
        lab.Receive(3, 5, 64);
        lab.ExpectNothing();
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
        lab.Connect().Send(7);
        lab.Expect("2:0 3:7");
    }

    [SkippableTheory]
    [BothKernels]
    public void RecyclingAnEmptySlotReportsTheCloseAndGoesOn(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Close(1, 5, Hard | Silent);
        lab.Accept(2, 5, Link);
        lab.Receive(3, 5, 64);
        lab.Expect("1:-9");
        lab.Connect().Send(7);
        lab.Expect("2:0 3:7");
    }

    [SkippableTheory]
    [BothKernels]
    public void AnArmedChainIsTakenBackByCancellingItsAccept(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Accept(1, 5, Link | Silent);
        lab.Receive(2, 5, 64);
        lab.ExpectNothing();
        lab.Cancel(7, 2);
        lab.Expect("7:-2");
        lab.Cancel(7, 1);
        lab.Expect("7:0 1:-125");
    }

    [SkippableTheory]
    [BothKernels]
    public void ASlotBehindTheTableDropsTheConnection(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.AllowMisuse();
        IClient client = lab.Connect();
        lab.Accept(1, 64);
        lab.Expect("1:-22");
        Assert.Equal(0, client.ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void AnAcceptThatMayNotWaitFindsNobody(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.Accept(1, 5, Link);
        lab.Nop(2);
        lab.ExpectNothing();
        ref SubmissionQueueEntry entry = ref lab.Step(3);
        entry.PrepareAcceptDirect(lab.World.Listener, SocketCreationFlags.None, new FixedFileSlot(6));
        entry.IoPriority = (ushort)AcceptFlags.DontWait;
        lab.Expect("3:-11");
        lab.Connect();
        lab.Expect("1:0 2:0");
    }

    private static void AcceptChain(Lab lab, MessageFlags receive = MessageFlags.None)
    {
        lab.Accept(1, 5, Link);
        lab.Receive(2, 5, 64, Link, receive);
        lab.Nop(3);
    }
}
