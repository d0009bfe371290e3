using System;
using System.Collections.Generic;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using FsCheck;
using FsCheck.Fluent;
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

    private static string Redirect(string path, string query)
    {
        byte[] pathBytes = RequestText.Bytes(path);
        byte[] queryBytes = RequestText.Bytes(query);
        byte[] destination = new byte[CannedResponses.RedirectLengthMax(pathBytes, queryBytes)];
        int length = CannedResponses.WriteRedirect(
            destination,
            308,
            pathBytes,
            queryBytes,
            Date,
            keepAlive: true,
            HttpVersion.Http11);
        Assert.True(length > 0);
        return RequestText.Text(destination.AsSpan(0, length));
    }

    private static string Location(string path, string query = "")
    {
        string text = Redirect(path, query);
        int start = text.IndexOf("Location: ", StringComparison.Ordinal) + "Location: ".Length;
        return text[start..text.IndexOf("\r\n", start, StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
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
        Assert.Equal(
            "HTTP/1.1 204 No Content\r\nDate: " + Exchange.Date + "\r\nAllow: GET, HEAD, OPTIONS\r\n\r\n",
            Write(CannedResponses.Options));
    }

    [Theory]
    [InlineData("dir", "", "/dir/")]
    [InlineData("dir/", "", "/dir/")]
    [InlineData("", "q", "/?q")]
    [InlineData("a/b", "x=1&y=%20", "/a/b/?x=1&y=%20")]
    [InlineData("/evil.example", "", "/evil.example/")]
    [InlineData("//evil.example", "", "/evil.example/")]
    [InlineData("\\evil", "", "/%5Cevil/")]
    [InlineData("a\r\nX: y", "b\r\nX: y", "/a%0D%0AX%3A%20y/?b%0D%0AX:%20y")]
    [InlineData("\u00c3\u00a9?#%", "", "/%C3%A9%3F%23%25/")]
    public void ARedirectLeadsToThePathWithASlash(string path, string query, string expected)
    {
        Assert.Equal(expected, Location(path, query));
    }

    // Whatever the bytes are: one line, from this host's root, and the same path when it is decoded again.
    [Fact]
    public void ARedirectNeverLeavesTheHostAndDecodesToItsPath()
    {
        Gen<string> names = Gen.Choose(1, 255).Select(value => (char)value).Where(value => value != '/')
            .NonEmptyListOf().Select(letters => new string([.. letters])).Where(name => name is not ("." or ".."));
        Prop.ForAll(Arb.From(names), name =>
        {
            string location = Location(name, name);
            Assert.True(location.Length > 1 && location[0] == '/' && location[1] is not ('/' or '\\'));
            Assert.All(location, letter => Assert.InRange(letter, '!', '~'));
            byte[] path = new byte[location.Length];
            byte[] target = RequestText.Bytes(location.Split('?')[0]);
            Assert.Equal(TargetStatus.Path, RequestTarget.Decode(target, path, out int length, out _));
            Assert.Equal(name + "/", RequestText.Text(path.AsSpan(0, length)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
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
