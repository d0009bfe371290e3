using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Files;
using Xunit;

namespace ChainServe.Tests.Files;

public sealed class FileCandidatesTests
{
    private static string Candidates(string path, bool triesHtml)
    {
        CandidateOptions options = new(["index.html"u8.ToArray(), "index.htm"u8.ToArray()], triesHtml);
        byte[] bytes = Encoding.ASCII.GetBytes(path);
        byte[] destination = new byte[64];
        List<string> names = [];
        for (int candidate = 0; candidate < FileCandidates.Count(bytes, options); candidate++)
        {
            destination.AsSpan().Fill(1);
            int length = FileCandidates.Write(bytes, candidate, options, destination);
            Assert.Equal(0, destination[length]);
            names.Add(Encoding.ASCII.GetString(destination, 0, length));
        }

        return string.Join(' ', names);
    }

    [Theory]
    [InlineData("", false, "index.html index.htm")]
    [InlineData("dir/", true, "dir/index.html dir/index.htm")]
    [InlineData("dir/a.css", true, "dir/a.css")]
    [InlineData("about", false, "about")]
    [InlineData("a.b/about", true, "a.b/about a.b/about.html")]
    public void ADirectoryAsksForItsIndexAndAFileForItself(string path, bool triesHtml, string expected)
    {
        Assert.Equal(expected, Candidates(path, triesHtml));
    }

    [Fact]
    public void ACandidateThatDoesNotFitIsRefused()
    {
        CandidateOptions options = new([], false);
        Assert.Equal(0, FileCandidates.Write("abc"u8, 0, options, new byte[3]));
        Assert.Equal(3, FileCandidates.Write("abc"u8, 0, options, new byte[4]));
    }
}
