using System.Collections.Generic;
using System.Linq;
using Uring.Abi;
using Uring.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests.Operations;

/// <summary>Timeouts, cancels, polls and messages between rings.</summary>
public sealed class TimingOperationTests : OperationTestBase
{
    private const ulong Second = 2;

    [SkippableFact]
    public void ATimeoutEndsWithEtime()
    {
        Ring.Next(Tag).PrepareTimeout(Time(5), 0, TimeoutFlags.None);
        Assert.Equal(-Errno.ETIME, Ring.Run(Tag));
    }

    [SkippableFact]
    public void ATimeoutEndsWithZeroWhenItsCompletionsCameFirst()
    {
        Ring.Next(Tag).PrepareTimeout(Time(60_000), 1, TimeoutFlags.None);
        Ring.Next(Second).PrepareNop();
        Assert.Equal([(Second, 0), (Tag, 0)], Results(2).OrderBy(pair => pair.UserData));
    }

    [SkippableFact]
    public void ARemovedTimeoutIsCancelled()
    {
        Ring.Next(Tag).PrepareTimeout(Time(60_000), 0, TimeoutFlags.None);
        Ring.Next(Second).PrepareTimeoutRemove(Tag);
        Assert.Equal([(Second, 0), (Tag, -Errno.ECANCELED)], Results(2).OrderBy(pair => pair.UserData));
        Ring.Next(Second).PrepareTimeoutRemove(Tag);
        Assert.Equal(-Errno.ENOENT, Ring.Run(Second));
    }

    [SkippableFact]
    public void ALinkTimeoutCancelsTheStepBeforeIt()
    {
        Pipe(out int read, out _);
        Chain chain = Ring.BeginChain(2);
        chain.NextReporting(Tag).PrepareRead(read, Buffer, 0);
        chain.LastSilent(Second).PrepareLinkTimeout(Time(5), TimeoutFlags.None);
        Assert.Equal(-Errno.ECANCELED, Ring.Run(Tag));
    }

    [SkippableFact]
    public void ACancelByUserDataEndsTheRequestOrFindsNone()
    {
        Pipe(out int read, out _);
        Ring.Next(Tag).PrepareRead(read, Buffer, 0);
        Ring.Submit();
        Ring.Next(Second).PrepareCancel(Tag, CancelFlags.None);
        Assert.Equal([(Second, 0), (Tag, -Errno.ECANCELED)], Results(2).OrderBy(pair => pair.UserData));
        Ring.Next(Second).PrepareCancel(Tag, CancelFlags.None);
        Assert.Equal(-Errno.ENOENT, Ring.Run(Second));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACancelByFileEndsAllThatRunsOnItAndCountsThem(bool onSlot)
    {
        Pipe(out int read, out _);
        Fill(Slot, read);
        for (int index = 0; index < 3; index++)
        {
            if (onSlot)
            {
                Ring.Next(Tag).PrepareRead(Slot, Buffer, 0);
            }
            else
            {
                Ring.Next(Tag).PrepareRead(read, Buffer, 0);
            }
        }

        Ring.Submit();
        if (onSlot)
        {
            Ring.Next(Second).PrepareCancelSlot(Slot, CancelFlags.All);
        }
        else
        {
            Ring.Next(Second).PrepareCancelDescriptor(read, CancelFlags.All);
        }

        List<(ulong, int)> expected = [(Second, 3), .. Enumerable.Repeat((Tag, -Errno.ECANCELED), 3)];
        Assert.Equal(expected, Results(4).OrderBy(pair => pair.UserData));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void APollEndsWithItsEvents(bool onSlot)
    {
        Pipe(out int read, out int write);
        Fill(Slot, read);
        if (onSlot)
        {
            Ring.Next(Tag).PreparePollAdd(Slot, PollEvents.In);
        }
        else
        {
            Ring.Next(Tag).PreparePollAdd(read, PollEvents.In);
        }

        Ring.Submit();
        Assert.False(Ring.TryPeek(out _));
        LibC.Write(write, "x"u8);
        Assert.Equal(PollEvents.In, (PollEvents)Ring.Run(Tag) & PollEvents.In);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMultishotPollReportsEveryEventUntilItIsRemoved(bool onSlot)
    {
        Pipe(out int read, out int write);
        Fill(Slot, read);
        if (onSlot)
        {
            Ring.Next(Tag).PreparePollMultishot(Slot, PollEvents.In);
        }
        else
        {
            Ring.Next(Tag).PreparePollMultishot(read, PollEvents.In);
        }

        Ring.Submit();
        for (int round = 0; round < 3; round++)
        {
            LibC.Write(write, "x"u8);
            CompletionQueueEntry completion = Ring.Wait();
            Assert.Equal((Tag, true), (completion.UserData, completion.HasMore));
            Assert.Equal(1, LibC.Read(read, Buffer));
        }

        Ring.Next(Second).PreparePollRemove(Tag);
        Assert.Equal([(Second, 0), (Tag, -Errno.ECANCELED)], Results(2).OrderBy(pair => pair.UserData));
    }

    [SkippableFact]
    public void AMessageArrivesInTheOtherRing()
    {
        using Ring other = IoUring.Make();
        Ring.Next(Tag).PrepareMessageRing(other.FileDescriptor, 77, Second, 0);
        Assert.Equal(0, Ring.Run(Tag));
        Assert.Equal(77, other.Run(Second));
    }

    [SkippableFact]
    public void AMessageToWhatIsNoRingAnswersEbadfd()
    {
        Pipe(out int read, out _);
        Ring.Next(Tag).PrepareMessageRing(read, 77, Second, 0);
        Assert.Equal(-Errno.EBADFD, Ring.Run(Tag));
    }

    private void Pipe(out int read, out int write)
    {
        IoUring.Require();
        (read, write) = LibC.Pipe();
        Owned.AddRange([read, write]);
    }

    private ref KernelTimespec Time(long milliseconds)
    {
        ref KernelTimespec time = ref Memory.At<KernelTimespec>(1024);
        time = KernelTimespec.FromMilliseconds(milliseconds);
        return ref time;
    }

    private List<(ulong UserData, int Result)> Results(int count)
    {
        return [.. Ring.Take(count).Select(completion => (completion.UserData, completion.Result))];
    }
}
