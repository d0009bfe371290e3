using System;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Provided buffers, vectors and events.</summary>
public sealed partial class KernelConformanceTests
{
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

    [SkippableTheory]
    [BothKernels]
    public void AMessageThatMayNotWaitIsCutShortAndClosesNothingBehindIt(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Clients[0].Shutdown();
        Span<byte> first = lab.Memory(100);
        Span<byte> second = lab.Memory(BigLength);
        ref MessageHeader header = ref Vectors(lab, first, second);
        lab.Step(1, Link | Silent).PrepareSendMessage(new FixedFileSlot(0), header, WaitAll | MessageFlags.DontWait);
        lab.Close(2, 0);
        lab.Expect("1:part");
        lab.ExpectFilled(0);
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
