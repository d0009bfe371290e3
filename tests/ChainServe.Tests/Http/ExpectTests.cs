using ChainServe.Http;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class ExpectTests
{
    // RFC 9110 §10.1.1: Expect = #expectation; §5.6.1.2: a recipient ignores the empty elements of a list.
    [Theory]
    [InlineData("Expect:", false)]
    [InlineData("Expect: ", false)]
    [InlineData("Expect: ,", false)]
    [InlineData("Expect: , \t,", false)]
    [InlineData("Expect: 100-continue,", true)]
    [InlineData("Expect: ,, 100-Continue ,", true)]
    [InlineData("Expect: 100-continue, 100-continue", true)]
    [InlineData("Expect: 100-continue|Expect:", true)]
    [InlineData("Expect:|Expect: 100-continue", true)]
    public void EmptyElementsOfAnExpectationAreNone(string lines, bool expectsContinue)
    {
        ParseStatus status = RequestText.Parse(
            RequestText.WithFields(lines.Split('|')), out Request request, out RequestRejection rejection);
        Assert.Equal((ParseStatus.Complete, RequestRejection.None), (status, rejection));
        Assert.Equal(expectsContinue, request.ExpectsContinue);
    }

    [Theory]
    [InlineData("Expect: ,x")]
    [InlineData("Expect: 100-continue=1")]
    [InlineData("Expect: \"\"")]
    [InlineData("Expect: 100-continue;")]
    [InlineData("Expect: 100 -continue")]
    [InlineData("Expect: 100-continue, 200-ok,")]
    [InlineData("Expect:|Expect: x")]
    public void WhatElseIsExpectedIsRefused(string lines)
    {
        ParseStatus status = RequestText.Parse(
            RequestText.WithFields(lines.Split('|')), out _, out RequestRejection rejection);
        Assert.Equal((ParseStatus.Rejected, RequestRejection.UnsupportedExpectation), (status, rejection));
    }
}
