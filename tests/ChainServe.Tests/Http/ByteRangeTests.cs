using System.Linq;
using System.Numerics;
using System.Text.RegularExpressions;
using ChainServe.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed partial class ByteRangeTests
{
    private static string Parse(string header, long length)
    {
        ByteSpan[] ranges = new ByteSpan[1];
        RangeStatus status = ByteRanges.TryParse(RequestText.Bytes(header), length, ranges, out int count);
        Assert.Equal(status == RangeStatus.Satisfiable ? 1 : 0, count);
        return status == RangeStatus.Satisfiable ? $"{ranges[0].Offset}+{ranges[0].Count}" : status.ToString();
    }

    // RFC 9110 §14.1.2, with its examples for a representation of 10000 bytes.
    [Theory]
    [InlineData("bytes=0-499", 10000, "0+500")]
    [InlineData("bytes=500-999", 10000, "500+500")]
    [InlineData("bytes=-500", 10000, "9500+500")]
    [InlineData("bytes=9500-", 10000, "9500+500")]
    [InlineData("bytes=0-0", 10000, "0+1")]
    [InlineData("bytes=-1", 10000, "9999+1")]
    [InlineData("BYTES=0-", 10000, "0+10000")]
    [InlineData("bytes=0-10000", 10000, "0+10000")]
    [InlineData("bytes=9999-9999", 10000, "9999+1")]
    [InlineData("bytes=-20000", 10000, "0+10000")]
    [InlineData("bytes=00001-0002", 10000, "1+2")]
    [InlineData("bytes=0-99999999999999999999999", 10000, "0+10000")]
    [InlineData("bytes=-99999999999999999999999", 10000, "0+10000")]
    [InlineData("bytes=10000-", 10000, "Unsatisfiable")]
    [InlineData("bytes=99999999999999999999999-", 10000, "Unsatisfiable")]
    [InlineData("bytes=-0", 10000, "Unsatisfiable")]
    [InlineData("bytes=0-", 0, "Unsatisfiable")]
    [InlineData("bytes=0-0", 0, "Unsatisfiable")]
    [InlineData("bytes=-0", 0, "Unsatisfiable")]
    [InlineData("bytes=-5", 0, "Ignored")]
    [InlineData("bytes=5-4", 10000, "Ignored")]
    [InlineData("bytes=0-0,200-300", 10000, "Ignored")]
    [InlineData("bytes=0-0,", 10000, "0+1")]
    [InlineData("bytes= 0-0", 10000, "0+1")]
    [InlineData("bytes=0-0,1-1", 10000, "0+2")]
    [InlineData("bytes=,", 10000, "Ignored")]
    [InlineData("bytes=0 -0", 10000, "Ignored")]
    [InlineData("bytes=+0-0", 10000, "Ignored")]
    [InlineData("bytes=0--1", 10000, "Ignored")]
    [InlineData("bytes=--1", 10000, "Ignored")]
    [InlineData("bytes=-", 10000, "Ignored")]
    [InlineData("bytes=", 10000, "Ignored")]
    [InlineData("bytes", 10000, "Ignored")]
    [InlineData("bytes 0-1", 10000, "Ignored")]
    [InlineData("lines=0-1", 10000, "Ignored")]
    [InlineData("bytes=0", 10000, "Ignored")]
    [InlineData("bytes=a-b", 10000, "Ignored")]
    [InlineData("", 10000, "Ignored")]
    public void OneRangeIsReadAndEverythingElseIsIgnored(string header, long length, string expected)
    {
        Assert.Equal(expected, Parse(header, length));
    }

    [Fact]
    public void RangesAgreeWithAnObviousReimplementation()
    {
        Gen<string> number = Gen.Frequency(
            (6, Gen.Choose(0, 12).Select(value => $"{value}")),
            (1, Gen.Elements("", "9223372036854775807", "9223372036854775808", "99999999999999999999",
                "x", " 1", "-1")));
        Gen<string> headers = number.SelectMany(
            first => number,
            (first, last) => $"bytes={first}-{last}");
        Gen<long> lengths = Gen.OneOf(Gen.Choose(0, 12).Select(value => (long)value), Gen.Constant(long.MaxValue));
        Prop.ForAll(
            Arb.From(headers),
            Arb.From(lengths),
            (header, length) => Assert.Equal(ParseSlowly(header, length), Parse(header, length)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10000));
    }

    private static string ParseSlowly(string header, BigInteger length)
    {
        Match match = Range().Match(header);
        string first = match.Groups[1].Value;
        string last = match.Groups[2].Value;
        if (!match.Success || (first + last).Length == 0)
        {
            return "Ignored";
        }

        if (first.Length == 0)
        {
            BigInteger suffix = BigInteger.Min(BigInteger.Parse(last, null), length);
            return last.All(c => c == '0') ? "Unsatisfiable" : length == 0 ? "Ignored" : $"{length - suffix}+{suffix}";
        }

        BigInteger from = BigInteger.Parse(first, null);
        BigInteger to = last.Length == 0 ? BigInteger.Pow(2, 200) : BigInteger.Parse(last, null);

        // Two numbers beyond 63 bits are both read as the largest one, which is behind every file anyway.
        if (BigInteger.Min(to, long.MaxValue) < BigInteger.Min(from, long.MaxValue))
        {
            return "Ignored";
        }

        return from >= length ? "Unsatisfiable" : $"{from}+{BigInteger.Min(to, length - 1) - from + 1}";
    }

    [GeneratedRegex(@"\Abytes=[ ]*([0-9]*)-([0-9]*)[ ]*\z")]
    private static partial Regex Range();
}
