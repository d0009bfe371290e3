using System.Collections.Generic;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Tests.Files;
using Xunit;

namespace ChainServe.Tests.Connections;

public sealed class SnapshotStoreTests
{
    private const int Length = 4096;

    [Fact]
    public void ASnapshotIsUsedOnlyOnceItIsPublished()
    {
        using SnapshotStore store = new(64 * 1024, Length);
        FileFacts facts = Facts(1);
        Assert.True(store.TryReserve(facts, Length, out int snapshot));
        Assert.False(store.Has(facts));
        Assert.False(store.TryUse(facts, out _));

        store.Publish(snapshot);
        Assert.True(store.TryUse(facts, out int used));
        Assert.Equal(snapshot, used);
        Assert.False(store.TryReserve(facts, Length, out _));
    }

    [Fact]
    public void AnAbandonedSnapshotLeavesNothing()
    {
        using SnapshotStore store = new(64 * 1024, Length);
        FileFacts facts = Facts(1);
        store.TryReserve(facts, Length, out int snapshot);
        store.Abandon(snapshot);

        Assert.Equal(0, store.UsedBytes);
        Assert.True(store.TryReserve(facts, Length, out _));
    }

    [Fact]
    public void ADroppedSnapshotStaysUntilItsLastUserIsThrough()
    {
        using SnapshotStore store = new(64 * 1024, Length);
        FileFacts facts = Make(store, 1);
        store.TryUse(facts, out int first);
        store.TryUse(facts, out int second);
        store.Drop(facts);

        Assert.False(store.TryUse(facts, out _));
        store.Release(first);
        Assert.Equal(Length, store.UsedBytes);
        store.Release(second);
        Assert.Equal(0, store.UsedBytes);
    }

    [Fact]
    public void OneThatIsDroppedWhileItIsMadeEndsWhenItIsMade()
    {
        using SnapshotStore store = new(64 * 1024, Length);
        FileFacts facts = Facts(1);
        store.TryReserve(facts, Length, out int snapshot);
        store.Drop(facts);
        Assert.Equal(Length, store.UsedBytes);
        store.Publish(snapshot);

        Assert.False(store.Has(facts));
        Assert.Equal(0, store.UsedBytes);
    }

    [Fact]
    public void WhatWasNotAskedForLatelyIsEvictedFirst()
    {
        using SnapshotStore store = new(16 * Length, Length - 1);
        List<FileFacts> all = [];
        for (int number = 0; number < 16; number++)
        {
            all.Add(Make(store, number));
        }

        FileFacts hot = all[3];
        for (int number = 200; number < 260; number++)
        {
            store.TryUse(hot, out int snapshot);
            store.Release(snapshot);
            Make(store, number);
        }

        Assert.True(store.Has(hot));
        Assert.Single(all, store.Has);
        Assert.Equal(16 * Length, store.UsedBytes);
    }

    [Fact]
    public void NothingInUseIsEverEvicted()
    {
        using SnapshotStore store = new(4 * Length, Length - 1);
        List<FileFacts> all = [];
        for (int number = 0; number < 4; number++)
        {
            all.Add(Make(store, number));
            store.TryUse(all[number], out _);
        }

        Assert.False(store.TryReserve(Facts(9), Length, out _));
        Assert.All(all, facts => Assert.True(store.Has(facts)));
    }

    [Fact]
    public void ALongOneTakesRoomFromFewAtATime()
    {
        // 8,192 of 1 KiB, and one of each 64 is in use: no 64 KiB are to be had.
        const int Long = 64 * 1024;
        const int Count = 8_192;
        using SnapshotStore store = new(Count * 1_024, Long - 1);
        List<FileFacts> all = [];
        for (int number = 0; number < Count; number++)
        {
            FileFacts facts = Facts(number, 1_000);
            Assert.True(store.TryReserve(facts, 1_001, out int snapshot));
            store.Publish(snapshot);
            all.Add(facts);
            if (number % 64 == 0)
            {
                store.TryUse(facts, out _);
            }
        }

        Assert.False(store.TryReserve(Facts(9_999, Long - 1), Long, out _));
        Assert.InRange(all.FindAll(store.Has).Count, Count * 2 / 3, Count);
    }

    [Fact]
    public void ALongerFileThanTheLimitGetsNone()
    {
        using SnapshotStore store = new(64 * 1024, 1000);
        Assert.False(store.TryReserve(Facts(1, 1001), 1002, out _));
        Assert.True(store.TryReserve(Facts(2, 1000), 1001, out _));
    }

    [Fact]
    public void WithoutMemoryThereAreNone()
    {
        using SnapshotStore store = new(0, 1000);
        FileFacts facts = Facts(1, 10);
        Assert.False(store.TryReserve(facts, 10, out _));
        Assert.False(store.TryUse(facts, out _));
        Assert.Equal(0, store.UsedBytes);
    }

    private static FileFacts Make(SnapshotStore store, int number)
    {
        FileFacts facts = Facts(number);
        Assert.True(store.TryReserve(facts, Length, out int snapshot));
        store.Publish(snapshot);
        return facts;
    }

    private static FileFacts Facts(int number, int length = 4000)
    {
        FileStamp stamp = new() { Kind = FileKind.Regular, Length = length, Inode = (ulong)number };
        return TestFacts.Create($"file{number}", stamp);
    }
}
