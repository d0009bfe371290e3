using System;
using System.Collections.Generic;
using ChainServe.Connections;
using Xunit;

namespace ChainServe.Tests.Connections;

public sealed class SnapshotArenaTests
{
    [Fact]
    public void BlocksNeverOverlapAndEverythingCanBeHadAgain()
    {
        const int Bytes = 256 * 1024;
        const int BlockMax = 32 * 1024;
        using SnapshotArena arena = new(Bytes, BlockMax);
        Random random = new(7);
        List<(int Block, int Length)> held = [];
        bool[] taken = new bool[Bytes / SnapshotArena.UnitLength];
        for (int step = 0; step < 20_000; step++)
        {
            int length = random.Next(1, BlockMax + 1);
            if (random.Next(2) == 0 && arena.TryAllocate(length, out int block))
            {
                Mark(taken, block, length, isTaken: true);
                held.Add((block, length));
            }
            else if (held.Count > 0)
            {
                int index = random.Next(held.Count);
                (int freed, int freedLength) = held[index];
                held.RemoveAt(index);
                Mark(taken, freed, freedLength, isTaken: false);
                arena.Free(freed);
            }
        }

        held.ForEach(each => arena.Free(each.Block));
        Assert.Equal(0, arena.UsedBytes);

        // Joined again: the longest blocks fit as at the beginning.
        for (int count = 0; count < Bytes / BlockMax; count++)
        {
            Assert.True(arena.TryAllocate(BlockMax, out _));
        }

        Assert.False(arena.TryAllocate(1, out _));
        Assert.Equal(Bytes, arena.UsedBytes);
    }

    [Theory]
    [InlineData(1, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 2048)]
    [InlineData(262_145, 524_288)]
    public void ABlockIsThePowerOfTwoAboveItsLength(int length, long expected)
    {
        Assert.Equal(expected, SnapshotArena.BlockLength(length));
    }

    [Fact]
    public void AllBytesOfABlockAreItsOwn()
    {
        using SnapshotArena arena = new(64 * 1024, 16 * 1024);
        List<(int Block, byte Value)> blocks = [];
        while (arena.TryAllocate(3_000, out int block))
        {
            byte value = (byte)(blocks.Count + 1);
            arena.Bytes(block, 3_000).Fill(value);
            blocks.Add((block, value));
        }

        Assert.Equal(16, blocks.Count);
        Assert.All(blocks, each => Assert.Equal(-1, arena.Bytes(each.Block, 3_000).IndexOfAnyExcept(each.Value)));
    }

    private static void Mark(bool[] taken, int block, int length, bool isTaken)
    {
        int units = (int)(SnapshotArena.BlockLength(length) / SnapshotArena.UnitLength);
        for (int unit = block; unit < block + units; unit++)
        {
            Assert.NotEqual(isTaken, taken[unit]);
            taken[unit] = isTaken;
        }
    }
}
