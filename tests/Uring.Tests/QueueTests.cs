using System.Collections.Generic;
using System.Linq;
using Uring.Abi;
using Uring.Operations;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>The arithmetic of both queues, with free-running counters that wrap, on a kernel double.</summary>
public sealed class QueueTests
{
    public static TheoryData<uint, bool> Starts => new()
    {
        { 0, true },
        { 0, false },
        { uint.MaxValue, true },
        { uint.MaxValue - 2, true },
        { uint.MaxValue - 2, false },
        { uint.MaxValue - 7, true },
        { int.MaxValue - 3, true },
        { 0x8000_0000 - 5, false },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public void EntriesAndCompletionsKeepTheirOrderAcrossTheWrapOfTheCounters(uint start, bool noSqArray)
    {
        using CounterKernel kernel = new CounterKernel(start, noSqArray);
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 }, kernel);
        Assert.Equal(noSqArray, !kernel.HasArray);
        List<ulong> completed = [];
        for (ulong round = 0; round < 10; round++)
        {
            for (ulong step = 0; step < 3; step++)
            {
                ring.Next((round * 3) + step).PrepareNop();
            }

            Assert.Equal(3u, ring.SubmissionQueue.PendingCount);
            Assert.Equal(5u, ring.SubmissionQueue.FreeCount);
            Assert.Equal(3, ring.Submit());
            Assert.Equal(0u, ring.SubmissionQueue.PendingCount);
            Assert.Equal(3u, ring.CompletionQueue.ReadyCount);
            for (uint index = 0; index < 3; index++)
            {
                completed.Add(ring.CompletionQueue[index].UserData);
            }

            ring.CompletionQueue.Advance(3);
            Assert.Equal(0u, ring.CompletionQueue.ReadyCount);
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(number => (ulong)number), completed);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void AFullQueueIsFullAndNotEmptyAcrossTheWrap(uint start, bool noSqArray)
    {
        using CounterKernel kernel = new CounterKernel(start, noSqArray);
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 }, kernel);
        for (ulong index = 0; index < 8; index++)
        {
            ring.Next(index).PrepareNop();
        }

        Assert.Equal(0u, ring.SubmissionQueue.FreeCount);
        Assert.Equal(8u, ring.SubmissionQueue.PendingCount);
        Assert.Empty(kernel.Taken);
        ring.Next(8).PrepareNop();
        Assert.Equal(8, kernel.Taken.Count);
        Assert.Equal(7u, ring.SubmissionQueue.FreeCount);
    }

    [Fact]
    public void AnEntryIsAllZeroHoweverItWasUsedBefore()
    {
        using CounterKernel kernel = new CounterKernel(0);
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 1 }, kernel);
        ref SubmissionQueueEntry entry = ref ring.Next(ulong.MaxValue);
        entry.FileIndex = 7;
        entry.BufferGroup = 7;
        entry.Address3 = 7;
        entry.Reserved = 7;
        entry.Personality = 7;
        entry.IoPriority = 7;
        ring.Submit();
        ring.Next(3).PrepareNop();
        ring.Submit();
        SubmissionQueueEntry expected = new SubmissionQueueEntry { UserData = 3, FileDescriptor = -1 };
        Assert.Equal(expected, kernel.Taken[1]);
    }

    [Fact]
    public void WhatTheKernelDidNotTakeIsSubmittedAgain()
    {
        using CounterKernel kernel = new CounterKernel(uint.MaxValue) { TakeAtMost = 1 };
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 }, kernel);
        ring.Next(1).PrepareNop();
        ring.Next(2).PrepareNop();
        ring.Next(3).PrepareNop();
        Assert.Equal(1, ring.Submit());
        Assert.Equal(2u, ring.SubmissionQueue.PendingCount);
        Assert.Equal(1, ring.Submit());
        Assert.Equal(1, ring.Submit());
        Assert.Equal(0, ring.Submit());
        Assert.Equal([1ul, 2ul, 3ul], kernel.Taken.Select(entry => entry.UserData));
    }

    [Fact]
    public void AChainIsNeverCutByAFullQueue()
    {
        using CounterKernel kernel = new CounterKernel(uint.MaxValue - 20);
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 8 }, kernel);
        List<int> submissions = [];
        for (ulong number = 0; number < 40; number++)
        {
            int before = kernel.Taken.Count;
            Chain chain = ring.BeginChain(3);
            chain.Next(number).PrepareNop();
            chain.NextHard(number).PrepareNop();
            chain.Last(number).PrepareNop();
            if (kernel.Taken.Count != before)
            {
                submissions.Add(kernel.Taken.Count);
            }

            ring.CompletionQueue.Advance(ring.CompletionQueue.ReadyCount);
        }

        ring.Submit();
        Assert.Equal(120, kernel.Taken.Count);
        Assert.NotEmpty(submissions);
        Assert.All(submissions, taken => Assert.Equal(0, taken % 3));
        for (int index = 0; index < 120; index++)
        {
            SubmissionFlags expected = (index % 3) switch
            {
                0 => SubmissionFlags.Link | SubmissionFlags.SkipSuccess,
                1 => SubmissionFlags.HardLink | SubmissionFlags.SkipSuccess,
                _ => SubmissionFlags.None,
            };
            Assert.Equal(((ulong)(index / 3), expected), (kernel.Taken[index].UserData, kernel.Taken[index].Flags));
        }
    }

    [Fact]
    public void AKernelThatTakesNothingIsReportedAndNotAskedForEver()
    {
        using CounterKernel kernel = new CounterKernel(0) { TakeAtMost = 0 };
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 2 }, kernel);
        ring.Next(1).PrepareNop();
        ring.Next(2).PrepareNop();
        Assert.Equal(-Errno.EAGAIN, ring.MakeRoom(1));
        Assert.Equal(Errno.EAGAIN, Assert.Throws<RingException>(() => ring.Next(3).PrepareNop()).ErrorNumber);
        kernel.TakeAtMost = 1;
        Assert.Equal(0, ring.MakeRoom(1));
        ring.Next(3).PrepareNop();
        kernel.TakeAtMost = int.MaxValue;
        ring.Submit();
        Assert.Equal([1ul, 2ul, 3ul], kernel.Taken.Select(entry => entry.UserData));
    }

    [SkippableTheory]
    [InlineData(-Errno.EBUSY)]
    [InlineData(-Errno.EAGAIN)]
    public void AFullQueueThatTheKernelRefusesIsReportedWithItsErrno(int answer)
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        using Ring ring = Ring.Create(new RingOptions { SubmissionEntries = 2 }, kernel);
        ring.Next(1).PrepareNop();
        ring.Next(2).PrepareNop();
        kernel.EnterAnswers.Enqueue(answer);
        kernel.EnterAnswers.Enqueue(0);
        kernel.EnterAnswers.Enqueue(answer);
        Assert.Equal(answer, ring.MakeRoom(1));
        Assert.Equal(3, kernel.Enters.Count);
        Assert.NotEqual(EnterFlags.None, kernel.Enters[1].Flags & EnterFlags.GetEvents);
        Assert.Equal(0, ring.MakeRoom(1));
    }

    [SkippableFact]
    public void ASubmissionThatFailsLeavesItsEntriesPending()
    {
        IoUring.Require();
        KernelDouble kernel = new KernelDouble();
        using Ring ring = Ring.Create(new RingOptions(), kernel);
        ring.Next(1).PrepareNop();
        kernel.EnterAnswers.Enqueue(-Errno.EAGAIN);
        Assert.Equal(-Errno.EAGAIN, ring.Submit());
        Assert.Equal(1u, ring.SubmissionQueue.PendingCount);
        Assert.Equal(1, ring.Submit());
        Assert.Equal(0u, ring.SubmissionQueue.PendingCount);
    }
}
