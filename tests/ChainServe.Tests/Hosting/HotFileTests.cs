using System.Linq;
using System.Text;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Files that are asked for again are sent from a copy in memory: one send, no open, no read; and never a copy
/// of another version than the head tells of.</summary>
public sealed class HotFileTests
{
    private static readonly byte[] Small = Bytes(1_000);
    private static readonly byte[] Middle = Bytes(30_000);
    private static readonly byte[] Large = Bytes(200_000);

    [Theory]
    [InlineData("small", false)]
    [InlineData("middle", false)]
    [InlineData("large", false)]
    [InlineData("small", true)]
    [InlineData("middle", true)]
    [InlineData("large", true)]
    public void AFileThatIsAskedForAgainIsOneSendAndAnotherOfWhatTheSocketHadNoRoomFor(string name, bool immutable)
    {
        using FakeServer server = Serve(immutable);
        Response[] before = [server.Get($"/{name}"), server.Get($"/{name}"), server.Get($"/{name}")];
        server.Submitted.Clear();
        Response hot = server.Get($"/{name}");

        Assert.Equal(ContentOf(name), hot.Body);
        Assert.All(before, response => Assert.Equal(hot.Body, response.Body));
        Assert.All(before, response => Assert.Equal(hot.EntityTag, response.EntityTag));
        Assert.DoesNotContain(server.Submitted, entry => entry.Opcode is Opcode.OpenAt2 or Opcode.Splice);
        int sends = hot.Body.Length > 128 * 1024 ? 2 : 1;
        Assert.Equal(sends, server.Submitted.Count(entry => entry.Opcode is Opcode.Send or Opcode.SendMessage));
        Assert.True(server.Counters.SnapshotHits > 0);
        server.End();
    }

    [Theory]
    [InlineData("small", 1_000)]
    [InlineData("middle", 30_000)]
    [InlineData("large", 200_000)]
    public void ARangeOfACopyIsExactlyThatPart(string name, int length)
    {
        using FakeServer server = Serve();
        Warm(server, name);
        foreach ((int from, int to) in new[] { (0, 0), (10, 19), (length - 1, length - 1), (1, length - 2) })
        {
            Response part = server.Get($"/{name}", $"Range: bytes={from}-{to}\r\n");
            Assert.Equal(206, part.Status);
            Assert.Equal(ContentOf(name)[from..(to + 1)], part.Body);
        }

        Assert.True(server.Counters.SnapshotHits >= 4);
        server.End();
    }

    [Theory]
    [InlineData("small")]
    [InlineData("middle")]
    [InlineData("large")]
    public void AConnectionThatEndsIsClosedBehindTheCopy(string name)
    {
        using FakeServer server = Serve();
        Warm(server, name);
        Response last = server.Get($"/{name}", "Connection: close\r\n");

        Assert.Equal(ContentOf(name), last.Body);
        server.End();
    }

    [Theory]
    [InlineData("small")]
    [InlineData("large")]
    public void AReplacedFileIsSeenWithinASecondAndNeverUnderTheOldTag(string name)
    {
        using FakeServer server = Serve();
        Warm(server, name);
        Response old = server.Get($"/{name}");
        byte[] next = Bytes(ContentOf(name).Length, seed: 99);
        server.Replace(name, next);
        Response soon = server.Get($"/{name}");
        server.Pass(1_001);
        Response late = server.Get($"/{name}");

        Assert.Equal(soon.EntityTag == old.EntityTag, soon.Body.SequenceEqual(old.Body));
        Assert.Equal(next, late.Body);
        Assert.NotEqual(old.EntityTag, late.EntityTag);
        server.End();
    }

    [Theory]
    [InlineData("small")]
    [InlineData("large")]
    public void ADeletedFileIsGoneWithinASecond(string name)
    {
        using FakeServer server = Serve();
        Warm(server, name);
        server.Files.Delete($"/www/{name}");
        server.Pass(1_001);

        Assert.Equal(404, server.Get($"/{name}").Status);
        server.End();
    }

    [Fact]
    public void ACopyThatIsStillTheFileIsKeptWhenItIsLookedAtAgain()
    {
        using FakeServer server = Serve();
        Warm(server, "large");
        long copies = server.Counters.Snapshots;
        server.Pass(1_500);
        server.Submitted.Clear();
        Response response = server.Get("/large");

        Assert.Equal(Large, response.Body);
        Assert.Equal(copies, server.Counters.Snapshots);
        Assert.DoesNotContain(server.Submitted, entry => entry.Opcode == Opcode.Read && IsOf(entry, ChainKind.Resolve));
        server.End();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    public void ALargeFileThatIsCutOffWhileItIsCopiedIsServedAsItIsThen(int left)
    {
        using FakeServer server = Serve();
        server.Get("/large");
        server.Faults.Add(ChainKind.Resolve, (byte)ResolveChain.Step.Read, 1, _ =>
        {
            server.Files.Truncate("/www/large", left);
            return Fault.Limit(int.MaxValue);
        });
        Response response = server.Get("/large");

        Assert.Equal(Large[..left], response.Body);
        server.End();
    }

    [Fact]
    public void AReadErrorWhileAFileIsCopiedGivesTheCopyUp()
    {
        using FakeServer server = Serve();
        server.Get("/large");
        server.Faults.Add(ChainKind.Resolve, (byte)ResolveChain.Step.Read, 1, Errno.EIO);

        Assert.Equal(500, server.Get("/large").Status);
        Assert.Equal(Large, server.Get("/large").Body);
        Assert.Equal(Large, server.Get("/large").Body);
        Assert.Equal(1, server.Counters.Snapshots);
        server.End();
    }

    [Fact]
    public void ASlowReaderKeepsTheBodyThatItWasPromised()
    {
        using FakeServer server = Serve();
        Warm(server, "large");
        FakeClient slow = server.Connect();
        slow.ReadsByItself = false;
        slow.ServerSendBufferLength = 10_000;
        slow.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        server.Replace("large", Bytes(200_000, seed: 5));
        server.Pass(1_001);
        Warm(server, "large");
        slow.ReadsByItself = true;
        slow.Receive();
        server.RunUntilQuiet();

        Assert.Equal(Large, ResponseReader.Single(slow.ReceivedBytes, isHead: false).Body);
        server.End();
    }

    [Fact]
    public void HeadAndConditionsNeedNoCopy()
    {
        using FakeServer server = Serve();
        Warm(server, "small");
        Response full = server.Get("/small");
        long hits = server.Counters.SnapshotHits;

        Assert.Equal(304, server.Get("/small", $"If-None-Match: {full.EntityTag}\r\n").Status);
        Assert.Equal(200, server.Get("/small", method: "HEAD").Status);
        Assert.Equal(hits, server.Counters.SnapshotHits);
        server.End();
    }

    /// <summary>As it would have if it were read piece by piece.</summary>
    [Fact]
    public void ASlowReaderOfALongCopyHasTheTimeOfItsPieces()
    {
        ServerOptions quick = FakeServer.Quick(cannedBytes: 8 << 20);
        using FakeServer server = new FakeServer(
            quick with { Limits = quick.Limits with { CannedFileBytesMax = 2 << 20 } });
        byte[] content = Bytes(1 << 20);
        server.Write("long", content);
        Warm(server, "long");
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.ReadBytesPerMillisecond = 80;
        long hits = server.Counters.SnapshotHits;
        client.Send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(15_000);
        client.Receive();

        Assert.Equal(hits + 1, server.Counters.SnapshotHits);
        Assert.Equal(content, ResponseReader.Single(client.ReceivedBytes).Body);
        server.End();
    }

    [Fact]
    public void AReaderWhoTakesNothingOfALongCopyHasTheTimeOfOnePiece()
    {
        ServerOptions quick = FakeServer.Quick(cannedBytes: 8 << 20);
        using FakeServer server = new FakeServer(
            quick with { Limits = quick.Limits with { CannedFileBytesMax = 2 << 20 } });
        server.Write("long", Bytes(1 << 20));
        Warm(server, "long");
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 50_000;
        client.Send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(6_000);

        Assert.True(client.IsReset);
        server.End();
    }

    private static FakeServer Serve(bool immutable = false)
    {
        FakeServer server = new FakeServer(FakeServer.Quick(immutable, cannedBytes: 2 * 1024 * 1024));
        server.Write("small", Small);
        server.Write("middle", Middle);
        server.Write("large", Large);
        return server;
    }

    private static void Warm(FakeServer server, string name)
    {
        for (int request = 0; request < 3; request++)
        {
            server.Get($"/{name}");
        }
    }

    private static byte[] ContentOf(string name)
    {
        return name switch
        {
            "small" => Small,
            "middle" => Middle,
            _ => Large,
        };
    }

    private static bool IsOf(SubmissionQueueEntry entry, ChainKind kind)
    {
        return new UserData(entry.UserData).Kind == kind;
    }

    private static byte[] Bytes(int length, int seed = 1)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(new string('.', length));
        new System.Random(seed + length).NextBytes(bytes);
        return bytes;
    }
}
