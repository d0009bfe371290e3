using System;
using ChainServe.Http;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class RequestLimitsTests
{
    private static RequestRejection Parse(string text, RequestLimits limits, ParseStatus expected)
    {
        byte[] bytes = RequestText.Bytes(text);
        Assert.Equal(expected, RequestParser.Parse(bytes, 0, limits, out _, out RequestRejection rejection));
        Assert.Equal(expected, RequestText.ParseByteByByte(bytes, limits, out _, out RequestRejection slow));
        Assert.Equal(rejection, slow);
        return rejection;
    }

    // RFC 9112 §3: 414 for a request-target longer than any URI the server wishes to parse.
    [Fact]
    public void ARequestLineMayBeExactlyAsLongAsItsLimit()
    {
        RequestLimits limits = new(40, 400, 10);
        string line = "GET /".PadRight(40 - " HTTP/1.1".Length, 'a') + " HTTP/1.1";
        Parse(line + "\r\nHost: a\r\n\r\n", limits, ParseStatus.Complete);
        string longer = line.Replace("GET", "HEAD", StringComparison.Ordinal);
        Assert.Equal(
            RequestRejection.RequestLineTooLong,
            Parse(longer + "\r\nHost: a\r\n\r\n", limits, ParseStatus.Rejected));

        // Without its end in sight the line is refused as soon as it cannot end in time.
        Parse(longer[..41], limits, ParseStatus.Incomplete);
        Assert.Equal(RequestRejection.RequestLineTooLong, Parse(longer + "aa", limits, ParseStatus.Rejected));
    }

    // RFC 6585 §5: 431 for fields too large.
    [Fact]
    public void AHeadMayBeExactlyAsLongAsItsLimit()
    {
        string head = RequestText.WithFields("X: " + new string('a', 200));
        Parse(head, new RequestLimits(100, head.Length, 10), ParseStatus.Complete);
        RequestLimits tight = new(100, head.Length - 1, 10);
        Assert.Equal(RequestRejection.HeadTooLarge, Parse(head, tight, ParseStatus.Rejected));
        Parse(head[..(head.Length - 2)], tight, ParseStatus.Incomplete);
    }

    [Fact]
    public void ThereMayBeExactlyAsManyFieldsAsTheLimit()
    {
        string head = RequestText.WithFields("A: 1", "B: 2");
        Parse(head, new RequestLimits(100, 400, 3), ParseStatus.Complete);
        Assert.Equal(
            RequestRejection.TooManyHeaders,
            Parse(head, new RequestLimits(100, 400, 2), ParseStatus.Rejected));
    }

    // A 16 KiB head, byte by byte, must cost the same order as one that arrives whole: the sum over all prefixes would
    // be 134 million bytes. The bound is generous enough for a loaded machine and far below the quadratic cost.
    [Fact]
    public void AHeadThatArrivesByteByByteIsScannedOnce()
    {
        RequestLimits limits = new(8192, 1 << 20, 100);
        byte[] head = RequestText.Bytes(RequestText.WithFields("X: " + new string('a', 900_000)));
        long start = Environment.TickCount64;
        Assert.Equal(ParseStatus.Complete, RequestText.ParseByteByByte(head, limits, out _, out _));
        Assert.InRange(Environment.TickCount64 - start, 0, 5_000);
    }
}
