using System;
using System.Linq;
using System.Text;
using ChainServe.Files;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class EntityTagTests
{
    private const long Second = 1_000_000_000;
    private const long Now = 1_700_000_000 * Second;

    private static byte[] Bytes(string text)
    {
        return Encoding.Latin1.GetBytes(text);
    }

    private static FileStamp Stamp(long modified, long changed)
    {
        return new FileStamp
        {
            Kind = FileKind.Regular,
            Length = 255,
            ModifiedNanoseconds = modified,
            ChangedNanoseconds = changed,
            Inode = 7,
            Device = 8,
        };
    }

    private static string Build(long modified, long changed, ContentDigest? digest = null)
    {
        Representation representation = new([], GuardedLines.None);
        return Encoding.ASCII.GetString(EntityTag.Build(Stamp(modified, changed), Now, digest, representation));
    }

    [Fact]
    public void AnOldFileIsTaggedByTimeAndLengthAlone()
    {
        long old = Now - (2 * Second);
        Assert.Equal($"\"{old:x}-ff\"", Build(old, old));
        Assert.Equal(Build(old, old), Build(old, old - Second, new ContentDigest(1, 2)));
    }

    // RFC 9110 §8.8.1: a validator is weak when the content can change without it.
    [Theory]
    [InlineData((Now - (2 * Second)) + 1, 0)]
    [InlineData(0x1000 * Second, (Now - (2 * Second)) + 1)]
    [InlineData(Now + Second, 0)]
    [InlineData(0, 0)]
    [InlineData((2 * Second) - 1, 0)]
    public void ATimeThatCannotVouchGivesAWeakTagOrOneOfTheContent(long modified, long changed)
    {
        Assert.Equal($"W/\"{modified:x}-ff\"", Build(modified, changed));
        Assert.Equal(
            "\"00000000000000010000000000000002-ff\"",
            Build(modified, changed, new ContentDigest(1, 2)));
    }

    // RFC 9110 §8.8.3.2, its table of examples.
    [Theory]
    [InlineData("W/\"1\"", "W/\"1\"", false, true)]
    [InlineData("W/\"1\"", "W/\"2\"", false, false)]
    [InlineData("W/\"1\"", "\"1\"", false, true)]
    [InlineData("\"1\"", "\"1\"", true, true)]
    public void ComparisonIsStrongOrWeak(string left, string right, bool strong, bool weak)
    {
        Assert.Equal(strong, EntityTag.StrongEquals(Bytes(left), Bytes(right)));
        Assert.Equal(weak, EntityTag.WeakEquals(Bytes(left), Bytes(right)));
    }

    // RFC 9110 §13.1.1, §13.1.2.
    [Theory]
    [InlineData("*", true)]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"b\", \"a\"", true)]
    [InlineData("\"b\",\"a\"", true)]
    [InlineData(" , ,\"b\" ,\t, \"a\"", true)]
    [InlineData("\"x,y\", \"a\"", true)]
    [InlineData("\"\", \"a\"", true)]
    [InlineData("", false)]
    [InlineData("\"b\"", false)]
    [InlineData("a", false)]
    [InlineData("\"a", false)]
    [InlineData("w/\"a\"", false)]
    [InlineData("\"b\" \"a\"", false)]
    [InlineData("\"x\"a\"", false)]
    [InlineData("\"b\", *", false)]
    [InlineData("*, \"b\"", false)]
    [InlineData("\"a\"b", false)]
    [InlineData("b, \"a\"", false)]
    [InlineData("\"x \", \"a\"", false)]
    public void AListMatchesWhenOneOfItsTagsDoes(string list, bool expected)
    {
        Assert.Equal(expected, EntityTag.ListMatches(Bytes(list), "\"a\""u8, strong: false));
    }

    [Fact]
    public void AWeakTagInAListNeverMatchesStrongly()
    {
        Assert.False(EntityTag.ListMatches("W/\"a\""u8, "\"a\""u8, strong: true));
        Assert.False(EntityTag.ListMatches("W/\"a\""u8, "W/\"a\""u8, strong: true));
        Assert.True(EntityTag.ListMatches("W/\"a\", \"a\""u8, "\"a\""u8, strong: true));
    }

    [Fact]
    public void WellFormedListsAgreeWithAnObviousReimplementation()
    {
        string[] tags = ["\"a\"", "W/\"a\"", "\"b\"", "\"a,b\"", "\"\"", "\"W/\"", "\",\""];
        Gen<string[]> lists = Gen.Elements(tags).ArrayOf();
        Prop.ForAll(
            Arb.From(lists),
            Arb.From(Gen.Elements(tags)),
            Arb.From(Gen.Elements(",", ", ", " , ", ",,\t")),
            (list, tag, comma) =>
            {
                byte[] text = Bytes(string.Join(comma, list));
                bool strong = !tag.StartsWith('W') && list.Contains(tag);
                bool weak = list.Any(item => Opaque(item) == Opaque(tag));
                Assert.Equal(strong, EntityTag.ListMatches(text, Bytes(tag), strong: true));
                Assert.Equal(weak, EntityTag.ListMatches(text, Bytes(tag), strong: false));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static string Opaque(string tag)
    {
        return tag.StartsWith('W') ? tag[2..] : tag;
    }
}
