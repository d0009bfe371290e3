using System;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class ResponseHeadWriterTests
{
    private static string Head(FileFacts facts, params string[] lines)
    {
        return Exchange.Head(facts, Exchange.Plan(facts, "GET", lines));
    }

    [Fact]
    public void APlainFileHasTheseFields()
    {
        FileFacts facts = Exchange.Facts();
        string expected = "HTTP/1.1 200 OK\r\nDate: " + Exchange.Date
            + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: 1000\r\nETag: " + RequestText.Text(facts.EntityTag)
            + "\r\nLast-Modified: " + Exchange.Modified + "\r\nAccept-Ranges: bytes\r\n"
            + "X-Content-Type-Options: nosniff\r\n\r\n";
        Assert.Equal(expected, Head(facts));
        ResponseHeadWriter.Prepare(facts);
        Assert.NotNull(facts.PreparedHead);
        Assert.Equal(expected, Head(facts));
        Assert.Contains("Cache-Control: no-cache\r\n", Head(Exchange.Facts(path: "a.html")));
    }

    // RFC 9110 §14.4.
    [Fact]
    public void ARangeSaysWhereItLies()
    {
        string head = Head(Exchange.Facts(), "Range: bytes=10-19");
        Assert.StartsWith("HTTP/1.1 206 Partial Content\r\n", head);
        Assert.Contains("\r\nContent-Range: bytes 10-19/1000\r\n", head);
        Assert.Contains("\r\nContent-Length: 10\r\n", head);
        string refused = Head(Exchange.Facts(), "Range: bytes=1000-");
        Assert.Contains("\r\nContent-Range: bytes */1000\r\n", refused);
    }

    // RFC 9110 §15.4.5.
    [Fact]
    public void NotModifiedCarriesTheTagAndTheLinesOfTheFile()
    {
        FileFacts facts = Exchange.Facts(path: "a.html");
        Assert.Equal(
            "HTTP/1.1 304 Not Modified\r\nDate: " + Exchange.Date + "\r\nETag: " + RequestText.Text(facts.EntityTag)
            + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n\r\n",
            Head(facts, "If-None-Match: *"));
        Assert.Equal(
            "HTTP/1.1 412 Precondition Failed\r\nDate: " + Exchange.Date + "\r\nETag: "
            + RequestText.Text(facts.EntityTag)
            + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nContent-Length: 0\r\n\r\n",
            Head(facts, "If-Match: \"x\""));
    }

    // RFC 9112 §9.3, §9.6.
    [Theory]
    [InlineData(true, "Http11", "")]
    [InlineData(false, "Http11", "Connection: close\r\n")]
    [InlineData(true, "Http10", "Connection: keep-alive\r\n")]
    [InlineData(false, "Http10", "Connection: close\r\n")]
    public void PersistenceIsStatedWhereItIsNotTheDefault(bool keepAlive, string version, string expected)
    {
        FileFacts facts = Exchange.Facts();
        ResponseHeadWriter.Prepare(facts);
        string head = Exchange.Head(
            facts,
            Exchange.Plan(facts, "GET"),
            keepAlive,
            Enum.Parse<HttpVersion>(version));
        Assert.EndsWith("X-Content-Type-Options: nosniff\r\n" + expected + "\r\n", head);
    }

    // RFC 9110 §8.8.2.1: Last-Modified is never later than Date, and a date that moves with the clock would make
    // If-Unmodified-Since fail with the very date that the client was sent.
    [Fact]
    public void AFileFromTheFutureHasNoDate()
    {
        FileFacts facts = Exchange.Facts(modified: Exchange.Now + (100 * Exchange.Second));
        ResponseHeadWriter.Prepare(facts);
        Assert.DoesNotContain("Last-Modified", Head(facts));
    }

    [Fact]
    public void AHeadThatDoesNotFitIsNotCutShort()
    {
        FileFacts facts = Exchange.Facts();
        byte[] date = RequestText.Bytes(Exchange.Date);
        ResponsePlan plan = Exchange.Plan(facts, "GET");
        int length = Head(facts).Length;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int size = 0; size < length; size++)
            {
                byte[] small = new byte[size];
                Assert.Equal(0, ResponseHeadWriter.Write(small, plan, facts, date, true, HttpVersion.Http11));
            }

            // The second pass copies the prepared head.
            ResponseHeadWriter.Prepare(facts);
        }

        Assert.Equal(length, ResponseHeadWriter.Write(new byte[length], plan, facts, date, true, HttpVersion.Http11));
    }
}
