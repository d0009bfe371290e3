using System;
using System.Collections.Concurrent;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary><c>io_uring_enter(2)</c>, and the virtual clock that stands in for sleeping.</summary>
public sealed unsafe partial class FakeKernel
{
    private const EnterFlags KnownEnter = EnterFlags.GetEvents | EnterFlags.SqWakeup | EnterFlags.SqWait
        | EnterFlags.ExtendedArgument | EnterFlags.RegisteredRing | (EnterFlags)(1 << 5) | (EnterFlags)(1 << 7);

    private readonly ConcurrentQueue<int> _signals = new ConcurrentQueue<int>();

    /// <summary>Monotonic virtual time.</summary>
    public long NowNanoseconds { get; private set; }

    /// <summary>Called when a wait would sleep: the outside world may act (send, connect, read), and returns whether it
    /// did. Only when it did not, time goes by.</summary>
    public Func<bool>? Idle { get; set; }

    /// <summary>Lets time go by: timers expire in their order, slow clients read. Rings see it when they are entered.
    /// </summary>
    public void Advance(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        long target = NowNanoseconds + nanoseconds;
        while (NextEvent() is { } next && next < target)
        {
            MoveTo(Math.Max(next, NowNanoseconds));
        }

        MoveTo(target);
    }

    public void Advance(TimeSpan time)
    {
        Advance((long)time.TotalMilliseconds * 1_000_000);
    }

    /// <inheritdoc/>
    public int Enter(
        int ring,
        uint toSubmit,
        uint minimumComplete,
        EnterFlags flags,
        void* argument,
        nuint argumentSize)
    {
        Statistics.EnterCount++;
        if (EnterErrors.TryDequeue(out int error) && error != 0)
        {
            return -error;
        }

        if ((flags & ~KnownEnter) != 0)
        {
            return -Errno.EINVAL;
        }

        FakeRing? target = (flags & EnterFlags.RegisteredRing) != 0 ? RegisteredRing(ring) : RingAt(ring);
        if (target is null)
        {
            return (flags & EnterFlags.RegisteredRing) != 0 ? -Errno.EINVAL : -Errno.EBADF;
        }

        if (target.IsDisabled)
        {
            return -Errno.EBADFD;
        }

        bool foreign = (target.Setup & SetupFlags.SingleIssuer) != 0
            && target.OwnerThread != Environment.CurrentManagedThreadId;
        if (foreign)
        {
            return -Errno.EEXIST;
        }

        TakeSignals();
        int submitted = toSubmit == 0 ? 0 : target.Submit(toSubmit);
        if (submitted != toSubmit || (flags & EnterFlags.GetEvents) == 0)
        {
            // Workers run beside us, but a deferred ring takes their results in only when it waits.
            target.RunWorkers();
            if (!target.IsDeferred)
            {
                target.RunAllWork();
            }

            return submitted;
        }

        Deadlines(flags, argument, argumentSize, out long? deadline, out long? shortDeadline);
        int result = target.Wait(minimumComplete, submitted > 0, deadline, shortDeadline);
        return submitted > 0 ? submitted : result;
    }

    /// <summary>Something must happen before a wait can go on.</summary>
    /// <returns>False when the deadline passed.</returns>
    internal bool Sleep(FakeRing ring, long? deadline)
    {
        if (Idle is not null && Idle())
        {
            TakeSignals();
            return true;
        }

        if (TakeSignals())
        {
            return true;
        }

        long? next = NextEvent();
        if (deadline is not null && (next is null || deadline < next))
        {
            MoveTo(Math.Max(deadline.Value, NowNanoseconds));
            return false;
        }

        if (next is null)
        {
            throw new FakeKernelException(
                "this wait would never end: no timer, no time limit, and these requests wait for events that only "
                + $"the test can bring: {ring.DescribeInFlight()}");
        }

        MoveTo(Math.Max(next.Value, NowNanoseconds));
        return true;
    }

    private static long NanosecondsOf(in KernelTimespec time)
    {
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    private void Deadlines(
        EnterFlags flags,
        void* argument,
        nuint argumentSize,
        out long? deadline,
        out long? shortDeadline)
    {
        deadline = null;
        shortDeadline = null;
        if ((flags & EnterFlags.ExtendedArgument) == 0)
        {
            return;
        }

        if (argumentSize != (nuint)sizeof(GetEventsArgument))
        {
            throw new FakeKernelException("EXT_ARG with an argument of the wrong size");
        }

        GetEventsArgument wait = UserMemory.Read<GetEventsArgument>((ulong)argument);
        bool absolute = (flags & (EnterFlags)(1 << 5)) != 0;
        if (wait.Timespec != 0)
        {
            long time = NanosecondsOf(UserMemory.Read<KernelTimespec>(wait.Timespec));
            deadline = absolute ? time : NowNanoseconds + time;
        }

        if (wait.MinimumWaitMicroseconds != 0)
        {
            shortDeadline = NowNanoseconds + (wait.MinimumWaitMicroseconds * 1000L);
        }
    }

    private bool TakeSignals()
    {
        bool any = false;
        while (_signals.TryDequeue(out int descriptor))
        {
            if (FileAt(descriptor) is EventFile wake)
            {
                wake.Signal();
                any = true;
            }
            else
            {
                Misuse($"a signal for descriptor {descriptor}, which is not an open event");
            }
        }

        return any;
    }

    private long? NextEvent()
    {
        long? next = null;
        foreach (FakeRing ring in _rings)
        {
            next = Min(next, ring.NextDeadline);
        }

        foreach (FakeClient client in _clients)
        {
            next = Min(next, client.ReadsInTime ? NowNanoseconds + 1_000_000 : null);
        }

        return next;
    }

    private static long? Min(long? first, long? second)
    {
        return first is null || second < first ? second ?? first : first;
    }

    private void MoveTo(long time)
    {
        NowNanoseconds = time;
        foreach (FakeRing ring in _rings)
        {
            ring.ExpireTimers(time);
        }

        foreach (FakeClient client in _clients)
        {
            client.TimePassed();
        }
    }
}
