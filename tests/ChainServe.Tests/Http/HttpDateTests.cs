using System;
using System.Globalization;
using ChainServe.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class HttpDateTests
{
    // 2025-01-01 00:00:00.
    private const long Now = 1735689600;

    private static long? Parse(string text)
    {
        return HttpDate.TryParse(RequestText.Bytes(text), Now, out long seconds) ? seconds : null;
    }

    private static string Format(long seconds)
    {
        byte[] date = new byte[HttpDate.Length];
        HttpDate.Format(seconds, date);
        return RequestText.Text(date);
    }

    // RFC 9110 §5.6.7: the examples of the three forms are the same instant.
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void AllThreeFormsAreRead(string text)
    {
        Assert.Equal(784111777, Parse(text));
        Assert.True(HttpDate.TryParse(RequestText.Bytes(text), out long seconds));
        Assert.Equal(784111777, seconds);
    }

    // RFC 9110 §5.6.7: a two-digit year more than 50 years in the future is the most recent past year with its digits.
    [Theory]
    [InlineData("Sunday, 06-Nov-74 08:49:37 GMT", "2074-11-06 08:49:37")]
    [InlineData("Wednesday, 01-Jan-75 00:00:00 GMT", "2075-01-01 00:00:00")]
    [InlineData("Wednesday, 01-Jan-75 00:00:01 GMT", "1975-01-01 00:00:01")]
    [InlineData("Wednesday, 01-Jan-76 00:00:00 GMT", "1976-01-01 00:00:00")]
    [InlineData("Monday, 28-Feb-00 23:59:59 GMT", "2000-02-28 23:59:59")]
    public void ATwoDigitYearIsAtMostFiftyYearsAhead(string text, string expected)
    {
        DateTimeOffset instant = DateTimeOffset.Parse(expected + "Z", CultureInfo.InvariantCulture);
        Assert.Equal(instant.ToUnixTimeSeconds(), Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sun")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 gmt")]
    [InlineData("sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Xxx, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun,  6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 29 Feb 1900 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:61 GMT")]
    [InlineData("Sun, 06 Nov 1994 08.49.37 GMT")]
    [InlineData("Sun, 06 Nov -994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Sun, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-9x 08:49:37 GMT")]
    [InlineData("Sun Nov 06 08:49:37 94")]
    [InlineData("Sun Nov 6 08:49:37 1994")]
    [InlineData("Sun Nov    08:49:37 1994")]
    [InlineData("1994-11-06T08:49:37Z")]
    public void WhatIsNotADateIsRefused(string text)
    {
        Assert.Null(Parse(text));
    }

    [Fact]
    public void LeapSecondsAndLeapDaysAreRead()
    {
        Assert.Equal(Parse("Sun, 01 Jan 2017 00:00:00 GMT"), Parse("Sat, 31 Dec 2016 23:59:60 GMT"));
        Assert.NotNull(Parse("Tue, 29 Feb 2000 00:00:00 GMT"));
        Assert.NotNull(Parse("Wed Jun 15 00:00:00 2022"));
    }

    [Fact]
    public void InstantsBeyondFourDigitYearsAreClamped()
    {
        Assert.Equal("Fri, 31 Dec 9999 23:59:59 GMT", Format(long.MaxValue));
        Assert.Equal("Mon, 01 Jan 0001 00:00:00 GMT", Format(long.MinValue));
    }

    [Fact]
    public void FormattingAgreesWithTheFrameworkAndIsReadBack()
    {
        Gen<long> instants = Gen.OneOf(
            Gen.Choose(int.MinValue, int.MaxValue).Select(value => (long)value),
            Gen.Choose(int.MinValue, int.MaxValue).Select(value => (value * 29L) + 62135596800));
        Prop.ForAll(Arb.From(instants), instant =>
        {
            DateTimeOffset expected = DateTimeOffset.FromUnixTimeSeconds(instant);
            string text = Format(instant);
            Assert.Equal(expected.ToString("R", CultureInfo.InvariantCulture), text);
            Assert.Equal(instant, Parse(text));
            string old = expected.ToString("ddd MMM ", CultureInfo.InvariantCulture)
                + expected.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
                + expected.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);
            Assert.Equal(instant, Parse(old));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    // Damaged dates are either refused or read as the framework reads them; none throws.
    [Fact]
    public void DamagedDatesAgreeWithTheFramework()
    {
        const string Date = "Sun, 06 Nov 1994 08:49:37 GMT";
        const string Letters = "0123456789 ,:-SunNovGMT";
        Prop.ForAll(Arb.From(Gen.Choose(0, 28)), Arb.From(Gen.Elements(Letters.ToCharArray())), (at, letter) =>
        {
            string text = Date[..at] + letter + Date[(at + 1)..];
            bool isDate = DateTimeOffset.TryParseExact(
                text["Sun, ".Length..],
                "dd MMM yyyy HH:mm:ss 'GMT'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset expected);
            bool isNamed = text[..5] is "Sun, ";
            bool isExactCase = text[7..12] == " Nov " && text[^3..] == "GMT";
            Assert.Equal(isDate && isNamed && isExactCase ? expected.ToUnixTimeSeconds() : null, Parse(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }
}
