using System;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>A rule of a site holds for the file that answers, by whatever address it was found.</summary>
public sealed class ProtectedFileTests
{
    private const string Secret = "the secret";

    // 4 is the cheapest bcrypt.
    private static readonly AuthUser Ann = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };

    private static readonly string Password =
        $"Authorization: Basic {Convert.ToBase64String("ann:pw"u8)}\r\nAccept: text/html\r\n";

    private static FakeServer Serve(string protectedPath, ServerOptions? options = null)
    {
        FakeServer server = new((options ?? FakeServer.Quick()) with
        {
            Auth = [new AuthRule { Path = protectedPath, Users = [Ann] }],
        });
        foreach (string name in (string[])["admin.html", "admin.html.gz", "adm/index.html", "adm/app.txt"])
        {
            server.Write(name, Encoding.ASCII.GetBytes(Secret));
        }

        server.Write("open.txt", "open"u8.ToArray());
        return server;
    }

    private static void AssertProtected(FakeServer server, string target)
    {
        const string Wrong = "Accept: text/html\r\n";
        for (int round = 0; round < 2; round++)
        {
            Response refused = server.Get(target, Wrong);
            Assert.Equal(401, refused.Status);
            Assert.DoesNotContain(Secret, Encoding.ASCII.GetString(refused.Body), StringComparison.Ordinal);
            Response granted = server.Get(target, Password);
            Assert.Equal((200, Secret), (granted.Status, Encoding.ASCII.GetString(granted.Body)));
        }

        Assert.Equal(200, server.Get("/open.txt").Status);
        server.End();
    }

    [Theory]
    [InlineData("/admin.html", "/admin")]
    [InlineData("/admin", "/admin")]
    [InlineData("/admin", "/admin.html.gz")]
    [InlineData("/admin.html", "/admin.html.gz")]
    [InlineData("/adm/index.html", "/adm/")]
    [InlineData("/adm", "/adm/")]
    public void APageIsProtectedUnderEachOfItsAddresses(string rule, string target)
    {
        using FakeServer server = Serve(rule, FakeServer.Quick() with { CleanUrls = true });
        AssertProtected(server, target);
    }

    [Theory]
    [InlineData("/admin.html", "/admin.html.gz")]
    [InlineData("/adm/index.html", "/adm/")]
    public void SoItIsWithoutCleanAddresses(string rule, string target)
    {
        using FakeServer server = Serve(rule);
        AssertProtected(server, target);
    }

    [Fact]
    public void ThePageOfAnApplicationIsProtectedUnderEveryAddress()
    {
        using FakeServer server = Serve("/adm", FakeServer.Quick() with { Spa = "adm/index.html" });
        AssertProtected(server, "/some/route");
    }

    [Theory]
    [InlineData("/page/:name", "/:name.html", "/page/admin")]
    [InlineData("/p/*", "/adm/:splat", "/p/app.txt")]
    [InlineData("/p/*", "/adm/:splat", "/p/")]
    public void ARewriteDoesNotLeadPastAPassword(string from, string to, string target)
    {
        ServerOptions options = FakeServer.Quick() with
        {
            CleanUrls = true,
            Rewrites = [new RewriteRule { From = from, To = to }],
        };
        string rule = to.StartsWith("/adm/", StringComparison.Ordinal) ? "/adm" : "/admin";
        using FakeServer server = Serve(rule, options);
        AssertProtected(server, target);
    }

    [Fact]
    public void WhatIsHiddenIsHiddenInItsCompressedFormToo()
    {
        using FakeServer server = new(FakeServer.Quick() with { Hide = ["*.bak"] });
        server.Write("a.bak", "x"u8.ToArray());
        server.Write("a.bak.gz", "x"u8.ToArray());
        Assert.Equal(404, server.Get("/a.bak").Status);
        Assert.Equal(404, server.Get("/a.bak.gz").Status);
        server.End();
    }

    [Fact]
    public void AProtectedFileThatChangesUnderItsChainIsStillOnlyForThoseWhoMayHaveIt()
    {
        using FakeServer server = Serve("/adm/app.txt");
        Assert.Equal(200, server.Get("/adm/app.txt", Password).Status);
        server.Write("adm/app.txt", Encoding.ASCII.GetBytes(Secret + ", longer"));
        Response changed = server.Get("/adm/app.txt", Password);
        Assert.Equal((200, Secret + ", longer"), (changed.Status, Encoding.ASCII.GetString(changed.Body)));
        server.Write("adm/app.txt", Encoding.ASCII.GetBytes(Secret));
        Assert.Equal(401, server.Get("/adm/app.txt").Status);
        server.End();
    }

    [Fact]
    public void APageIsLedToItsCleanAddressOnlyWhenItIsThere()
    {
        using FakeServer server = new(FakeServer.Quick() with { CleanUrls = true });
        server.Write("about.html", "about"u8.ToArray());
        server.Write("docs/index.html", "docs"u8.ToArray());
        server.Write("index.html", "root"u8.ToArray());
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("/about?a=1", server.Get("/about.html?a=1").Fields["Location"]);
            Assert.Equal("/docs/", server.Get("/docs/index.html").Fields["Location"]);
            Assert.Equal("/docs/", server.Get("/docs/index").Fields["Location"]);
            Assert.Equal("/", server.Get("/index", "Connection: close\r\n").Fields["Location"]);
            Assert.Equal(404, server.Get("/none.html").Status);
            Assert.Equal(200, server.Get("/about").Status);
            Assert.Equal(200, server.Get("/docs/").Status);
            Assert.Equal(200, server.Get("/").Status);
            server.Pass(3_000);
        }

        server.End();
    }

    [Fact]
    public void ADirectoryBehindARewriteIsRedirectedWithinThePathThatTheClientKnows()
    {
        using FakeServer server = new(FakeServer.Quick() with
        {
            Rewrites = [new RewriteRule { From = "/latest/*", To = "/v2/:splat" }],
        });
        server.Write("v2/docs/index.html", "docs"u8.ToArray());
        Assert.Equal("/latest/docs/?q=1", server.Get("/latest/docs?q=1").Fields["Location"]);
        Assert.Equal(200, server.Get("/latest/docs/").Status);
        server.End();
    }

    [Fact]
    public void ARedirectOfAFileThatHasBecomeADirectoryKeepsTheQuery()
    {
        using FakeServer server = new();
        server.Write("q", "file"u8.ToArray());
        Assert.Equal(200, server.Get("/q?a=1").Status);
        server.Files.Delete("/www/q");
        server.Files.MakeDirectory("/www/q");
        Assert.Equal("/q/?a=1", server.Get("/q?a=1").Fields["Location"]);
        server.End();
    }

    [Fact]
    public void ADirectoryInPlaceOfAnApplicationsPageIsNoRedirect()
    {
        using FakeServer server = new(FakeServer.Quick() with { Spa = "app" });
        server.Files.MakeDirectory("/www/app");
        Assert.Equal(404, server.Get("/foobar", "Accept: text/html\r\n").Status);
        server.End();
    }
}
