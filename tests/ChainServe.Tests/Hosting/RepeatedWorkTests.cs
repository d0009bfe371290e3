using System.Linq;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Hosting;
using ChainServe.Responses;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Work off the ring is done once, however many ask for what it makes, and not again and again for what cannot
/// be kept.</summary>
public sealed class RepeatedWorkTests
{
    private const string OnlyCoded = "Accept-Encoding: gzip, identity;q=0\r\n";

    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 2_000).Select(line => $"line {line}\n")));

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void AFileWhoseCompressedFormIsTooLongToKeepIsCompressedOnce(int cannedBytes)
    {
        using FakeServer server = Serve(cannedBytes, fileBytesMax: 64);
        for (int request = 0; request < 10; request++)
        {
            Assert.Equal(406, server.Get("/file.txt", OnlyCoded).Status);
            Assert.Equal(Text, server.Get("/file.txt", "Accept-Encoding: gzip\r\n").Body);
            server.Pass(10_000);
        }

        Assert.Equal(1, server.Counters.Jobs);
        server.End();
    }

    [Fact]
    public void ACompressedFormThatFoundNoRoomIsMadeAgainAfterAWhileAndNotForEachWhoAsks()
    {
        // Room for one, which somebody is reading.
        using FakeServer server = Serve(cannedBytes: 8 * 1024, fileBytesMax: 8 * 1023);
        server.Write("other.txt", Text);
        server.Pass(5_000);
        FakeClient reader = server.Connect();
        reader.ReadsByItself = false;
        reader.ServerSendBufferLength = 100;
        reader.Send($"GET /other.txt HTTP/1.1\r\nHost: a\r\n{OnlyCoded}\r\n");
        server.Pass(100);
        for (int request = 0; request < 10; request++)
        {
            Assert.Equal(503, server.Get("/file.txt", OnlyCoded).Status);
        }

        Assert.Equal(2, server.Counters.Jobs);
        server.Pass(1_500);
        Assert.Equal(503, server.Get("/file.txt", OnlyCoded).Status);
        Assert.Equal(3, server.Counters.Jobs);
        reader.Reset();
        server.Pass(1_500);
        Assert.Equal(200, server.Get("/file.txt", OnlyCoded).Status);
        server.End();
    }

    [Fact]
    public void AListingIsMadeOnceForAllWhoAskMeanwhile()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick() with { Browse = true });
        server.Write("list/file", Text);
        server.RunJob = static job => ((ListingJob)job).Write(new DirectoryContent([], 0));
        FakeClient[] all =
        [
            .. Enumerable.Range(0, 8).Select(_ => server.Connect("GET /list/ HTTP/1.1\r\nHost: a\r\n\r\n")),
        ];
        all[0].Reset();
        server.RunUntilQuiet();

        Assert.Equal(1, server.Counters.Jobs);
        Assert.All(all[1..], client => Assert.Equal(200, ResponseReader.Single(client.ReceivedBytes).Status));
        server.End();
    }

    private static FakeServer Serve(int cannedBytes, int fileBytesMax)
    {
        ServerOptions options = FakeServer.Quick(cannedBytes: cannedBytes);
        FakeServer server = new FakeServer(options with
        {
            Compress = true,
            Limits = options.Limits with { CannedFileBytesMax = fileBytesMax },
        });

        // The files are not the system's.
        server.RunJob = static job => ((ContentJob)job).Compress(Text);
        server.Write("file.txt", Text);
        server.Pass(5_000);
        return server;
    }
}
