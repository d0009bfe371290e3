using System;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Responses;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class RewriteTests
{
    // What `chainserve check` takes must not end the start.
    [Theory]
    [InlineData("/a/:b", "/x/:b", "/a/y", "/x/y")]
    [InlineData("/a/*", "/my files/:splat", "/a/b c", "/my files/b c")]
    [InlineData("/a", "/\u00e9\\b", "/a", "/\u00e9\\b")]
    [InlineData("/a/*", "/:splat/x/:splat", "/a/", "/x/")]
    [InlineData("/a/*", "/x/:splat", "/b", "none")]
    public void ARewriteLeadsToAnyPathThatTheConfigurationTakes(string from, string to, string path, string expected)
    {
        ServerOptions options = new() { Rewrites = [new RewriteRule { From = from, To = to }] };
        Assert.Empty(options.Validate());
        RewriteRules rules = new();
        rules.Add(from, to);
        byte[] rewritten = new byte[100];
        bool isMatch = rules.TryMatch(Encoding.UTF8.GetBytes(path), rewritten, out int length);
        Assert.Equal(expected, isMatch ? Encoding.UTF8.GetString(rewritten, 0, length) : "none");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("//x")]
    [InlineData("/a/../b")]
    [InlineData("/a?b")]
    [InlineData("/a\0")]
    [InlineData("/a\u0085")]
    [InlineData("https://example.org/")]
    public void ARewriteThatIsNoPathIsRefused(string to)
    {
        Assert.NotEmpty(Assert.Throws<ArgumentException>(() => new RewriteRules().Add("/*", to)).Message);
    }
}
