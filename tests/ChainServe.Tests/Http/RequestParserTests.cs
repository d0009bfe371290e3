using System;
using ChainServe.Http;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class RequestParserTests
{
    private static Request Accept(string text)
    {
        ParseStatus status = RequestText.Parse(text, out Request request, out RequestRejection rejection);
        Assert.Equal(RequestRejection.None, rejection);
        Assert.Equal(ParseStatus.Complete, status);
        return request;
    }

    private static void Refuse(string text, string expected)
    {
        ParseStatus status = RequestText.Parse(text, out _, out RequestRejection rejection);
        Assert.Equal(expected, rejection.ToString());
        Assert.Equal(ParseStatus.Rejected, status);
    }

    [Fact]
    public void EveryKnownFieldIsFoundWhateverItsCase()
    {
        string text = "\r\nHEAD /a?b HTTP/1.1\r\nhOST: h:80\r\nIF-MATCH:\"1\"\r\nif-none-match: \"2\" \r\n"
            + "If-Modified-Since:\t x\r\nIf-Unmodified-Since: y\r\nRange: bytes=0-\r\nIf-Range: z\r\n"
            + "Accept-Encoding: br\r\nX-Other: 1\r\nEmpty:\r\n\r\nBODY";
        byte[] head = RequestText.Bytes(text);
        Request request = Accept(text);
        Assert.Equal(HttpMethod.Head, request.Method);
        Assert.Equal(HttpVersion.Http11, request.Version);
        Assert.Equal(text.Length - 4, request.HeadLength);
        Assert.Equal("/a?b", RequestText.Text(request.Target.Of(head)));
        Assert.Equal("h:80", RequestText.Text(request.Host.Of(head)));
        Assert.Equal("\"1\"", RequestText.Text(request.IfMatch.Of(head)));
        Assert.Equal("\"2\"", RequestText.Text(request.IfNoneMatch.Of(head)));
        Assert.Equal("x", RequestText.Text(request.IfModifiedSince.Of(head)));
        Assert.Equal("y", RequestText.Text(request.IfUnmodifiedSince.Of(head)));
        Assert.Equal("bytes=0-", RequestText.Text(request.Range.Of(head)));
        Assert.Equal("z", RequestText.Text(request.IfRange.Of(head)));
        Assert.Equal("br", RequestText.Text(request.AcceptEncoding.Of(head)));
        Assert.Equal("HEAD", RequestText.Text(Request.MethodToken(head)));
        Assert.True(request.KeepAlive);
        Assert.False(request.HasBody);
        Assert.Equal(RequestFields.None, request.Repeated);
    }

    // RFC 9110 §9.1: an unrecognized method is 501, a recognized one that is not allowed is 405.
    [Theory]
    [InlineData("GET", "Get")]
    [InlineData("HEAD", "Head")]
    [InlineData("OPTIONS", "Options")]
    [InlineData("POST", "Unsupported")]
    [InlineData("PUT", "Unsupported")]
    [InlineData("DELETE", "Unsupported")]
    [InlineData("PATCH", "Unsupported")]
    [InlineData("TRACE", "Unsupported")]
    [InlineData("CONNECT", "Unsupported")]
    [InlineData("PROPFIND", "Unsupported")]
    [InlineData("UPDATEREDIRECTREF", "Unsupported")]
    [InlineData("get", "Unknown")]
    [InlineData("GETS", "Unknown")]
    [InlineData("!#$%&'*+-.^_`|~", "Unknown")]
    public void MethodsAreCaseSensitiveTokens(string method, string expected)
    {
        Assert.Equal(expected, Accept($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n").Method.ToString());
    }

    // RFC 9112 §3: method SP request-target SP HTTP-version, and nothing else.
    [Theory]
    [InlineData("GET  / HTTP/1.1", "InvalidRequestLine")]
    [InlineData("GET /  HTTP/1.1", "InvalidRequestLine")]
    [InlineData("GET / HTTP/1.1 ", "InvalidRequestLine")]
    [InlineData("GET /a b HTTP/1.1", "InvalidRequestLine")]
    [InlineData("GET /", "InvalidRequestLine")]
    [InlineData("GET / ", "InvalidRequestLine")]
    [InlineData("GET / http/1.1", "InvalidRequestLine")]
    [InlineData("GET / HTTP/1.11", "InvalidRequestLine")]
    [InlineData("GET / HTTP/11", "InvalidRequestLine")]
    [InlineData("GET / HTTP/x.1", "InvalidRequestLine")]
    [InlineData("GET / HTTP/2.0", "UnsupportedVersion")]
    [InlineData("GET / HTTP/0.9", "UnsupportedVersion")]
    [InlineData("PRI * HTTP/2.0", "UnsupportedVersion")]
    [InlineData("GET\t/ HTTP/1.1", "InvalidMethod")]
    [InlineData("GET", "InvalidMethod")]
    [InlineData(" GET / HTTP/1.1", "InvalidMethod")]
    [InlineData("G(T / HTTP/1.1", "InvalidMethod")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1", "MethodTooLong")]
    [InlineData("GET /\u00e9 HTTP/1.1", "InvalidTarget")]
    [InlineData("GET /a#b HTTP/1.1", "InvalidTarget")]
    [InlineData("GET /a\tb HTTP/1.1", "InvalidTarget")]
    [InlineData("GET * HTTP/1.1", "InvalidTarget")]
    [InlineData("GET a HTTP/1.1", "InvalidTarget")]
    [InlineData("GET ftp://a/ HTTP/1.1", "InvalidTarget")]
    [InlineData("GET http:/// HTTP/1.1", "InvalidHost")]
    [InlineData("GET http://u@h/ HTTP/1.1", "InvalidHost")]
    [InlineData("GET http://h:99999/ HTTP/1.1", "InvalidHost")]
    public void AMalformedRequestLineIsRefused(string line, string expected)
    {
        Refuse(line + "\r\nHost: a\r\n\r\n", expected);
    }

    // RFC 9110 §2.5: a higher minor version is treated as the highest one known.
    [Fact]
    public void MinorVersionsAboveOneAreReadAsOne()
    {
        Assert.Equal(HttpVersion.Http11, Accept("GET / HTTP/1.9\r\nHost: a\r\n\r\n").Version);
        Assert.Equal(HttpVersion.Http10, Accept("GET / HTTP/1.0\r\n\r\n").Version);
    }

    // RFC 9112 §3.2.2: the authority of an absolute-form replaces the Host field.
    [Theory]
    [InlineData("http://h:1/p?q", "h:1", "/p?q")]
    [InlineData("HTTPS://[::1]/", "[::1]", "/")]
    [InlineData("http://h", "h", "")]
    [InlineData("http://h?q", "h", "?q")]
    public void AbsoluteFormGivesHostAndTarget(string target, string host, string rest)
    {
        string text = $"GET {target} HTTP/1.1\r\nHost: other\r\n\r\n";
        Request request = Accept(text);
        Assert.Equal(host, RequestText.Text(request.Host.Of(RequestText.Bytes(text))));
        Assert.Equal(rest, RequestText.Text(request.Target.Of(RequestText.Bytes(text))));
    }

    [Fact]
    public void AsteriskAndAuthorityFormsBelongToTheirMethods()
    {
        Assert.Equal(1, Accept("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").Target.Length);
        Assert.Equal(HttpMethod.Unsupported, Accept("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n").Method);
    }

    // RFC 9112 §3.2: 400 for a missing, repeated or invalid Host.
    [Theory]
    [InlineData("", "MissingHost")]
    [InlineData("Host: a\r\nHost: a\r\n", "DuplicateHost")]
    [InlineData("Host:\r\n", "InvalidHost")]
    [InlineData("Host: a, b\r\n", "InvalidHost")]
    [InlineData("Host: a,b\r\n", "InvalidHost")]
    [InlineData("Host: a/b\r\n", "InvalidHost")]
    [InlineData("Host: a@b\r\n", "InvalidHost")]
    [InlineData("Host: a:b\r\n", "InvalidHost")]
    [InlineData("Host: a:65536\r\n", "InvalidHost")]
    [InlineData("Host: :80\r\n", "InvalidHost")]
    [InlineData("Host: [::1\r\n", "InvalidHost")]
    [InlineData("Host: [::1]x\r\n", "InvalidHost")]
    [InlineData("Host: []\r\n", "InvalidHost")]
    [InlineData("Host: a%2\r\n", "InvalidHost")]
    [InlineData("Host: \u00e9\r\n", "InvalidHost")]
    public void HostIsRequiredOnceAndValid(string lines, string expected)
    {
        Refuse($"GET / HTTP/1.1\r\n{lines}\r\n", expected);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a:")]
    [InlineData("a.b-c_d:65535")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]:8080")]
    [InlineData("[::ffff:1.2.3.4]")]
    [InlineData("a%2Db")]
    public void ValidHostsAreAccepted(string host)
    {
        Assert.Equal(host.Length, Accept($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").Host.Length);
    }

    // RFC 9112 §2.2, §5.1, §5.2: line ends, names, folding; RFC 9110 §5.5: values.
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n", "BareLineFeed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n", "BareLineFeed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n", "BareLineFeed")]
    [InlineData("\nGET / HTTP/1.1\r\n\r\n", "InvalidMethod")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "BareCarriageReturn")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", "BareCarriageReturn")]
    [InlineData("\rGET / HTTP/1.1\r\n\r\n", "BareCarriageReturn")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "ObsoleteFold")]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n", "ObsoleteFold")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", "ObsoleteFold")]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "WhitespaceBeforeColon")]
    [InlineData("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", "WhitespaceBeforeColon")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "InvalidFieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n", "InvalidFieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n", "InvalidFieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n", "MissingColon")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", "ControlByte")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \u007f\r\n\r\n", "ControlByte")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \u001b[0m\r\n\r\n", "ControlByte")]
    [InlineData("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "InvalidMethod")]
    [InlineData("\u0016\u0003\u0001", "InvalidMethod")]
    public void AMalformedLineIsRefused(string text, string expected)
    {
        Refuse(text, expected);
    }

    // RFC 9110 §5.5: obs-text and HTAB may stand in a value. RFC 9112 §2.2: an empty line in front is ignored.
    [Fact]
    public void OldTextInValuesAndEmptyLinesInFrontAreAccepted()
    {
        Assert.Equal(HttpMethod.Get, Accept(RequestText.WithFields("X: \u00e9\tb \u00ff")).Method);
        Assert.Equal(HttpMethod.Get, Accept("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").Method);
    }

    // RFC 9112 §6.1, §6.3: what makes the length of a body uncertain is refused.
    [Theory]
    [InlineData("Content-Length: 1|Content-Length: 1", "DuplicateContentLength")]
    [InlineData("Content-Length: 1|Content-Length: 2", "DuplicateContentLength")]
    [InlineData("Content-Length: 1, 1", "InvalidContentLength")]
    [InlineData("Content-Length: +1", "InvalidContentLength")]
    [InlineData("Content-Length: -1", "InvalidContentLength")]
    [InlineData("Content-Length: 0x1", "InvalidContentLength")]
    [InlineData("Content-Length: 1 2", "InvalidContentLength")]
    [InlineData("Content-Length:", "InvalidContentLength")]
    [InlineData("Content-Length: 9223372036854775808", "InvalidContentLength")]
    [InlineData("Content-Length: 99999999999999999999999", "InvalidContentLength")]
    [InlineData("Transfer-Encoding: chunked|Content-Length: 1", "ContentLengthWithTransferEncoding")]
    [InlineData("Content-Length: 0|Transfer-Encoding: chunked", "ContentLengthWithTransferEncoding")]
    [InlineData("Transfer-Encoding: gzip, chunked", "UnsupportedTransferEncoding")]
    [InlineData("Transfer-Encoding: chunked, gzip", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding: chunked, chunked", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding: identity", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding: xchunked", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding: chunked;a=b", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding:", "InvalidTransferEncoding")]
    [InlineData("Transfer-Encoding: \u000bchunked", "ControlByte")]
    [InlineData("Transfer-Encoding: gzip|Transfer-Encoding: chunked", "InvalidTransferEncoding")]
    [InlineData("Expect: 200-ok", "UnsupportedExpectation")]
    [InlineData("Expect: 100-continue, x", "UnsupportedExpectation")]
    public void UncertainFramingIsRefused(string lines, string expected)
    {
        Refuse(RequestText.WithFields(lines.Split('|')), expected);
    }

    [Fact]
    public void BodiesAreFramedByLengthOrChunked()
    {
        string longest = RequestText.WithFields("Content-Length: 9223372036854775807");
        Assert.Equal(long.MaxValue, Accept(longest).ContentLength);
        Request request = Accept(RequestText.WithFields("Transfer-Encoding: Chunked", "Expect: 100-Continue"));
        Assert.True(request.IsChunked);
        Assert.True(request.HasBody);
        Assert.True(request.ExpectsContinue);
        Refuse("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncodingInHttp10");
        Assert.False(Accept("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").ExpectsContinue);
    }

    // RFC 9112 §9.3: close, else 1.1 persists, else keep-alive persists.
    [Theory]
    [InlineData("1.1", "X: 1", true)]
    [InlineData("1.1", "Connection: close", false)]
    [InlineData("1.1", "Connection: upgrade, CLOSE", false)]
    [InlineData("1.1", "Connection: keep-alive\r\nConnection: close", false)]
    [InlineData("1.1", "Connection: closed", true)]
    [InlineData("1.0", "X: 1", false)]
    [InlineData("1.0", "Connection: Keep-Alive", true)]
    [InlineData("1.0", "Connection: keep-alive,close", false)]
    public void PersistenceFollowsVersionAndConnection(string version, string line, bool expected)
    {
        Assert.Equal(expected, Accept($"GET / HTTP/{version}\r\nHost: a\r\n{line}\r\n\r\n").KeepAlive);
    }

    // RFC 9110 §5.3: lines of a list field add up; nothing of it may be lost.
    [Fact]
    public void ARepeatedFieldIsFlaggedAndItsLinesCanBeWalked()
    {
        string text = RequestText.WithFields("If-None-Match: \"1\"", "X: y", "if-none-match:  \"2\" ");
        Request request = Accept(text);
        Assert.True(request.IsRepeated(RequestFields.IfNoneMatch));
        FieldLines lines = new(RequestText.Bytes(text), "If-None-Match"u8);
        Assert.True(lines.TryNext(out ReadOnlySpan<byte> first));
        Assert.Equal("\"1\"", RequestText.Text(first));
        Assert.True(lines.TryNext(out ReadOnlySpan<byte> second));
        Assert.Equal("\"2\"", RequestText.Text(second));
        Assert.False(lines.TryNext(out _));
    }

    [Fact]
    public void EveryRejectionHasAStatusAndAReasonOfItsOwn()
    {
        foreach (RequestRejection rejection in Enum.GetValues<RequestRejection>())
        {
            Assert.Contains(RequestRejections.StatusOf(rejection), new[] { 400, 414, 417, 431, 501, 505 });
            Assert.NotEqual("unlisted", RequestRejections.ReasonOf(rejection));
        }

        Assert.Equal(414, RequestRejections.StatusOf(RequestRejection.RequestLineTooLong));
        Assert.Equal(505, RequestRejections.StatusOf(RequestRejection.UnsupportedVersion));
        Assert.Equal(501, RequestRejections.StatusOf(RequestRejection.MethodTooLong));
        Assert.Equal(431, RequestRejections.StatusOf(RequestRejection.TooManyHeaders));
        Assert.Equal(417, RequestRejections.StatusOf(RequestRejection.UnsupportedExpectation));
        Assert.Equal(400, RequestRejections.StatusOf(RequestRejection.ControlByte));
    }
}
