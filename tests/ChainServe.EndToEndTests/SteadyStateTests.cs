using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.EndToEndTests;

/// <summary>What the server asks of the kernel and keeps of the machine when it only serves.</summary>
[Collection(Alone.Name)]
public sealed class SteadyStateTests
{
    private const int Connections = 64;

    // What is not the request path: a look at the file once a second and worker, and the runtime's own threads, which
    // wake up a few times a second.
    private const int OtherCallsMax = 300;

    private readonly ITestOutputHelper _output;

    public SteadyStateTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnlyIoUringEnterIsCalledOnTheRequestPath(bool immutable)
    {
        const int Requests = 10_000;
        string strace = Machine.RequireProgram("strace");
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 1024);
        TemporarySite.WaitUntilFilesAreOld();

        // The published file is compiled. The runtime would compile hot methods anew when the load lets it.
        using ServerProcess server = ServerProcess.StartAs(
            site,
            new Dictionary<string, string>(),
            static start => start.Environment["DOTNET_TieredCompilation"] = "0",
            immutable ? ["--immutable"] : []);
        List<RawClient> clients = Crowd.Connect(server, Connections);
        RequestAll(clients, 30_000);
        string report = Path.Combine(site.Base, "strace.txt");
        using Process tracer = SystemCalls.Attach(strace, server, report);
        RequestAll(clients, Requests);
        Dictionary<string, long> calls = SystemCalls.Detach(tracer, report);
        clients.ForEach(client => client.Dispose());
        server.Stop();

        Assert.NotEmpty(calls);
        long enters = calls.GetValueOrDefault("io_uring_enter");
        double perThousand = 1000.0 * enters / Requests;
        string others = string.Join(", ", calls.Where(call => call.Key != "io_uring_enter").Select(
            call => $"{call.Value} {call.Key}"));
        _output.WriteLine($"{perThousand:F0} io_uring_enter per 1,000 requests; others in all: {others}");
        Assert.InRange(enters, 1, Requests);
        long other = calls.Values.Sum() - enters;
        Assert.True(other <= OtherCallsMax, $"{other} other system calls for {Requests} requests: {others}");
    }

    [SkippableFact]
    public void DescriptorsThreadsAndMemoryAreBackAfterLoad()
    {
        const int Rounds = 4;
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 1024);
        site.WritePattern("large.bin", 2_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        Load(server);
        int descriptors = server.CountDescriptors();
        int threads = server.CountThreads();
        long memory = server.ResidentKibibytes();
        for (int round = 0; round < Rounds; round++)
        {
            Load(server);
        }

        _output.WriteLine(
            $"{descriptors} → {server.CountDescriptors()} descriptors, {threads} → {server.CountThreads()} threads, "
            + $"{memory} → {server.ResidentKibibytes()} KiB");
        Assert.InRange(server.CountDescriptors(), 1, descriptors + 2);

        // The kernel's workers come and go.
        Assert.InRange(server.CountThreads(), 1, threads + 16);
        Assert.InRange(server.ResidentKibibytes(), 1, memory + (32 * 1024));
        server.Stop();
    }

    /// <summary>Clients that vanish in the middle of everything leave nothing behind.</summary>
    [SkippableFact]
    public void ClientsThatResetLeaveNothingBehind()
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 1024);
        site.WritePattern("large.bin", 20_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        Assert.Equal(200, RawClient.Fetch(server, "/file.bin").Status);
        int descriptors = server.CountDescriptors();
        string[] beginnings =
        [
            "", "GET /fi", RawClient.Request("/file.bin"), RawClient.Request("/large.bin"),
            RawClient.Request("/missing"), RawClient.Request("/", "POST", "Content-Length: 1000\r\n"),
            string.Concat(Enumerable.Repeat(RawClient.Request("/file.bin"), 100)),
        ];
        for (int round = 0; round < 300; round++)
        {
            using var client = new RawClient(server);
            client.Send(beginnings[round % beginnings.Length]);
            if (round % 3 == 0)
            {
                Thread.Sleep(1);
            }

            client.Reset();
        }

        Assert.True(
            SpinWait.SpinUntil(() => server.CountDescriptors() <= descriptors + 1, 15_000),
            $"{descriptors} descriptors became {server.CountDescriptors()}");
        Assert.Equal(200, RawClient.Fetch(server, "/file.bin").Status);
        server.Stop();
    }

    private static void Load(ServerProcess server)
    {
        List<RawClient> clients = Crowd.Connect(server, Connections);
        RequestAll(clients, 10_000);
        foreach (RawClient client in clients)
        {
            client.Send(RawClient.Request("/large.bin"));
            client.ReadBody(client.ReadHead().ContentLength!.Value, (_, _) => { });
            client.Dispose();
        }
    }

    /// <summary>The queue of a socket may grow to some MiB, and those of thousands who do not read to all that the
    /// kernel has for TCP: it would take the room of everybody's.</summary>
    [SkippableFact]
    public void AClientThatDoesNotReadKeepsLittleInTheKernel()
    {
        const int Stalled = 20;
        const int BytesEachMax = 400_000;
        using var site = new TemporarySite();
        site.WritePattern("large.bin", 50 << 20);
        using ServerProcess server = ServerProcess.Start(site);
        List<RawClient> clients =
            [.. Enumerable.Range(0, Stalled).Select(_ => new RawClient(server, receiveBuffer: 4096))];
        clients.ForEach(client => client.Send(RawClient.Request("/large.bin")));
        long before = -1;
        long queued = 0;
        var clock = Stopwatch.StartNew();
        while (queued != before || queued == 0)
        {
            Assert.True(clock.ElapsedMilliseconds < 60_000, $"the queues do not come to rest: {queued} bytes");
            Thread.Sleep(300);
            before = queued;
            queued = server.SendQueues();
        }

        _output.WriteLine($"{queued / Stalled:N0} bytes each");
        Assert.InRange(queued, 1, Stalled * BytesEachMax);
        clients.ForEach(client => client.Dispose());
        server.Stop();
    }

    private static void RequestAll(List<RawClient> clients, int requests)
    {
        for (int sent = 0; sent < requests; sent += clients.Count)
        {
            Crowd.Ask(clients);
        }
    }
}
