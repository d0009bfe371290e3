using System.Collections.Generic;
using System.Linq;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Which of a site's header rules a response is under that never became a look-up.</summary>
public sealed class HeaderRuleTests
{
    private static readonly string LongName = new('n', 256);
    private static readonly string LongPath = string.Concat(Enumerable.Repeat("/directory", 500));

    private static FakeServer Serve()
    {
        return new FakeServer(FakeServer.Quick() with
        {
            Header = ["X-Frame: 1"],
            Headers =
            [
                Rule("/**", "All", []),
                Rule("/", "Root", []),
                Rule("/*", "Top", []),
                Rule("/assets/**", "Assets", ["X-Frame"]),
            ],
        });
    }

    private static HeaderRule Rule(string source, string name, string[] unset)
    {
        return new HeaderRule
        {
            Source = source,
            Set = new Dictionary<string, string> { [$"X-{name}"] = "1" },
            Unset = unset,
        };
    }

    private static string NamesOf(Response response)
    {
        return string.Join(' ', response.Fields.Keys.Where(static name => name is ['X', '-', not 'C', ..]));
    }

    [Theory]
    [InlineData("POST", "", 405)]
    [InlineData("DELETE", "", 405)]
    [InlineData("BREW", "", 501)]
    [InlineData("GET", "Content-Length: 100000\r\n", 413)]
    [InlineData("OPTIONS", "", 204)]
    [InlineData("OPTIONS", "Content-Length: 100000\r\n", 413)]
    public void AMethodIsAnsweredWithTheFieldsOfItsPath(string method, string fields, int status)
    {
        using FakeServer server = Serve();
        foreach ((string target, string names) in new[]
        {
            ("/assets/x", "X-All X-Assets"),
            ("/b/../%61ssets/x?y", "X-All X-Assets"),
            ("http://a/assets/x", "X-All X-Assets"),
            ("/a", "X-Frame X-All X-Top"),
            ("/", "X-Frame X-All X-Root X-Top"),
        })
        {
            Response response = server.Get(target, fields, method);
            Assert.Equal((target, status, names), (target, response.Status, NamesOf(response)));
        }

        server.End();
    }

    [Fact]
    public void ANameThatNoFileCanHaveHasAPath()
    {
        using FakeServer server = Serve();
        foreach (string target in (string[])["/assets/" + LongName, "/%61ssets/" + LongName + "/x"])
        {
            Response response = server.Get(target);
            Assert.Equal((404, "X-All X-Assets"), (response.Status, NamesOf(response)));
        }

        server.End();
    }

    // The order of the statuses is what it is without a path: a method is looked at before a target.
    [Theory]
    [InlineData("GET", "/%zz", 400)]
    [InlineData("HEAD", "/../x", 400)]
    [InlineData("OPTIONS", "/%zz", 400)]
    [InlineData("POST", "/%zz", 405)]
    [InlineData("BREW", "/%zz", 501)]
    [InlineData("OPTIONS", "*", 204)]
    [InlineData("CONNECT", "a:80", 405)]
    [InlineData("GET", "long", 414)]
    [InlineData("POST", "long", 405)]
    public void WhatHasNoPathIsUnderRulesForEverythingOnly(string method, string target, int status)
    {
        using FakeServer server = Serve();
        for (int round = 0; round < 2; round++)
        {
            Response response = server.Get(target == "long" ? LongPath : target, method: method);
            Assert.Equal((status, "X-Frame X-All"), (response.Status, NamesOf(response)));
            Assert.Equal("X-Frame X-All X-Root X-Top", NamesOf(server.Get("/", method: "POST")));
        }

        server.End();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /assets/x HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    public void SoIsAHeadThatIsNotRead(string request, int status)
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(request);
        server.RunUntilQuiet();
        Response response = ResponseReader.Single(client.ReceivedBytes);
        Assert.Equal((status, "X-Frame X-All"), (response.Status, NamesOf(response)));
        client.Close();
        server.RunUntilQuiet();
        server.End();
    }

    [Fact]
    public void AnErrorPageOfAMethodHasTheFieldsOfThePathToo()
    {
        using FakeServer server = new(FakeServer.Quick() with
        {
            ErrorPages = [new ErrorPage { Status = 405, File = "405.html" }],
            Headers = [Rule("/assets/**", "Assets", []), Rule("/405.html", "Page", [])],
        });
        server.Write("405.html", "no"u8.ToArray());
        for (int round = 0; round < 2; round++)
        {
            Response response = server.Get("/assets/x", method: "POST");
            Assert.Equal((405, "no", "X-Assets"), (response.Status, response.Text, NamesOf(response)));
        }

        server.End();
    }
}
