using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Which site answers for a Host field (RFC 9110 §7.2, §4.2.3: names are compared without regard to case).
/// </summary>
public sealed class SiteTableTests
{
    private static readonly string[] Names =
        ["", "example.org", "*.example.org", "*.docs.example.org", "www.docs.example.org", "[::1]", "10.0.0.1"];

    private static string Find(string host, params string[] names)
    {
        ServerOptions options = new()
        {
            Hosts = names.Skip(1).Select(name => new HostOptions { Host = name }).ToArray(),
        };
        SiteTable table = new(options, _ => new SiteRoot(0, IsUnchangeable: false));
        return names[table.Find(Encoding.ASCII.GetBytes(host))];
    }

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("EXAMPLE.Org", "example.org")]
    [InlineData("example.org:8080", "example.org")]
    [InlineData("example.org.", "example.org")]
    [InlineData("example.org.:80", "example.org")]
    [InlineData("www.example.org", "*.example.org")]
    [InlineData("a.b.example.org", "*.example.org")]
    [InlineData("docs.example.org", "*.example.org")]
    [InlineData("a.docs.example.org", "*.docs.example.org")]
    [InlineData("A.DOCS.example.org:1", "*.docs.example.org")]
    [InlineData("www.docs.example.org", "www.docs.example.org")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[::1]:8080", "[::1]")]
    [InlineData("10.0.0.1:8080", "10.0.0.1")]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData("example.com", "")]
    [InlineData("notexample.org", "")]
    [InlineData("example.org.evil.com", "")]
    [InlineData(".example.org", "")]
    [InlineData("[::2]", "")]
    public void ANameBeatsAWildcardAndALongWildcardAShortOneAndElseTheFirstSiteAnswers(string host, string expected)
    {
        Assert.Equal(expected, Find(host, Names));

        // In whatever order the configuration names them.
        Assert.Equal(expected, Find(host, [Names[0], .. Names.Skip(1).Reverse()]));
    }

    [Fact]
    public void AServerWithOneSiteAnswersForEveryName()
    {
        Assert.Equal("", Find("example.org", ""));
    }
}
