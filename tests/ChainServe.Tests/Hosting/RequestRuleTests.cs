using System.Linq;
using System.Text;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>From a request to its chain: look-ups, cold files, freshness, ranges, and the end of connections.</summary>
public sealed class RequestRuleTests
{
    private static readonly byte[] Content =
        Enumerable.Range(0, 200_000).Select(value => (byte)(value % 251)).ToArray();

    [Fact]
    public void AMissingFileIsAnsweredWithThePageForIt()
    {
        using FakeServer server = Serve();
        Response canned = server.Get("/missing");
        Assert.Equal(404, canned.Status);
        Assert.Contains("There is no page at this address.", canned.Text, System.StringComparison.Ordinal);

        server.Write("404.html", "<p>nowhere</p>"u8.ToArray());
        server.Pass(2_000);
        Response[] responses = [server.Get("/missing"), server.Get("/missing"), server.Get("/.hidden")];

        Assert.All(responses, response => Assert.Equal((404, "<p>nowhere</p>"), (response.Status, response.Text)));
        Assert.All(responses, response => Assert.Equal("", response.EntityTag));
        server.End();
    }

    [Fact]
    public void ADirectoryWithoutItsSlashIsRedirectedWithItsQuery()
    {
        using FakeServer server = Serve();
        Response cold = server.Get("/docs?a=b");
        Response warm = server.Get("/docs?a=b");

        Assert.Equal((308, "/docs/?a=b"), (cold.Status, cold.Fields["Location"]));
        Assert.Equal((308, "/docs/?a=b"), (warm.Status, warm.Fields["Location"]));
        Assert.Equal("index of docs", server.Get("/docs/").Text);
        server.End();
    }

    [Theory]
    [InlineData("small", 1_000, false)]
    [InlineData("small", 1_000, true)]
    [InlineData("large", 200_000, false)]
    public void ARangeIsExactlyThatPartInEveryForm(string name, int length, bool immutable)
    {
        using FakeServer server = Serve(immutable);
        (int From, int To)[] ranges = [(0, 0), (0, length - 1), (10, 19), (length - 1, length - 1), (1, length - 2)];
        foreach ((int from, int to) in ranges)
        {
            foreach (bool ends in new[] { false, true })
            {
                string close = ends ? "Connection: close\r\n" : "";
                Response response = server.Get($"/{name}", $"Range: bytes={from}-{to}\r\n{close}");
                Assert.Equal(206, response.Status);
                Assert.Equal($"bytes {from}-{to}/{length}", response.Fields["Content-Range"]);
                Assert.Equal(Content[from..(to + 1)], response.Body);
            }
        }

        Assert.Equal(416, server.Get($"/{name}", $"Range: bytes={length}-\r\n").Status);
        server.End();
    }

    [Fact]
    public void AColdNameAndAColdPageAreTriedAgainWithoutTheFlagsOnce()
    {
        using FakeServer server = Serve();
        server.Get("/small");
        long before = server.Counters.ColdRetries;
        server.Files.Node("/www/small").IsDentryCold = true;
        Assert.Equal(Content[..1_000], server.Get("/small").Body);
        server.Files.Node("/www/small").ArePagesCold = true;
        Assert.Equal(Content[..1_000], server.Get("/small").Body);
        Assert.Equal(Content[..1_000], server.Get("/small").Body);

        Assert.Equal(2, server.Counters.ColdRetries - before);
        Assert.Equal(0, server.Counters.ChangedFiles);
        server.End();
    }

    [Fact]
    public void AFileSystemWithoutNoWaitIsAskedOnce()
    {
        using FakeServer server = Serve();
        server.Files.MakeMount("/www/memory", supportsNoWait: false);
        server.Write("memory/file", Content[..1_000]);
        for (int request = 0; request < 5; request++)
        {
            Assert.Equal(Content[..1_000], server.Get("/memory/file").Body);
        }

        Assert.Equal(1, server.Counters.ColdRetries);
        server.End();
    }

    [Fact]
    public void StaleFactsAreLookedAtAgainByOneRequest()
    {
        using FakeServer server = Serve();
        server.Get("/small");
        server.Pass(1_500);
        long before = server.Counters.Resolves;
        FakeClient[] clients = Enumerable.Range(0, 6)
            .Select(_ => server.Connect("GET /small HTTP/1.1\r\nHost: a\r\n\r\n")).ToArray();
        server.RunUntilQuiet();

        Assert.All(clients, client => Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status));
        Assert.Equal(1, server.Counters.Resolves - before);
        server.End();
    }

    [Fact]
    public void NobodyIsAnsweredFromFactsOfLongAgo()
    {
        using FakeServer server = Serve();
        Assert.Equal(404, server.Get("/new").Status);
        string tag = server.Get("/small").EntityTag;
        server.Pass(60_000);
        server.Write("new", Content[..10]);
        server.Replace("small", Content[..900]);
        string condition = $"If-None-Match: {tag}\r\n";
        string[] requests = [.. Enumerable.Repeat("/new ", 3), .. Enumerable.Repeat("/small ", 3)];
        FakeClient[] clients = requests.Select(
            target => server.Connect($"GET {target}HTTP/1.1\r\nHost: a\r\n{condition}\r\n")).ToArray();
        server.RunUntilQuiet();

        Assert.All(clients, client => Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status));
        server.End();
    }

    [Fact]
    public void AConditionIsAnsweredFromFactsWithoutAFile()
    {
        using FakeServer server = Serve();
        foreach (string name in new[] { "/small", "/large" })
        {
            string tag = server.Get(name).EntityTag;
            server.Submitted.Clear();
            Response response = server.Get(name, $"If-None-Match: {tag}\r\n");
            Assert.Equal(304, response.Status);
            Assert.DoesNotContain(server.Submitted, entry => entry.Opcode == Opcode.OpenAt2);
        }

        server.End();
    }

    [Fact]
    public void BytesOfABodyAreNeverReadAsTheNextRequest()
    {
        using FakeServer server = Serve();
        const string Inner = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
        string body = $"GET /small HTTP/1.1\r\nHost: a\r\nContent-Length: {Inner.Length}\r\n\r\n{Inner}";
        FakeClient whole = server.Connect(body + body);
        server.RunUntilQuiet();
        FakeClient slow = server.Connect();
        foreach (char letter in body + body)
        {
            slow.Send($"{letter}");
            server.RunUntilQuiet();
        }

        foreach (FakeClient client in new[] { whole, slow })
        {
            Assert.Equal(
                [1_000, 1_000],
                ResponseReader.All(client.ReceivedBytes, out _).Select(response => response.Body.Length));
        }

        server.End();
    }

    private static FakeServer Serve(bool immutable = false)
    {
        FakeServer server = new FakeServer(FakeServer.Quick(immutable));
        server.Write("small", Content[..1_000]);
        server.Write("large", Content);
        server.Write("docs/index.html", Encoding.ASCII.GetBytes("index of docs"));
        server.Write(".hidden", Content[..10]);
        return server;
    }
}
