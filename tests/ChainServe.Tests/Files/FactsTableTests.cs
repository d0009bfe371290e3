using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class FactsTableTests
{
    private static byte[] Path(int number)
    {
        return Encoding.ASCII.GetBytes($"dir/file{number}");
    }

    private static FileFacts Facts(int number, FileKind kind)
    {
        return FileFacts.Create(Path(number), kind);
    }

    [Fact]
    public void WhatIsSetIsFoundReplacedAndRemoved()
    {
        FactsTable table = new(8);
        FileFacts first = Facts(1, FileKind.Directory);
        table.Set(Path(1), first);
        Assert.True(table.TryGet(Path(1), out FileFacts? found));
        Assert.Same(first, found);
        Assert.False(table.TryGet(Path(2), out _));
        FileFacts second = Facts(1, FileKind.Missing);
        table.Set(Path(1), second);
        Assert.True(table.TryGet(Path(1), out found));
        Assert.Same(second, found);
        Assert.Equal(1, table.Count);
        Assert.Equal(1, table.AbsentCount);
        Assert.True(table.Remove(Path(1)));
        Assert.False(table.Remove(Path(1)));
        Assert.Equal(0, table.Count);
        Assert.Equal(2, table.Hits);
        Assert.Equal(1, table.Misses);
    }

    [Fact]
    public void AnAliasIsFoundUnderItsOwnPath()
    {
        FactsTable table = new(4);
        table.Set("dir/"u8, Facts(1, FileKind.Other));
        Assert.True(table.TryGet("dir/"u8, out FileFacts? facts));
        Assert.Equal("dir/file1", Encoding.ASCII.GetString(facts.Name));
        Assert.False(table.TryGet(Path(1), out _));
    }

    [Fact]
    public void AFloodOfMissingNamesEvictsNoFile()
    {
        FactsTable table = new(16);
        for (int number = 0; number < 16; number++)
        {
            table.Set(Path(number), Facts(number, FileKind.Directory));
        }

        for (int number = 100; number < 10_000; number++)
        {
            table.Set(Path(number), Facts(number, FileKind.Missing));
        }

        Assert.Equal(table.AbsentCapacity, table.AbsentCount);
        for (int number = 0; number < 16; number++)
        {
            Assert.True(table.TryGet(Path(number), out _));
        }
    }

    [Fact]
    public void AUsedEntryOutlivesUnusedOnes()
    {
        FactsTable table = new(4);
        for (int number = 0; number < 100; number++)
        {
            table.Set(Path(number), Facts(number, FileKind.Directory));
            Assert.True(table.TryGet(Path(0), out _));
        }

        Assert.Equal(4, table.Count);
        Assert.True(table.TryGet(Path(99), out _));
        Assert.False(table.TryGet(Path(1), out _));
    }

    // Against a dictionary: the table may forget, but must never remember wrongly or exceed its bounds.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomUseAgreesWithADictionary(int seed)
    {
        Random random = new(seed);
        FactsTable table = new(10);
        Dictionary<int, FileFacts> expected = [];
        for (int step = 0; step < 20_000; step++)
        {
            int number = random.Next(40);
            switch (random.Next(8))
            {
                case < 3:
                    FileFacts facts = Facts(number, random.Next(2) == 0 ? FileKind.Missing : FileKind.Directory);
                    expected[number] = facts;
                    table.Set(Path(number), facts);
                    Assert.True(table.TryGet(Path(number), out FileFacts? kept) && ReferenceEquals(kept, facts));
                    break;
                case 3:
                    table.Remove(Path(number));
                    expected.Remove(number);
                    Assert.False(table.TryGet(Path(number), out _));
                    break;
                case 4 when random.Next(500) == 0:
                    table.Clear();
                    expected.Clear();
                    break;
                default:
                    if (table.TryGet(Path(number), out FileFacts? found))
                    {
                        Assert.Same(expected[number], found);
                    }

                    break;
            }

            Assert.InRange(table.AbsentCount, 0, 2);
            Assert.InRange(table.Count - table.AbsentCount, 0, 10);
        }
    }
}
