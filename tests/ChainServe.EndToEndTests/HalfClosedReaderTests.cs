using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Clients that have shut down their side, or take a long copy in small pieces: io_uring gives up a send that
/// has waited for them 128 times.</summary>
[Collection(Alone.Name)]
public sealed class HalfClosedReaderTests
{
    private const int Clients = 60;
    private const int ReceiveBuffer = 4096;

    [SkippableFact]
    public void ThoseWhoDoNotReadHoldNoKernelThreadsAndMissNothingInTheEnd()
    {
        const int RequestsEach = 600;
        const int Length = 1000;
        const int KernelWorkersMax = 8;
        using var site = new TemporarySite();
        site.WritePattern("file.bin", Length);
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        List<RawClient> clients = Enumerable.Range(0, Clients)
            .Select(_ => new RawClient(server, ReceiveBuffer)).ToList();
        string requests = string.Concat(Enumerable.Repeat(RawClient.Request("/file.bin"), RequestsEach));
        clients.ForEach(client =>
        {
            client.Send(requests);
            client.ShutdownSend();
        });

        // Until nothing moves any more: what is queued for them is as much as their sockets take.
        long queued = -1;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                long before = queued;
                Thread.Sleep(300);
                queued = server.SendQueues("08");
                return queued == before && queued > Clients * 100_000L;
            },
            20_000));
        int workers = server.CountKernelWorkers();
        for (int request = 0; request < RequestsEach; request++)
        {
            clients.ForEach(client => Assert.Equal(Length, client.Read().Body.Length));
        }

        clients.ForEach(client => client.RequireEnd());
        clients.ForEach(client => client.Dispose());

        ServerSummary summary = server.Stop();
        Assert.InRange(workers, 0, KernelWorkersMax);
        Assert.Equal(Clients * RequestsEach, summary.Requests);
    }

    [SkippableTheory]
    [InlineData(200_000, true)]
    [InlineData(16_000_000, false)]
    public void ASlowReaderGetsAllOfACopyInMemory(int length, bool isHalfClosed)
    {
        using var site = new TemporarySite();
        site.WritePattern("hot.bin", length);
        TemporarySite.WaitUntilFilesAreOld();
        Dictionary<string, string> settings = new Dictionary<string, string>
        {
            ["Limits:CannedFileBytesMax"] = "16777216",
            ["Limits:CannedBytesPerWorker"] = "67108864",
        };
        using ServerProcess server = ServerProcess.Start(site, settings, "--workers", "1");
        for (int warm = 0; warm < 3; warm++)
        {
            Assert.Equal(length, RawClient.Fetch(server, "/hot.bin").Body.Length);
        }

        for (int round = 0; round < 5; round++)
        {
            using var client = new RawClient(server, ReceiveBuffer);
            client.Send(RawClient.Request("/hot.bin", fields: isHalfClosed ? "" : "Connection: close\r\n"));
            if (isHalfClosed)
            {
                client.ShutdownSend();
            }

            Assert.Equal(200, client.ReadHead().Status);
            long offset = 0;
            client.ReadBody(length, (at, bytes) =>
            {
                Assert.Equal(offset, at);
                Assert.True(Pattern.Matches(at, bytes), $"wrong bytes behind {at}");
                offset += bytes.Length;
                Pause(at, offset);
            });
            client.RequireEnd();
        }

        Assert.True(server.Stop().ShortSends > 0);
    }

    /// <summary>Often enough that the server's sends come to a socket that is full again and again.</summary>
    private static void Pause(long from, long to)
    {
        const int BytesPerMillisecond = 16 * 1024;
        Thread.Sleep((int)((to / BytesPerMillisecond) - (from / BytesPerMillisecond)));
    }
}
