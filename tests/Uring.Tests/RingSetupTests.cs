using System;
using System.Threading;
using Uring.Abi;
using Uring.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>What a set-up asks for, what it gets, and how a refusal reads.</summary>
public sealed class RingSetupTests
{
    [SkippableFact]
    public void ThisMachineHasIoUring()
    {
        IoUring.Require();
        using Ring ring = IoUring.Make();
        Assert.True(ring.Features.Has(FeatureFlags.LinkedFile | FeatureFlags.CqeSkip | FeatureFlags.ExtendedArgument));
        Assert.True(ring.Features.Supports(Opcode.Accept));
        Assert.False(ring.Features.Supports((Opcode)255));
    }

    [Theory]
    [InlineData(Errno.ENOSYS, "no io_uring")]
    [InlineData(Errno.EPERM, "io_uring_disabled")]
    [InlineData(Errno.EINVAL, "6.1")]
    [InlineData(Errno.ENOMEM, "RLIMIT_MEMLOCK")]
    [InlineData(Errno.EMFILE, "RLIMIT_NOFILE")]
    public void ARefusedSetUpThrowsWithErrnoAndCause(int errno, string cause)
    {
        KernelDouble kernel = new KernelDouble { SetupAnswer = -errno };
        RingException refusal = Assert.Throws<RingException>(() => Ring.Create(new RingOptions(), kernel));
        Assert.Equal(errno, refusal.ErrorNumber);
        Assert.Equal("io_uring_setup", refusal.Operation);
        Assert.Contains(cause, refusal.Message);
        Assert.Empty(kernel.Endings);
    }

    [SkippableFact]
    public void ARefusedMappingClosesTheDescriptor()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble { MapAnswer = -Errno.ENOMEM };
        RingException refusal = Assert.Throws<RingException>(() => Ring.Create(new RingOptions(), kernel));
        Assert.Equal(Errno.ENOMEM, refusal.ErrorNumber);
        Assert.Equal(["Close"], kernel.Endings);
    }

    [SkippableFact]
    public void ARefusedProbeUnmapsAndCloses()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        kernel.RegisterAnswers[RegisterOpcode.Probe] = -Errno.EACCES;
        Assert.Throws<RingException>(() => Ring.Create(new RingOptions(), kernel));
        Assert.Equal(["Unmap", "Unmap", "Close"], kernel.Endings);
    }

    [SkippableFact]
    public void AKernelWithoutNoSqArrayStillGivesARing()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble { UnknownSetup = SetupFlags.NoSqArray };
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 4 }, kernel);
        Assert.Equal(SetupFlags.None, ring.Features.Setup & SetupFlags.NoSqArray);

        // Three times around, so that every place of the indirection array is used.
        for (ulong index = 0; index < 12; index++)
        {
            ring.Next(index).PrepareNop();
            Assert.Equal(0, ring.Run(index));
        }
    }

    [SkippableFact]
    public void TheModesOwnFlagsAreNeverDropped()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble { UnknownSetup = SetupFlags.DeferTaskRun };
        RingException refusal = Assert.Throws<RingException>(() => Ring.Create(new RingOptions(), kernel));
        Assert.Equal(Errno.EINVAL, refusal.ErrorNumber);
    }

    [SkippableFact]
    public void ARefusedRingRegistrationFallsBackToTheDescriptor()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        kernel.RegisterAnswers[RegisterOpcode.RingFileDescriptors] = -Errno.EINVAL;
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        ring.Next(7).PrepareNop();
        Assert.Equal(0, ring.Run(7));
        Assert.All(kernel.Enters, enter => Assert.Equal(ring.FileDescriptor, enter.Ring));
        Assert.All(kernel.Enters, enter => Assert.Equal(EnterFlags.None, enter.Flags & EnterFlags.RegisteredRing));
    }

    [SkippableFact]
    public void DisposeUnregistersThenUnmapsThenClosesAndOnlyOnce()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        Ring ring = Ring.Create(new RingOptions(), kernel);
        ring.Dispose();
        ring.Dispose();
        Assert.Equal(["UnregisterRingFileDescriptors", "Unmap", "Unmap", "Close"], kernel.Endings);
    }

    [SkippableFact]
    public void ADisposedRingRefusesInsteadOfTouchingUnmappedMemory()
    {
        Ring ring = IoUring.Make();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.Submit());
        Assert.Throws<ObjectDisposedException>(() => ring.SubmitAndWait(1));
        Assert.Throws<ObjectDisposedException>(() => ring.SubmitAndWait(1, 1));
        Assert.Throws<ObjectDisposedException>(() => ring.TryPeek(out _));
        Assert.Throws<ObjectDisposedException>(() => ring.Next(1).PrepareNop());
        Assert.Throws<ObjectDisposedException>(() => ring.BeginChain(1));
    }

    [SkippableFact]
    public void SizesAreRoundedUpAndClampedByTheKernel()
    {
        IoUring.Require();
        using Ring ring = IoUring.Make(entries: 5, completions: 64);
        Assert.Equal(8u, ring.SubmissionQueue.EntryCount);
        Assert.Equal(64u, ring.CompletionQueue.EntryCount);
        Assert.Equal(ring.SubmissionQueue.EntryCount, ring.Features.SubmissionEntries);
        Assert.Equal(ring.CompletionQueue.EntryCount, ring.Features.CompletionEntries);
    }

    [SkippableFact]
    public void ADisabledRingRefusesToSubmitUntilItIsEnabled()
    {
        IoUring.Require();
        using Ring ring = Ring.Create(new RingOptions { StartDisabled = true });
        ring.Next(1).PrepareNop();
        Assert.Equal(-Errno.EBADFD, ring.Submit());
        Assert.Equal(1u, ring.SubmissionQueue.PendingCount);
        ring.Enable();
        Assert.Equal(0, ring.Run(1));
        Assert.Equal(Errno.EBADFD, Assert.Throws<RingException>(ring.Enable).ErrorNumber);
    }

    [SkippableFact]
    public void ADisabledRingBelongsToTheThreadThatEnablesIt()
    {
        IoUring.Require();
        using Ring ring = Ring.Create(new RingOptions { StartDisabled = true });
        int elsewhere = int.MinValue;
        Thread thread = new Thread(() =>
        {
            ring.Enable();
            ring.Next(1).PrepareNop();
            elsewhere = ring.Run(1);
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, elsewhere);
        ring.Next(2).PrepareNop();
        Assert.Equal(-Errno.EEXIST, ring.Submit());
    }
}
