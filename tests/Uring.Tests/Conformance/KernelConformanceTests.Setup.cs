using System;
using System.Threading;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Xunit;
using static Uring.Tests.Conformance.Lab;

namespace Uring.Tests.Conformance;

/// <summary>Rings themselves, registrations, and operations on normal descriptors.</summary>
public sealed partial class KernelConformanceTests
{
    [SkippableTheory]
    [BothKernels]
    public void SizesAreRoundedUpAndClamped(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind, new RingOptions { SubmissionEntries = 5, CompletionEntries = 33 });
        Assert.Equal((8U, 64U), (lab.Ring.Features.SubmissionEntries, lab.Ring.Features.CompletionEntries));
        Assert.True(lab.Ring.Features.Supports(Opcode.OpenAt2));
    }

    [SkippableTheory]
    [BothKernels]
    public void ADeferredRingNeedsASingleIssuer(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        Assert.Equal(-Errno.EINVAL, SetUp(lab, SetupFlags.DeferTaskRun, 8));
        Assert.Equal(-Errno.EINVAL, SetUp(lab, SetupFlags.None, 0));
        Assert.Equal(-Errno.EINVAL, SetUp(lab, SetupFlags.None, 40000));
        Assert.Equal(-Errno.EINVAL, SetUp(lab, (SetupFlags)(1u << 31), 8));
        int ring = SetUp(lab, SetupFlags.Clamp, 40000);
        Assert.True(ring >= 0);
        lab.World.Kernel.Close(ring);
    }

    [SkippableTheory]
    [BothKernels]
    public void AnotherThreadIsRefused(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        int submitted = 0;
        lab.Nop(1);
        Thread other = new Thread(() => submitted = EnterByDescriptor(lab, EnterFlags.GetEvents));
        other.Start();
        other.Join();
        Assert.Equal(-Errno.EEXIST, submitted);
        lab.Expect("1:0");
    }

    [SkippableTheory]
    [BothKernels]
    public void ARingHasOneTableAndAGroupOneBufferRing(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        Assert.Equal(
            Errno.EBUSY,
            Assert.Throws<RingException>(() => { FixedFileTable.Register(lab.Ring, 4); }).ErrorNumber);
        BufferRing first = BufferRing.Register(lab.Ring, 1, 4, 64);
        lab.ConnectInto(0).Send(5);
        lab.Step(1).PrepareReceiveSelect(new FixedFileSlot(0), 1, ReceiveSendFlags.None);
        lab.Expect("1:5");
        first.Dispose();
        lab.Clients[0].Send(5);
        lab.Step(2).PrepareReceiveSelect(new FixedFileSlot(0), 1, ReceiveSendFlags.None);
        lab.Expect("2:-105");
        BufferRing.Register(lab.Ring, 1, 4, 64);
    }

    [SkippableTheory]
    [BothKernels]
    public void ADisabledRingTakesNothingUntilItIsEnabled(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind, new RingOptions { StartDisabled = true });
        lab.Nop(1);
        Assert.Equal(-Errno.EBADFD, lab.Ring.Submit());
        lab.Ring.Enable();
        lab.Expect("1:0");
        Assert.Equal(Errno.EBADFD, Assert.Throws<RingException>(lab.Ring.Enable).ErrorNumber);
    }

    [SkippableTheory]
    [BothKernels]
    public void ARingThatIsGoneEndsItsConnections(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.ConnectInto(0);
        lab.Receive(1, 0, 64);
        lab.ExpectNothing();
        lab.Ring.Dispose();
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void NormalDescriptorsWorkLikeSlots(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.WriteFile("f", 16);
        ref OpenHow how = ref lab.Structure(new OpenHow { Flags = OpenFlags.CloseOnExec });
        lab.Step(1).PrepareOpenAt2(lab.World.Directory, lab.Path("f"), how);
        int file = lab.Ring.Wait().Result;
        Assert.True(file > 0);
        lab.Step(2).PrepareRead(file, lab.Memory(10), ulong.MaxValue);
        lab.Expect("2:10");
        lab.Step(3).PrepareRead(file, lab.Memory(10), ulong.MaxValue);
        lab.Expect("3:6");
        Assert.Equal((16L, FileType.Regular), StatusOf(lab, file));
        lab.Step(4).PrepareClose(file);
        lab.Expect("4:0");
        lab.Step(5).PrepareAccept(lab.World.Listener, SocketCreationFlags.CloseOnExec);
        lab.ExpectNothing();
        lab.Connect().Send(5);
        int socket = lab.Ring.Wait().Result;
        lab.Step(6).PrepareReceive(socket, lab.Memory(64), MessageFlags.None);
        lab.Expect("6:5");
        lab.Step(7, Hard | Silent).PrepareSend(socket, lab.Memory(5), WaitAll);
        lab.Step(8).PrepareClose(socket);
        lab.Expect("8:0");
        Assert.Equal(5, lab.Clients[0].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void AnOpenStartsAtANormalDescriptorOnly(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 16);
        ref OpenHow how = ref lab.Structure(default(OpenHow));
        lab.Step(1).PrepareOpenAt2Direct(10_000, lab.Path("f"), how, new FixedFileSlot(1));
        lab.Expect("1:-9");
        lab.Step(2).PrepareOpenAt2Direct(lab.World.Listener, lab.Path("f"), how, new FixedFileSlot(1));
        lab.Expect("2:-20");
    }

    [SkippableTheory]
    [BothKernels]
    public void AReadIntoARegisteredBufferChainsToItsSend(KernelKind kind)
    {
        using Lab lab = FileLab(kind, fileLength: 32);
        using NativeRegion region = NativeRegion.Allocate(4096);
        FixedBuffers buffers = FixedBuffers.Register(lab.Ring, region, 1, 4096);
        Span<byte> part = buffers.Bytes(0)[..32];
        lab.Open(1, "f", 1, Link | Silent);
        lab.Step(2, Link | Silent).PrepareReadFixed(new FixedFileSlot(1), part, 0, 0);
        lab.Step(3, Hard | Silent).PrepareSend(new FixedFileSlot(0), part, WaitAll);
        lab.Close(4, 1);
        lab.Expect("4:0");
        Assert.Equal(Content(32), lab.Clients[0].Read(32));
        lab.Ring.Dispose();
    }

    [SkippableTheory]
    [InlineData(KernelKind.Fake, 0, 20)]
    [InlineData(KernelKind.Linux, 0, 20)]
    [InlineData(KernelKind.Fake, 1, 41)]
    [InlineData(KernelKind.Linux, 1, 41)]
    public void OneEnterTakesInTwentyWakesAndFortyWhenItSubmits(KernelKind kind, int submitted, uint ready)
    {
        using Lab lab = Lab.Create(kind);
        Skip.IfNot(
            lab.Ring.Features.Has((FeatureFlags)(1 << 17)),
            "the limit is known of 6.18 and younger than the oldest kernel that is supported");
        string expected = "";
        for (int slot = 0; slot < 60; slot++)
        {
            lab.Accept(100 + slot, slot);
            expected += $"{100 + slot}:0 ";
        }

        lab.ExpectNothing();
        for (int slot = 0; slot < 60; slot++)
        {
            lab.Connect();
        }

        for (int nop = 0; nop < submitted; nop++)
        {
            lab.Nop(1);
            expected += "1:0 ";
        }

        lab.Ring.SubmitAndWait(1);
        Assert.Equal(ready, lab.Ring.CompletionQueue.ReadyCount);
        lab.ExpectInAnyOrder(expected);
    }

    [SkippableTheory]
    [BothKernels]
    public void ACloseAndAnAcceptOfOneSlotWorkSideBySide(KernelKind kind)
    {
        using Lab lab = Connected(kind);
        lab.Close(1, 0);
        lab.Accept(2, 0);
        lab.Connect();
        lab.ExpectInAnyOrder("1:0 2:0");
        lab.ExpectFilled(0);
        Assert.Equal(0, lab.Clients[0].ReadToEnd());
    }

    [SkippableTheory]
    [BothKernels]
    public void AFileSystemOfItsOwnIsAnotherDeviceAndMayRefuseNoWait(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.MountMemory("mount");
        lab.World.WriteFile("mount/f", 16);
        ExpectOpen(lab, "mount/f", ResolveFlags.Beneath | ResolveFlags.NoCrossDevice, -Errno.EXDEV);
        ExpectOpen(lab, "mount/f", ResolveFlags.Beneath, 0);
        lab.Read(2, 1, 16, readFlags: ReadWriteFlags.NoWait);
        lab.Expect("2:-95");
        lab.Read(3, 1, 16);
        lab.Expect("3:16");
    }

    [SkippableTheory]
    [BothKernels]
    public void ADeviceReadsInFullAndWouldBeSent(KernelKind kind)
    {
        using Lab lab = Lab.Create(kind);
        lab.World.MakeZeroDevice("zero");
        lab.Open(1, "zero", 1, Link);
        lab.Read(2, 1, 16, Link);
        lab.Nop(3);
        lab.Expect("1:0 2:16 3:0");
    }

    private static unsafe int SetUp(Lab lab, SetupFlags flags, uint entries)
    {
        // SAFETY: the structure is on this frame; the kernel reads and writes it during the call only.
        RingParameters parameters = new RingParameters { Flags = flags };
        return lab.World.Kernel.Setup(entries, &parameters);
    }

    private static unsafe int EnterByDescriptor(Lab lab, EnterFlags flags)
    {
        // SAFETY: no argument is passed.
        return lab.World.Kernel.Enter(lab.Ring.FileDescriptor, 0, 0, flags, null, 0);
    }

    private static unsafe (long Length, FileType Type) StatusOf(Lab lab, int descriptor)
    {
        // SAFETY: the structure is on this frame; the kernel writes it during the call only.
        Statx status = default;
        Assert.Equal(0, lab.World.Kernel.FileStatus(descriptor, &status));
        return ((long)status.Size, status.Type);
    }
}
