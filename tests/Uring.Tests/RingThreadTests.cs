using System;
using System.Runtime.InteropServices;
using System.Threading;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>Which thread may do what with a ring, and signals.</summary>
public sealed class RingThreadTests
{
    [SkippableTheory]
    [InlineData(RingMode.Deferred)]
    [InlineData(RingMode.Cooperative)]
    public void ASubmitFromAnotherThreadAnswersEexist(RingMode mode)
    {
        using Ring ring = IoUring.Make(mode);
        ring.Next(1).PrepareNop();
        int answer = OnAnotherThread(ring.Submit);
        Assert.Equal(-Errno.EEXIST, answer);
        Assert.Equal(1u, ring.SubmissionQueue.PendingCount);
        Assert.Equal(0, ring.Run(1));
    }

    [SkippableFact]
    public void AThreadWithARingOfItsOwnEntersTheRightOne()
    {
        // Both threads registered their ring's descriptor, each as number 0 of its own.
        using Ring ring = IoUring.Make();
        ring.Next(1).PrepareNop();
        int answer = OnAnotherThread(() =>
        {
            using Ring own = IoUring.Make();
            own.Next(2).PrepareNop();
            int result = ring.Submit();
            Assert.Equal(0, own.Run(2));
            return result;
        });
        Assert.Equal(-Errno.EEXIST, answer);
        Assert.Equal(0, ring.Run(1));
    }

    [SkippableFact]
    public void ADefaultRingMaySubmitFromAnyThread()
    {
        using Ring ring = IoUring.Make(RingMode.Default);
        int answer = OnAnotherThread(() =>
        {
            using Ring own = IoUring.Make();
            ring.Next(1).PrepareNop();
            return ring.Run(1);
        });
        Assert.Equal(0, answer);
        ring.Next(2).PrepareNop();
        Assert.Equal(0, ring.Run(2));
    }

    [SkippableFact]
    public void RegisteringFromAnotherThreadAnswersEexist()
    {
        using Ring ring = IoUring.Make();
        FixedFileTable table = FixedFileTable.Register(ring, 4);
        Assert.Equal(-Errno.EEXIST, OnAnotherThread(() => table.Update(new FixedFileSlot(0), 0)));
        Assert.Equal(1, table.Update(new FixedFileSlot(0), 0));
    }

    [SkippableFact]
    public void ASignalEndsTheWaitWithEintr()
    {
        IoUring.Require();
        int thread = 0;
        int answer = 0;
        using ManualResetEventSlim done = new ManualResetEventSlim();
        using PosixSignalRegistration handler = PosixSignalRegistration.Create(
            PosixSignal.SIGWINCH, context => context.Cancel = true);
        Thread waiter = new Thread(() =>
        {
            using Ring ring = IoUring.Make();
            Volatile.Write(ref thread, LibC.ThreadId());
            answer = ring.SubmitAndWait(1);
            done.Set();
        });
        waiter.Start();
        do
        {
            int target = Volatile.Read(ref thread);
            if (target != 0)
            {
                LibC.SignalThread(target, 28); // SIGWINCH
            }
        }
        while (!done.Wait(TimeSpan.FromMilliseconds(5)));

        waiter.Join();
        Assert.Equal(-Errno.EINTR, answer);
    }

    [SkippableFact]
    public void WaitGoesOnAfterEintr()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        kernel.EnterAnswers.Enqueue(-Errno.EINTR);
        kernel.EnterAnswers.Enqueue(-Errno.EINTR);
        ring.Next(5).PrepareNop();
        Assert.Equal(0, ring.Run(5));
        Assert.Equal([1u, 1u, 1u], [kernel.Enters[0].ToSubmit, kernel.Enters[1].ToSubmit, kernel.Enters[2].ToSubmit]);
    }

    [SkippableFact]
    public void WaitThrowsOnAnErrorThatWillNotPass()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        kernel.EnterAnswers.Enqueue(-Errno.EBADFD);
        Assert.Equal(Errno.EBADFD, Assert.Throws<RingException>(() => ring.Wait()).ErrorNumber);
    }

    internal static int OnAnotherThread(Func<int> action)
    {
        int answer = int.MinValue;
        Exception? failure = null;
        Thread thread = new Thread(() =>
        {
            try
            {
                answer = action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        return answer;
    }
}
