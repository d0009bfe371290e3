using System;
using System.Linq;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Registered;

/// <summary>What is registered with a ring: tables, buffers, restrictions, workers; and the memory behind it.</summary>
[Collection(Alone.Name)]
public sealed class RegisteredTests
{
    [SkippableFact]
    public void AFileTableIsRegisteredOnceAndChecksItsSlots()
    {
        using Ring ring = IoUring.Make();
        FixedFileTable table = FixedFileTable.Register(ring, 4);
        Assert.Equal(4, table.Count);
        Assert.Equal(Errno.EBUSY, Assert.Throws<RingException>(() => FixedFileTable.Register(ring, 4)).ErrorNumber);
        Assert.Equal(1, table.Update(new FixedFileSlot(3), 0));
        Assert.Equal(-Errno.EINVAL, table.Update(new FixedFileSlot(4), 0));
        Assert.Equal(-Errno.EBADF, table.Update(new FixedFileSlot(3), 1_000_000));
        Assert.Equal(1, table.Update(new FixedFileSlot(3), -1));
    }

    [SkippableFact]
    public void ATableOfADisposedRingTouchesNoOtherRing()
    {
        Ring first = IoUring.Make();
        FixedFileTable table = FixedFileTable.Register(first, 1);
        first.Dispose();
        using Ring second = IoUring.Make();
        FixedFileTable.Register(second, 1);
        Assert.Equal(first.FileDescriptor, second.FileDescriptor);
        Assert.Equal(-Errno.EBADF, table.Update(new FixedFileSlot(0), 0));
        second.Next(1).PrepareCloseDirect(new FixedFileSlot(0));
        Assert.Equal(-Errno.EBADF, second.Run(1));
    }

    [SkippableFact]
    public void AFailedBufferRingLeavesTheOneOfItsGroupAlone()
    {
        using Ring ring = IoUring.Make();
        using BufferRing buffers = BufferRing.Register(ring, 3, 2, 64);
        RingException refusal = Assert.Throws<RingException>(() => BufferRing.Register(ring, 3, 2, 64));
        Assert.Equal(Errno.EEXIST, refusal.ErrorNumber);
        AssertReceives(ring, buffers);
    }

    [SkippableFact]
    public void ABufferRingOfADisposedRingTouchesNoOtherRing()
    {
        Ring first = IoUring.Make();
        BufferRing old = BufferRing.Register(first, 3, 2, 64);
        first.Dispose();
        using Ring second = IoUring.Make();
        using BufferRing buffers = BufferRing.Register(second, 3, 2, 64);
        Assert.Equal(first.FileDescriptor, second.FileDescriptor);
        old.Dispose();
        old.Dispose();
        AssertReceives(second, buffers);
    }

    [SkippableFact]
    public void ADisposedBufferRingGivesItsGroupBack()
    {
        using Ring ring = IoUring.Make();
        BufferRing.Register(ring, 3, 2, 64).Dispose();
        using BufferRing buffers = BufferRing.Register(ring, 3, 4, 64);
        AssertReceives(ring, buffers);
    }

    [SkippableFact]
    public void TheTailOfABufferRingMayWrapAround()
    {
        using Ring ring = IoUring.Make();
        using BufferRing buffers = BufferRing.Register(ring, 3, 2, 64);
        (int read, int write) = LibC.SocketPair();
        FixedFileTable.Register(ring, 1).Update(new FixedFileSlot(0), read);
        for (ulong round = 0; round < 70_000; round++)
        {
            LibC.Write(write, "x"u8);
            ring.Next(round).PrepareReceiveSelect(new FixedFileSlot(0), 3, ReceiveSendFlags.None);
            CompletionQueueEntry completion = ring.Wait();
            Assert.Equal((round, 1), (completion.UserData, completion.Result));
            buffers.Return(new BufferIndex(completion.BufferId));
        }

        LibC.Close(read, write);
    }

    [SkippableFact]
    public void WhatIsNotAllowedAnswersEaccesAndCancelsItsWholeChain()
    {
        IoUring.Require();
        using Ring ring = Ring.Create(new RingOptions { StartDisabled = true });
        new RingRestrictions()
            .Allow(Opcode.Nop, Opcode.Timeout)
            .Allow(RegisterOpcode.WorkQueueMaxWorkers)
            .AllowFlags(SubmissionFlags.Link)
            .Register(ring);
        ring.Enable();
        ring.Next(1).PrepareNop();
        Assert.Equal(0, ring.Run(1));
        ring.Next(2).PrepareCancel(1, CancelFlags.None);
        Assert.Equal(-Errno.EACCES, ring.Run(2));
        Chain skipped = ring.BeginChain(2);
        skipped.Next(3).PrepareNop();
        skipped.Last(4).PrepareNop();
        Assert.Equal(-Errno.EACCES, ring.Run(3));
        Chain linked = ring.BeginChain(2);
        linked.NextReporting(5).PrepareNop();
        linked.Last(6).PrepareNop();
        Assert.Equal([0, 0], ring.Take(2).Select(one => one.Result));
        Assert.Equal(Errno.EACCES, Assert.Throws<RingException>(() => FixedFileTable.Register(ring, 1)).ErrorNumber);
        Assert.True(ring.SetMaxWorkers(0, 0).Bounded > 0);
    }

    [SkippableFact]
    public void RequiredFlagsMustBeOnEveryEntry()
    {
        IoUring.Require();
        using Ring ring = Ring.Create(new RingOptions { StartDisabled = true });
        new RingRestrictions().Allow(Opcode.Nop).RequireFlags(SubmissionFlags.Async).Register(ring);
        ring.Enable();
        ring.Next(1).PrepareNop();
        Assert.Equal(-Errno.EACCES, ring.Run(1));
        ref SubmissionQueueEntry entry = ref ring.Next(2);
        entry.PrepareNop();
        entry.Flags |= SubmissionFlags.Async;
        Assert.Equal(0, ring.Run(2));
    }

    [SkippableFact]
    public void RestrictionsCannotBeAddedToAnEnabledRing()
    {
        using Ring ring = IoUring.Make();
        RingException refusal = Assert.Throws<RingException>(() => new RingRestrictions().Register(ring));
        Assert.Equal(Errno.EBADFD, refusal.ErrorNumber);
    }

    [SkippableFact]
    public void WorkerLimitsAreSetAndReadBack()
    {
        using Ring ring = IoUring.Make();
        (uint bounded, uint unbounded) = ring.SetMaxWorkers(3, 5);
        Assert.True(bounded > 0 && unbounded > 0);
        Assert.Equal((3u, 5u), ring.SetMaxWorkers(0, 0));
    }

    [SkippableFact]
    public void SignalsAddUpUntilTheWaitIsArmedAgain()
    {
        using Ring ring = IoUring.Make();
        using WakeEvent wake = WakeEvent.Create(ring.Kernel);
        for (int signal = 0; signal < 3; signal++)
        {
            Assert.Equal(0, RingThreadTests.OnAnotherThread(wake.Signal));
        }

        wake.PrepareWait(ref ring.Next(1));
        Assert.Equal(8, ring.Run(1));
        wake.PrepareWait(ref ring.Next(2));
        ring.Submit();
        Assert.False(ring.TryPeek(out _));
        wake.Signal();
        Assert.Equal(8, ring.Run(2));
    }

    [Fact]
    public void ASignalAfterDisposeWritesNowhere()
    {
        WakeEvent wake = WakeEvent.Create(LinuxKernel.Instance);
        wake.Dispose();
        using WakeEvent heir = WakeEvent.Create(LinuxKernel.Instance);
        Assert.Equal(-Errno.EBADF, wake.Signal());
        wake.Dispose();
        Assert.Equal(0, heir.Signal());
    }

    [Fact]
    public void ARegionIsAlignedZeroedAndSlicedWithinItsBounds()
    {
        using NativeRegion region = NativeRegion.Allocate(10_000);
        Assert.Equal((nuint)0, region.Address % (nuint)Environment.SystemPageSize);
        Assert.Equal(-1, region.Slice(0, 10_000).IndexOfAnyExcept((byte)0));
        region.Slice(9_999, 1)[0] = 7;
        Assert.Equal(7, region.Slice(9_998, 2)[1]);
        Assert.True(region.Slice(10_000, 0).IsEmpty);
        region.At<KernelTimespec>(8).Seconds = 1;
        Assert.Equal(1, region.Slice(8, 1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => NativeRegion.Allocate(0));
    }

    private static void AssertReceives(Ring ring, BufferRing buffers)
    {
        (int read, int write) = LibC.SocketPair();
        FixedFileTable.Register(ring, 1).Update(new FixedFileSlot(0), read);
        LibC.Write(write, "there"u8);
        ring.Next(1).PrepareReceiveSelect(new FixedFileSlot(0), buffers.Group, ReceiveSendFlags.None);
        CompletionQueueEntry completion = ring.Wait();
        Assert.Equal((5, true), (completion.Result, completion.HasBuffer));
        Assert.Equal("there"u8.ToArray(), buffers.Bytes(new BufferIndex(completion.BufferId), 5).ToArray());
        LibC.Close(read, write);
    }
}
