using System;
using System.Collections.Generic;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>A configured redirect says where to ask, with whatever method (RFC 9110 §15.4).</summary>
public sealed class RedirectMethodTests
{
    private static readonly AuthUser Ann = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };

    private static readonly string Password = $"Authorization: Basic {Convert.ToBase64String("ann:pw"u8)}\r\n";

    private static FakeServer Serve(int status = 308)
    {
        FakeServer server = new(FakeServer.Quick() with
        {
            Auth = [new AuthRule { Path = "/in", Users = [Ann] }],
            Redirects =
            [
                new RedirectRule { From = "/old/*", To = "/new/:splat", Status = status },
                new RedirectRule { From = "/in/old", To = "/in/new", Status = status },
            ],
            Canned = [new CannedRoute { Path = "/canned", Status = 200, ContentType = "text/plain", Body = "x" }],
            Limits = FakeServer.Quick().Limits with { BodyBytesDiscardedMax = 10 },
        });
        server.Write("a.txt", "file"u8.ToArray());
        return server;
    }

    private static List<Response> Ask(FakeServer server, string bytes)
    {
        FakeClient client = server.Connect(bytes);
        server.RunUntilQuiet();
        List<Response> responses = ResponseReader.All(client.ReceivedBytes, out byte[] rest);
        Assert.Empty(rest);
        client.Close();
        server.RunUntilQuiet();
        return responses;
    }

    [Theory]
    [InlineData("POST", 308)]
    [InlineData("POST", 307)]
    [InlineData("POST", 303)]
    [InlineData("PUT", 302)]
    [InlineData("DELETE", 301)]
    [InlineData("PATCH", 308)]
    [InlineData("PROPFIND", 308)]
    public void EveryMethodIsRedirected(string method, int status)
    {
        using FakeServer server = Serve(status);
        Response response = server.Get("/x/../old/a%20b?q=1", method: method);
        Assert.Equal((status, "/new/a%20b?q=1", ""), (response.Status, response.Fields["Location"], response.Text));
        Assert.Equal("/new/a", server.Get("http://a/old/a", method: method).Fields["Location"]);
        server.End();
    }

    [Theory]
    [InlineData("POST", "/a.txt", 405)]
    [InlineData("POST", "/canned", 405)]
    [InlineData("POST", "/none", 405)]
    [InlineData("POST", "/in/none", 405)]
    [InlineData("POST", "/%zz", 405)]
    [InlineData("POST", "/old/%00", 405)]
    [InlineData("CONNECT", "a:80", 405)]
    [InlineData("CONNECT", "/old/a", 405)]
    [InlineData("BREW", "/old/a", 501)]
    [InlineData("OPTIONS", "/old/a", 204)]
    public void AllElseIsAnsweredByItsMethod(string method, string target, int status)
    {
        using FakeServer server = Serve();
        Assert.Equal(status, server.Get(target, method: method).Status);
        server.End();
    }

    [Fact]
    public void ABodyWithinTheLimitIsDiscardedAndTheConnectionGoesOn()
    {
        using FakeServer server = Serve();
        List<Response> responses = Ask(
            server,
            "POST /old/a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nGET / HTTP"
                + "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal([308, 200], responses.ConvertAll(static response => response.Status));
        Assert.True(responses[0].GoesOn);
        server.End();
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Content-Length: 5\r\nExpect: 100-continue\r\n")]
    public void ABodyThatIsNotReadEndsTheConnection(string fields)
    {
        using FakeServer server = Serve();
        Response response = Assert.Single(Ask(server, $"POST /old/a HTTP/1.1\r\nHost: a\r\n{fields}\r\nGET / HTTP"));
        Assert.Equal((308, false), (response.Status, response.GoesOn));
        server.Pass(2_000);
        server.End();
    }

    [Fact]
    public void APasswordIsAskedForBefore()
    {
        using FakeServer server = Serve();
        Response refused = server.Get("/in/old", method: "POST");
        Assert.Equal((401, false), (refused.Status, refused.Fields.ContainsKey("Location")));
        string wrong = $"Authorization: Basic {Convert.ToBase64String("ann:no"u8)}\r\n";
        Assert.Equal(401, server.Get("/in/old", wrong, "POST").Status);
        for (int round = 0; round < 2; round++)
        {
            Response granted = server.Get("/in/old?a", Password, "POST");
            Assert.Equal((308, "/in/new?a"), (granted.Status, granted.Fields["Location"]));
            Assert.Equal("private", granted.Fields["Cache-Control"]);
        }

        List<Response> responses = Ask(
            server,
            $"POST /in/old HTTP/1.1\r\nHost: a\r\n{Password}Content-Length: 5\r\n\r\nGET /"
                + "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal([308, 200], responses.ConvertAll(static response => response.Status));
        server.End();
    }
}
