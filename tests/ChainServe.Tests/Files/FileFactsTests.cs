using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class FileFactsTests
{
    private const long Second = 1_000_000_000;
    private const long Now = 1_700_000_000 * Second;

    private static readonly FileStamp Old = new()
    {
        Kind = FileKind.Regular,
        Length = 5,
        ModifiedNanoseconds = (784111777 * Second) + 5,
        ChangedNanoseconds = 784111777 * Second,
        Inode = 1,
        Device = 2,
    };

    [Fact]
    public void FactsCarryAllThatAHeadNeeds()
    {
        FileFacts facts = TestFacts.Create("a/b.html"u8, Old, Now, ContentDigest.Of("hello"u8));
        Assert.Equal("a/b.html\0", Encoding.ASCII.GetString(facts.Path));
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", Encoding.ASCII.GetString(facts.LastModified));
        Assert.Equal("text/html; charset=utf-8", Encoding.ASCII.GetString(facts.ContentType));
        Assert.Equal(
            "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n",
            Encoding.ASCII.GetString(facts.FieldLines.Open));
        Assert.Equal(784111777, facts.ModifiedSeconds);
        Assert.True(facts.HasContentHash);
        Assert.False(facts.IsYoung);
    }

    [Fact]
    public void TimesBeforeTheEpochAreRoundedDown()
    {
        FileFacts facts = TestFacts.Create("a"u8, Old with { ModifiedNanoseconds = -1 }, Now);
        Assert.Equal(-1, facts.ModifiedSeconds);
        Assert.Equal("Wed, 31 Dec 1969 23:59:59 GMT", Encoding.ASCII.GetString(facts.LastModified));
    }

    // A reproducible build sets every mtime to 0 or 1: as a date it would make every change invisible.
    [Fact]
    public void ANormalisedTimeIsNoLastModified()
    {
        Assert.Empty(TestFacts.Create("a"u8, Old with { ModifiedNanoseconds = Second }, Now).LastModified);
    }

    [Fact]
    public void EveryPartOfTheStampTellsVersionsApart()
    {
        FileFacts facts = TestFacts.Create("a"u8, Old, Now);
        Assert.True(facts.SameVersionAs(Old));
        Assert.True(facts.SameVersionAs(TestFacts.Create("b"u8, Old, Now + 1)));
        Assert.False(facts.SameVersionAs(Old with { Inode = 9 }));
        Assert.False(facts.SameVersionAs(Old with { Device = 9 }));
        Assert.False(facts.SameVersionAs(Old with { Length = 9 }));
        Assert.False(facts.SameVersionAs(Old with { ModifiedNanoseconds = 9 }));
        Assert.False(facts.SameVersionAs(Old with { ChangedNanoseconds = 9 }));
        Assert.False(facts.SameVersionAs(Old with { Kind = FileKind.Directory }));
    }
}
