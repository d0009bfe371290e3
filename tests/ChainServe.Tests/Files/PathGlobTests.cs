using System;
using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class PathGlobTests
{
    [Theory]
    [InlineData("/a.js", "/a.js", true)]
    [InlineData("/a.js", "/A.js", false)]
    [InlineData("/*.js", "/a.js", true)]
    [InlineData("/*.js", "/.js", true)]
    [InlineData("/*.js", "/b/a.js", false)]
    [InlineData("/?.js", "/a.js", true)]
    [InlineData("/?.js", "/ab.js", false)]
    [InlineData("/?.js", "//.js", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/a/b/c", true)]
    [InlineData("**", "/a/b/c", true)]
    [InlineData("/assets/**", "/assets/", true)]
    [InlineData("/assets/**", "/assets/a/b.js", true)]
    [InlineData("/assets/**", "/assets", false)]
    [InlineData("/assets/**", "/assetsx/a", false)]
    [InlineData("/**/*.js", "/a.js", true)]
    [InlineData("/**/*.js", "/x/y/a.js", true)]
    [InlineData("/**/*.js", "/x/y/a.jsx", false)]
    [InlineData("/**/test/**", "/a/test/b", true)]
    [InlineData("/**/test/**", "/a/tests/b", false)]
    [InlineData("/a/**/b", "/a/b", true)]
    [InlineData("/a/**/b", "/a/x/y/b", true)]
    [InlineData("/a/**/b", "/a/x/y/c", false)]
    [InlineData("/a*b*c", "/aXbYbZc", true)]
    [InlineData("/a*b*c", "/aXbYbZ", false)]
    [InlineData("", "/", false)]
    [InlineData("/[a]", "/[a]", true)]
    public void AGlobMatchesAsItReads(string glob, string path, bool matches)
    {
        Assert.Equal(matches, new PathGlob(glob).Matches(Encoding.UTF8.GetBytes(path)));
    }

    // Doubling the work with each star would not end before the test does.
    [Fact]
    public void AHostilePatternTakesNoLongerThanItIsLong()
    {
        StringBuilder pattern = new("/");
        for (int star = 0; star < 40; star++)
        {
            pattern.Append("*a**/*a");
        }

        PathGlob glob = new(pattern.Append('b').ToString());
        Assert.False(glob.Matches(Encoding.UTF8.GetBytes("/" + new string('a', 4000))));
    }

    [Theory]
    [InlineData("*.bak", "/a.bak", true)]
    [InlineData("*.bak", "/a/b.bak/c", true)]
    [InlineData("*.bak", "/a.bak.txt", false)]
    [InlineData("node_modules", "/x/node_modules/y.js", true)]
    [InlineData("node_modules", "/node_modules", true)]
    [InlineData("node_modules", "/node_modules2", false)]
    [InlineData("/drafts", "/drafts/a", true)]
    [InlineData("/drafts", "/drafts", true)]
    [InlineData("/drafts", "/a/drafts", false)]
    [InlineData("drafts/*.md", "/drafts/a.md", true)]
    [InlineData("drafts/*.md", "/drafts/a.txt", false)]
    [InlineData("*.bak", "/", false)]
    public void WhatIsHiddenHidesWhatLiesBelowIt(string glob, string path, bool hides)
    {
        HideRules rules = new([glob]);
        Assert.False(rules.IsEmpty);
        Assert.Equal(hides, rules.Hides(Encoding.UTF8.GetBytes(path)));
    }

    [Theory]
    [InlineData("app.3f9a1c2b.js", true)]
    [InlineData("index-BkX9q_2d.js", true)]
    [InlineData("main-7VKQX3TB.js", true)]
    [InlineData("chunk.0123456789abcdef0123.css", true)]
    [InlineData("a/b/app_3f9a1c2b.css", true)]
    [InlineData("app.3f9a1c2b.js.map", true)]
    [InlineData("app.3f9a1c2b.min.js", true)]
    [InlineData("jquery-3.6.0.min.js", false)]
    [InlineData("photo-20240131.jpg", false)]
    [InlineData("photo-20240131120000.jpg", false)]
    [InlineData("my-document.pdf", false)]
    [InlineData("app.min.js", false)]
    [InlineData("bootstrap.bundle.js", false)]
    [InlineData("report-november.html", false)]
    [InlineData("index-homepage.js", false)]
    [InlineData("the-defaced.css", false)]
    [InlineData("3f9a1c2b.js", false)]
    [InlineData("3f9a1c2b/app.js", false)]
    [InlineData("app.3f9a1c2b", false)]
    [InlineData("archive.3f9a1c2b.zip", true)]
    [InlineData("report-Q3FY2024.pdf", false)]
    [InlineData("scan_DSC01234.jpg", false)]
    [InlineData("holiday-P1000123.jpg", false)]
    [InlineData("holiday-P1000123.png", false)]
    [InlineData("invoice-INV00042.pdf", false)]
    [InlineData("page-Chapter1.js", false)]
    [InlineData("song-Track001.mp3", false)]
    [InlineData("Model-ABCD1234.stl", false)]
    [InlineData("minutes-20240315b.pdf", false)]
    [InlineData("IMG_20240101a.jpg", false)]
    [InlineData("release-2024feb1.zip", false)]
    public void OnlyAHashOfTheContentCountsAsOne(string name, bool isHash)
    {
        Assert.Equal(isHash, FingerprintedName.Matches(Encoding.ASCII.GetBytes(name)));
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("image/svg+xml; charset=utf-8", true)]
    [InlineData("application/wasm", true)]
    [InlineData("font/ttf", true)]
    [InlineData("font/woff2", false)]
    [InlineData("image/png", false)]
    [InlineData("video/mp4", false)]
    [InlineData("application/zip", false)]
    [InlineData("application/octet-stream", false)]
    public void TextIsCompressedAndWhatIsCompressedAlreadyIsNot(string type, bool isCompressible)
    {
        Assert.Equal(isCompressible, MediaTypes.IsCompressible(Encoding.ASCII.GetBytes(type)));
    }

    [Theory]
    [InlineData("a.foo", "text/x-foo; charset=utf-8")]
    [InlineData("a.FOO", "text/x-foo; charset=utf-8")]
    [InlineData("a.js", "application/x-own; v=1")]
    [InlineData("a.css", "text/css; charset=utf-8")]
    [InlineData("foo", "application/octet-stream")]
    public void AConfiguredTypeBeatsThatOfTheData(string path, string expected)
    {
        MediaTypes types = new([new("foo", "text/x-foo"), new(".js", "application/x-own; v=1")]);
        Assert.Equal(expected, Encoding.ASCII.GetString(types.ContentTypeOf(Encoding.ASCII.GetBytes(path))));
    }

    [Theory]
    [InlineData("/about.html", "/about")]
    [InlineData("/docs/index.html", "/docs/")]
    [InlineData("/index.html", "/")]
    [InlineData("/about", "/about")]
    [InlineData("/a.b.html", "/a.b.html")]
    [InlineData("/.html", "/.html")]
    [InlineData("/a.htm", "/a.htm")]
    public void ACleanAddressLeadsBackToItsPage(string path, string expected)
    {
        CandidateOptions options = new(["index.html"u8.ToArray()], triesHtmlExtension: true);
        ReadOnlySpan<byte> clean = FileCandidates.CleanAddressOf(Encoding.ASCII.GetBytes(path), options);
        Assert.Equal(expected, Encoding.ASCII.GetString(clean));
    }
}
