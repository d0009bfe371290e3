using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Tests.Chains;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>What a site's options do to chains: variants, several ranges, links, passwords.</summary>
public sealed class SiteRuleTests
{
    private const string Brotli = "Accept-Encoding: br, gzip;q=0.5\r\n";

    private static readonly byte[] Content =
        Enumerable.Range(0, 200_000).Select(value => (byte)(value % 251)).ToArray();

    private static FakeServer Serve(Func<ServerOptions, ServerOptions>? change = null)
    {
        ServerOptions options = FakeServer.Quick();
        FakeServer server = new(change is null ? options : change(options));
        server.Write("app.js", Content[..1_000]);
        server.Write("app.js.br", Content[5..100]);
        server.Write("long.txt", Content);
        server.Write("long.txt.gz", Content[7..150_007]);
        return server;
    }

    private static string[] Opens(FakeServer server)
    {
        string[] opens = [.. server.Submitted.Where(entry => entry.Opcode == Opcode.OpenAt2).Select(EntryText.Of)];
        server.Submitted.Clear();
        return opens;
    }

    [Fact]
    public void AVariantIsLookedUpOnceAndThenServedByItsOwnChain()
    {
        using FakeServer server = Serve();
        Assert.Equal(Content[5..100], server.Get("/app.js", Brotli).Body);
        long resolves = server.Counters.Resolves;
        Assert.Equal(3, resolves);
        server.Submitted.Clear();
        for (int round = 0; round < 3; round++)
        {
            Response response = server.Get("/app.js", Brotli);
            Assert.Equal("br", response.Fields["Content-Encoding"]);
            Assert.Equal(Content[5..100], response.Body);
        }

        Assert.Equal(3, Opens(server).Length);
        Assert.Equal(resolves, server.Counters.Resolves);
        Assert.Equal(Content[..1_000], server.Get("/app.js").Body);
        Assert.Equal(resolves, server.Counters.Resolves);
        server.End();
    }

    [Fact]
    public void ALongVariantIsServedFromItsDescriptor()
    {
        using FakeServer server = Serve();
        for (int round = 0; round < 2; round++)
        {
            Response response = server.Get("/long.txt", Brotli);
            Assert.Equal("gzip", response.Fields["Content-Encoding"]);
            Assert.Equal(Content[7..150_007], response.Body);
            Assert.Equal(Content, server.Get("/long.txt").Body);
        }

        server.End();
    }

    // The chain finds another file than the facts say: the sibling is looked up again, and the answer is of one
    // version.
    [Fact]
    public void AVariantThatChangesOrGoesIsAnsweredTruly()
    {
        using FakeServer server = Serve();
        server.Get("/app.js", Brotli);
        FakeServer.Age(server.Replace("app.js.br", Content[300..500]));
        Response changed = server.Get("/app.js", Brotli);
        Assert.Equal("br", changed.Fields["Content-Encoding"]);
        Assert.Equal(Content[300..500], changed.Body);
        server.Files.Delete("/www/app.js.br");
        Response gone = server.Get("/app.js", Brotli);
        Assert.False(gone.Fields.ContainsKey("Content-Encoding"));
        Assert.Equal(Content[..1_000], gone.Body);
        server.End();
    }

    // As when a directory is swapped: the replaced file is as it was, for whoever has it open.
    [Fact]
    public void AVariantThatIsReplacedWhileItsCopyIsReadIsAnsweredInOneVersion()
    {
        using FakeServer server = Serve(_ => FakeServer.Quick(cannedBytes: 1 << 20));
        const string Fields = Brotli + "Range: bytes=0-63\r\n";
        const string Text = $"GET /long.txt HTTP/1.1\r\nHost: a\r\n{Fields}\r\n";
        string first = server.Get("/long.txt", Fields).EntityTag;
        server.Pass(3_000);
        server.Files.Node("/www/long.txt.gz").ArePagesCold = true;
        FakeClient other = server.Connect();
        server.RunUntilQuiet();
        bool isSent = false;
        bool isReplaced = false;
        server.Faults.Issuing = entry =>
        {
            bool isResolve = new UserData(entry.UserData).Kind == ChainKind.Resolve;
            if (isResolve && !isSent && entry.Opcode == Opcode.OpenAt2
                && Marshal.PtrToStringUTF8((nint)entry.Address)!.EndsWith(".gz", StringComparison.Ordinal))
            {
                isSent = true;
                other.Send(Text);
            }
            else if (isResolve && isSent && !isReplaced && entry.Opcode == Opcode.Read)
            {
                isReplaced = true;
                FakeServer.Age(server.Replace("long.txt.gz", Content[90..140_090]));
            }

            return null;
        };
        FakeClient one = server.Connect(Text);
        server.RunUntilQuiet();
        Assert.True(isSent && isReplaced);
        foreach (FakeClient client in (FakeClient[])[one, other])
        {
            Response response = ResponseReader.Single(client.ReceivedBytes, isHead: false);
            int start = response.EntityTag == first ? 7 : 90;
            Assert.Equal(Content[start..(start + 64)], response.Body);
            Assert.Equal($"bytes 0-63/{(start == 7 ? 150_000 : 140_000)}", response.Fields["Content-Range"]);
        }

        server.End();
    }

    // RFC 9110 §14.6: the parts are not coded, and one Content-Encoding would say that their text is.
    [Fact]
    public void SeveralRangesOfACodedVariantAreTheWholeOfIt()
    {
        using FakeServer server = Serve();
        Response response = server.Get("/long.txt", $"{Brotli}Range: bytes=0-9,100000-100009\r\n");
        Assert.Equal((200, "gzip"), (response.Status, response.Fields["Content-Encoding"]));
        Assert.Equal(Content[7..150_007], response.Body);
        server.End();
    }

    // RFC 9110 §14.2: no request makes the server send more than the file.
    [Fact]
    public void PartsThatAreLongerThanTheFileAreTheWholeFile()
    {
        using FakeServer server = Serve();
        string ranges = string.Join(',', Enumerable.Range(0, 12).Select(part => $"{part * 82}-{part * 82}"));
        Response response = server.Get("/app.js", $"Range: bytes={ranges}\r\n");
        Assert.Equal(200, response.Status);
        Assert.Equal(Content[..1_000], response.Body);
        server.End();
    }

    [Fact]
    public void AnAbsentPageOfAnApplicationSaysWhatItDependsOn()
    {
        using FakeServer server = Serve(options => options with { Spa = "page.html" });
        server.Write("page.html", Content[..9]);
        const string Vary = "Accept, Sec-Fetch-Mode, Accept-Encoding";
        Assert.Equal((404, Vary), (server.Get("/x").Status, server.Get("/x").Fields["Vary"]));
        Response page = server.Get("/x", "Accept: image/png\r\nAccept: text/html\r\n");
        Assert.Equal((200, Vary), (page.Status, page.Fields["Vary"]));
        Assert.Equal("Accept-Encoding", server.Get("/x.js").Fields["Vary"]);
        server.End();
    }

    [Fact]
    public void AnOriginalThatChangesTakesItsVariantsWithIt()
    {
        using FakeServer server = Serve();
        Assert.Equal("br", server.Get("/app.js", Brotli).Fields["Content-Encoding"]);
        server.Replace("app.js", Content[600..900]);
        server.Pass(2_500);
        Response response = server.Get("/app.js", Brotli);
        Assert.False(response.Fields.ContainsKey("Content-Encoding"));
        Assert.Equal(Content[600..900], response.Body);
        server.End();
    }

    [Theory]
    [InlineData(SymlinkPolicy.None, "BENEATH NO_MAGICLINKS NO_SYMLINKS")]
    [InlineData(SymlinkPolicy.Inside, "BENEATH NO_MAGICLINKS")]
    [InlineData(SymlinkPolicy.All, "NO_MAGICLINKS")]
    internal void EveryOpenSaysHowFarLinksLead(SymlinkPolicy policy, string resolve)
    {
        using FakeServer server = Serve(options => options with { Symlinks = policy });
        server.Submitted.Clear();
        server.Get("/app.js");
        server.Get("/app.js");
        Assert.Equal(
            [
                $"OpenAt2 → D, {resolve}, NONBLOCK NOCTTY CLOEXEC |",
                $"OpenAt2 → F, {resolve} CACHED, NONBLOCK NOCTTY | link, skip",
            ],
            Opens(server));
        server.End();
    }

    [Theory]
    [InlineData("/app.js", 1_000, true)]
    [InlineData("/long.txt", 200_000, false)]
    public void SeveralRangesAreReadIntoTheirGapsAndSent(string target, int length, bool isImmutable)
    {
        using FakeServer server = Serve(options => options with { Immutable = isImmutable });
        foreach (bool ends in new[] { false, true, false })
        {
            server.Submitted.Clear();
            string close = ends ? "Connection: close\r\n" : "";
            Response response = server.Get(target, $"Range: bytes=0-9,200-{length / 2},-1\r\n{close}");
            Assert.Equal(206, response.Status);
            (int, int)[] parts = [(0, 9), (200, length / 2), (length - 1, length - 1)];
            Assert.Equal(Expected(response, parts, length), response.Body);
            string[] chunks = [.. server.Submitted
                .Where(entry => new UserData(entry.UserData).Kind == ChainKind.Chunk).Select(EntryText.Of)];
            Assert.Equal(
                ["FilesUpdate D → F | link, skip", "Close D | link, skip", "Read F 0+10 | link, skip"], chunks[..3]);
            Assert.Equal("Close S |", ends ? chunks[^1] : "Close S |");
        }

        server.End();
    }

    [Fact]
    public void AFileThatShrinksUnderSeveralRangesEndsTheConnection()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect();
        client.ServerSendBufferLength = 4_096;
        client.Send(
            "GET /long.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9,1000-150000\r\n\r\n");
        client.ReadsByItself = false;
        server.RunUntilQuiet();
        server.Files.Truncate("/www/long.txt", 2_000);
        client.ReadsByItself = true;
        client.Receive();
        server.RunUntilQuiet();
        Assert.True(client.IsClosedByServer);
        Assert.True(client.ReceivedBytes.Length < 150_000);
        server.End();
    }

    // RFC 7617; 4 is the cheapest bcrypt.
    [Fact]
    public void APasswordIsCheckedOnceAndRemembered()
    {
        AuthUser user = new() { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };
        AuthRule rule = new() { Path = "/", Users = [user] };
        using FakeServer server = Serve(options => options with { Auth = [rule] });
        string Credentials(string text) =>
            $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\r\n";
        Assert.Equal(401, server.Get("/app.js").Status);
        Assert.Equal(0, server.Counters.Jobs);
        Assert.Equal(401, server.Get("/app.js", Credentials("ann:wrong")).Status);
        Assert.Equal(401, server.Get("/app.js", Credentials("bob:pw")).Status);
        Assert.Equal(2, server.Counters.Jobs);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(200, server.Get("/app.js", Credentials("ann:pw")).Status);
        }

        Assert.Equal(3, server.Counters.Jobs);
        server.Pass(5 * 60 * 1000);
        Assert.Equal(200, server.Get("/app.js", Credentials("ann:pw")).Status);
        Assert.Equal(4, server.Counters.Jobs);
        server.End();
    }

    private static byte[] Expected(Response response, (int From, int To)[] ranges, int length)
    {
        string type = response.Fields["Content-Type"];
        string boundary = type.Split("boundary=")[1];
        string partType = length == 1_000 ? "text/javascript; charset=utf-8" : "text/plain; charset=utf-8";
        List<byte> body = [];
        foreach ((int from, int to) in ranges)
        {
            body.AddRange(Encoding.ASCII.GetBytes(
                $"\r\n--{boundary}\r\nContent-Type: {partType}\r\nContent-Range: bytes {from}-{to}/{length}\r\n\r\n"));
            body.AddRange(Content[from..(to + 1)]);
        }

        body.AddRange(Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"));
        return [.. body[2..]];
    }
}
