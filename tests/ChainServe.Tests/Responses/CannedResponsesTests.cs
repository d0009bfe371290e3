using System;
using System.Collections.Generic;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class CannedResponsesTests
{
    private static readonly byte[] Date = RequestText.Bytes(Exchange.Date);

    private static string Write(CannedResponse response, bool keepAlive = true, bool omitBody = false)
    {
        byte[] destination = new byte[response.LengthMax];
        int length = response.Write(destination, Date, keepAlive, HttpVersion.Http11, omitBody);
        Assert.True(length > 0);
        return RequestText.Text(destination.AsSpan(0, length));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(408)]
    [InlineData(412)]
    [InlineData(413)]
    [InlineData(414)]
    [InlineData(417)]
    [InlineData(431)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    [InlineData(505)]
    public void EveryErrorHasASmallPageOfItsOwn(int status)
    {
        CannedResponse page = CannedResponses.Of(status);
        Assert.Equal(status, page.Status);
        Assert.InRange(page.Body.Length, 200, 1023);
        string text = Write(page, keepAlive: false);
        Assert.StartsWith($"HTTP/1.1 {status} ", text);
        Assert.Contains("\r\nDate: " + Exchange.Date + "\r\n", text);
        Assert.Contains($"\r\nContent-Length: {page.Body.Length}\r\n", text);
        Assert.Contains("\r\nConnection: close\r\n\r\n<!doctype html>", text);
        Assert.EndsWith("\r\n\r\n", Write(page, omitBody: true));
        Assert.Equal(0, page.Write(new byte[text.Length - 1], Date, false, HttpVersion.Http11, false));
    }

    // RFC 9110 §10.2.1, §10.2.3, §8.6.
    [Fact]
    public void AllowAndRetryAfterStandWhereTheyMust()
    {
        Assert.Contains("\r\nAllow: GET, HEAD, OPTIONS\r\n", Write(CannedResponses.MethodNotAllowed));
        Assert.Contains("\r\nRetry-After: 1\r\n", Write(CannedResponses.Unavailable));
    }

    [Fact]
    public void RoutesAreFoundByTheirDecodedPath()
    {
        List<KeyValuePair<byte[], CannedResponse>> routes = [];
        for (int number = 0; number < 50; number++)
        {
            routes.Add(new(RequestText.Bytes($"route/{number}"), new CannedResponse(200, "text/plain", "ok"u8)));
        }

        CannedRoutes table = new(routes);
        Assert.Equal(50, table.Count);
        foreach ((byte[] path, CannedResponse response) in routes)
        {
            Assert.True(table.TryGet(path, out CannedResponse? found));
            Assert.Same(response, found);
        }

        Assert.False(table.TryGet("route/50"u8, out _));
        Assert.False(table.TryGet(""u8, out _));
        Assert.False(CannedRoutes.Empty.TryGet("a"u8, out _));
    }
}
