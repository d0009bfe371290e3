using System;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Configuration;

/// <summary>Pages that are named and not there are told once, whoever inherits them.</summary>
public sealed class MissingPagesTests : IDisposable
{
    private const string Consequence = "; until there is, Spa answers 404 and an error has the built-in page";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
    }

    [Fact]
    public void NothingIsSaidOfPagesThatAreThere()
    {
        var page = new ErrorPage { Status = 403, File = "403.html" };
        ServerOptions options = Options() with { Spa = "index.html", ErrorPages = [page] };
        _fixture.WithFile("", "index.html").WithFile("", "403.html");

        Assert.True(MissingPages.AreNamed(options));
        Assert.Null(MissingPages.Describe(options));
    }

    [Fact]
    public void NothingIsSaidWithoutPages()
    {
        Assert.False(MissingPages.AreNamed(Options()));
        Assert.Null(MissingPages.Describe(Options()));
    }

    [Fact]
    public void AllThatAreMissingStandInOneSentence()
    {
        _fixture.WithFile("", "403.html");
        ErrorPage[] pages = [new() { Status = 403, File = "403.html" }, new() { Status = 404, File = "e/404.html" }];
        ServerOptions options = Options() with { Spa = "app.html", ErrorPages = pages };

        string root = _fixture.Directory;
        Assert.Equal(
            $"there is no file for Spa '{root}/app.html', ErrorPages:1:File '{root}/e/404.html'{Consequence}",
            MissingPages.Describe(options));
    }

    [Fact]
    public void APageOfAHostIsLookedForUnderItsRoot()
    {
        _fixture.WithFile("", "app.html");
        string other = System.IO.Directory.CreateDirectory(_fixture.Directory + "/other").FullName;
        HostOptions[] hosts =
        [
            new() { Host = "a", Root = other, Spa = "app.html" },
            new() { Host = "b", Root = other, Spa = "app.html" },
        ];
        ServerOptions options = Options() with { Spa = "app.html", Hosts = hosts };

        Assert.Equal(
            $"there is no file for Hosts:0:Spa '{other}/app.html'{Consequence}", MissingPages.Describe(options));
    }

    private ServerOptions Options()
    {
        return new ServerOptions { Root = _fixture.Directory };
    }
}
