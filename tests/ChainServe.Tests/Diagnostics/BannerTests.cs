using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed class BannerTests
{
    private static readonly string[] Machine =
        ["127.0.0.1", "::1", "192.0.2.7", "2001:db8::7", "fe80::1", "169.254.3.4", "192.0.2.7"];

    [Theory]
    [InlineData("::", 8080, "http://localhost:8080/ http://192.0.2.7:8080/ http://[2001:db8::7]:8080/")]
    [InlineData("0.0.0.0", 8080, "http://localhost:8080/ http://192.0.2.7:8080/")]
    [InlineData("127.0.0.1", 81, "http://localhost:81/")]
    [InlineData("::1", 81, "http://localhost:81/")]
    [InlineData("127.0.0.2", 81, "http://127.0.0.2:81/")]
    [InlineData("192.0.2.7", 80, "http://192.0.2.7/")]
    [InlineData("2001:db8::7", 81, "http://[2001:db8::7]:81/")]
    public void EveryUrlThatReachesTheServerIsNamed(string host, int port, string urls)
    {
        Assert.Equal(urls, string.Join(' ', Urls(Facts(host, port))));
    }

    [Fact]
    public void OutsideATerminalTheBannerIsOneLine()
    {
        string line = Banner.ToLine(Facts("127.0.0.1", 8080));

        Assert.Equal(
            "ChainServe 1.2.3 on Linux 6.12.1 (io_uring, DEFER_TASKRUN), 2 workers, root /srv/www, "
            + "listening on http://localhost:8080/\n",
            line);
    }

    [Fact]
    public void OnATerminalTheColumnsAlign()
    {
        const string Expected = """

              ChainServe 1.2.3

              kernel     Linux 6.12.1, io_uring, DEFER_TASKRUN
              workers    2
              root       /srv/www
              listening  http://localhost:8080/
                         http://192.0.2.7:8080/

              Ctrl-C stops it.


            """;

        Assert.Equal(Expected, Banner.ToLines(Facts("0.0.0.0", 8080), isColored: false));
    }

    [Fact]
    public void ColorChangesNothingButColor()
    {
        BannerFacts facts = Facts("::", 8080);
        string colored = Banner.ToLines(facts, isColored: true);

        Assert.Contains("\e[1m", colored, StringComparison.Ordinal);
        string stripped = System.Text.RegularExpressions.Regex.Replace(colored, "\e\\[[0-9]+m", "");
        Assert.Equal(Banner.ToLines(facts, isColored: false), stripped);
    }

    [Fact]
    public void EveryAddressThatIsBoundIsNamedOnce()
    {
        BannerFacts facts = Facts("127.0.0.1", 81) with
        {
            EndPoints =
            [
                new IPEndPoint(IPAddress.Loopback, 81),
                new IPEndPoint(IPAddress.IPv6Loopback, 81),
                new IPEndPoint(IPAddress.Loopback, 82),
                new UnixDomainSocketEndPoint("/run/web.sock"),
            ],
        };
        Assert.Equal("http://localhost:81/ http://localhost:82/ unix:/run/web.sock", string.Join(' ', Urls(facts)));
    }

    private static IEnumerable<string> Urls(BannerFacts facts)
    {
        return Banner.ToUrls(facts.EndPoints, facts.MachineAddresses);
    }

    private static BannerFacts Facts(string host, int port)
    {
        return new BannerFacts(
            "1.2.3",
            "6.12.1",
            "io_uring, DEFER_TASKRUN",
            2,
            "/srv/www",
            [new IPEndPoint(IPAddress.Parse(host), port)],
            Array.ConvertAll(Machine, IPAddress.Parse));
    }
}
