using System;
using ChainServe.Files;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class PreconditionsTests
{
    private const string Earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
    private const string Later = "Sun, 06 Nov 1994 08:49:38 GMT";

    private static readonly FileFacts Facts = Exchange.Facts();

    // "@" stands for the file's own tag, "|" between lines.
    private static int Status(FileFacts facts, string lines)
    {
        string own = RequestText.Text(facts.EntityTag);
        return Exchange.Plan(facts, "GET", lines.Replace("@", own, StringComparison.Ordinal).Split('|')).Status;
    }

    // RFC 9110 §13.1 and the order of §13.2.2.
    [Theory]
    [InlineData("X: y", 200)]
    [InlineData("If-Match: @", 200)]
    [InlineData("If-Match: *", 200)]
    [InlineData("If-Match: \"x\", @", 200)]
    [InlineData("If-Match: \"x\"", 412)]
    [InlineData("If-Match: W/@", 412)]
    [InlineData("If-Match:", 412)]
    [InlineData("If-Match: \"x\"|If-Match: @", 200)]
    [InlineData("If-Match: \"x\"|If-Match: \"y\"", 412)]
    [InlineData("If-Unmodified-Since: " + Exchange.Modified, 200)]
    [InlineData("If-Unmodified-Since: " + Later, 200)]
    [InlineData("If-Unmodified-Since: " + Earlier, 412)]
    [InlineData("If-Unmodified-Since: yesterday", 200)]
    [InlineData("If-Unmodified-Since: " + Earlier + "|If-Unmodified-Since: " + Earlier, 200)]
    [InlineData("If-Match: @|If-Unmodified-Since: " + Earlier, 200)]
    [InlineData("If-None-Match: @", 304)]
    [InlineData("If-None-Match: W/@", 304)]
    [InlineData("If-None-Match: *", 304)]
    [InlineData("If-None-Match: \"x\", @", 304)]
    [InlineData("If-None-Match: \"x\"|If-None-Match: @", 304)]
    [InlineData("If-None-Match: \"x\"|If-None-Match: \"y\"", 200)]
    [InlineData("If-None-Match: \"x\"", 200)]
    [InlineData("If-None-Match: \"x\"|If-Modified-Since: " + Later, 200)]
    [InlineData("If-None-Match:|If-Modified-Since: " + Later, 200)]
    [InlineData("If-None-Match: @|If-Modified-Since: " + Earlier, 304)]
    [InlineData("If-Modified-Since: " + Exchange.Modified, 304)]
    [InlineData("If-Modified-Since: " + Later, 304)]
    [InlineData("If-Modified-Since: " + Earlier, 200)]
    [InlineData("If-Modified-Since: x", 200)]
    [InlineData("If-Modified-Since: " + Later + "|If-Modified-Since: " + Later, 200)]
    [InlineData("If-Match: \"x\"|If-None-Match: @", 412)]
    [InlineData("If-Match: @|If-None-Match: @", 304)]
    [InlineData("If-None-Match: @|Range: bytes=0-1", 304)]
    public void ConditionsAreEvaluatedInTheOrderOfTheRfc(string lines, int expected)
    {
        Assert.Equal(expected, Status(Facts, lines));
    }

    // RFC 9110 §13.1.5: a strong tag that is equal, or exactly the date.
    [Theory]
    [InlineData("If-Range: @", 206)]
    [InlineData("If-Range: W/@", 200)]
    [InlineData("If-Range: \"x\"", 200)]
    [InlineData("If-Range: " + Exchange.Modified, 206)]
    [InlineData("If-Range: Sunday, 06-Nov-94 08:49:37 GMT", 206)]
    [InlineData("If-Range: " + Later, 200)]
    [InlineData("If-Range: " + Earlier, 200)]
    [InlineData("If-Range: nonsense", 200)]
    [InlineData("If-Range:", 200)]
    [InlineData("If-Range: @, @", 200)]
    [InlineData("If-Range: @|If-Range: @", 200)]
    public void IfRangeLetsARangeCountOnlyForThisVersion(string lines, int expected)
    {
        Assert.Equal(expected, Status(Facts, lines + "|Range: bytes=0-1"));
    }

    // RFC 9110 §8.8.2.2: the date of a file written just now is a weak validator; its weak tag is one anyway.
    [Fact]
    public void AYoungFileSatisfiesNoIfRange()
    {
        FileFacts young = Exchange.Facts(now: (Exchange.ModifiedSeconds + 1) * Exchange.Second);
        Assert.True(young.IsYoung);
        Assert.Equal(200, Status(young, "Range: bytes=0-1|If-Range: @"));
        Assert.Equal(200, Status(young, "Range: bytes=0-1|If-Range: " + Exchange.Modified));
        Assert.Equal(304, Status(young, "If-None-Match: @"));
        Assert.Equal(412, Status(young, "If-Match: @"));
    }

    [Fact]
    public void ANormalisedTimeIsComparedWithNoDate()
    {
        FileFacts facts = Exchange.Facts(modified: Exchange.Second);
        Assert.Equal(200, Status(facts, "If-Modified-Since: " + Later));
        Assert.Equal(200, Status(facts, "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"));
        Assert.Equal(200, Status(facts, "Range: bytes=0-1|If-Range: Thu, 01 Jan 1970 00:00:01 GMT"));
    }
}
