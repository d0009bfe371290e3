using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.EndToEndTests;

/// <summary>--poll: no system calls under load, sleep without it, and the same answers.</summary>
[Collection(Alone.Name)]
public sealed class PollTests
{
    private const int Connections = 16;

    private readonly ITestOutputHelper _output;

    public PollTests(ITestOutputHelper output)
    {
        _output = output;
    }

    /// <summary>The trace begins and ends while the load runs. A machine that keeps the client from its CPU for long
    /// makes the worker sleep, as it should: then the requests are counted again.</summary>
    [SkippableTheory]
    [InlineData("opened, read, compared and closed")]
    [InlineData("whole chains")]
    [InlineData("from memory")]
    public void AHundredThousandRequestsAreNoSystemCall(string form)
    {
        const int Requests = 100_000;
        const int AttemptsMax = 20;
        string strace = Machine.RequireProgram("strace");
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 1024);
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = Start(site, form == "from memory", form == "whole chains" ? ["--immutable"] : []);
        using var load = new Load(server);
        load.WaitFor(3 * Requests / 10);
        string calls = "";
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            string report = Path.Combine(site.Base, $"strace{attempt}.txt");
            using Process tracer = SystemCalls.Attach(strace, server, report);
            load.WaitFor(Requests);
            calls = string.Join(", ", SystemCalls.Detach(tracer, report).Select(call => $"{call.Value} {call.Key}"));
            _output.WriteLine($"attempt {attempt + 1}: {(calls.Length == 0 ? "no system call" : calls)}");
            if (calls.Length == 0)
            {
                break;
            }
        }

        load.Dispose();
        server.Stop();
        Assert.Equal("", calls);
    }

    [SkippableFact]
    public void AServerWithoutRequestsSleepsAndWakesForTheNext()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "index");
        using ServerProcess server = Start(site, fromMemory: true);
        using var client = new RawClient(server);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal("index", client.Ask("/").Text);
            Thread.Sleep(500);
            TimeSpan before = server.CpuTime();
            Thread.Sleep(2_000);
            TimeSpan used = server.CpuTime() - before;

            // Two threads that look all the time would use four seconds.
            Assert.InRange(used.TotalSeconds, 0, 0.5);
        }

        server.Stop();
    }

    [SkippableFact]
    public void AnswersAreTheSame()
    {
        const int Large = 5_000_001;
        using var site = new TemporarySite();
        site.WritePattern("large.bin", Large);
        site.WritePattern("small.bin", 60_000);
        site.Write("index.html", "index");
        using ServerProcess server = Start(site, fromMemory: false);
        using var client = new RawClient(server);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal("index", client.Ask("/").Text);
            Assert.Equal(404, client.Ask($"/missing-{round}").Status);
            Assert.True(Pattern.Matches(0, client.Ask("/small.bin").Body));
            RawResponse range = client.Ask("/large.bin", fields: "Range: bytes=1000001-4000000\r\n");
            Assert.Equal((206, 3_000_000), (range.Status, range.Body.Length));
            Assert.True(Pattern.Matches(1_000_001, range.Body));
            client.Send(RawClient.Request("/large.bin"));
            Assert.Equal(Large, client.ReadHead().ContentLength);
            client.ReadBody(Large, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
            site.Write("index.html", "index");
        }

        server.Stop();
    }

    private static ServerProcess Start(TemporarySite site, bool fromMemory, params string[] arguments)
    {
        Dictionary<string, string> settings = [];
        if (!fromMemory)
        {
            settings["Limits:CannedBytesPerWorker"] = "0";
        }

        // The published file is compiled; the one that tests usually run would compile hot methods anew meanwhile, on a
        // thread of its own.
        return ServerProcess.StartAs(
            site,
            settings,
            static start => start.Environment["DOTNET_TieredCompilation"] = "0",
            ["--poll", "--workers", "1", .. arguments]);
    }

    /// <summary>Clients that ask again and again until they are disposed.</summary>
    private sealed class Load : IDisposable
    {
        private readonly ServerProcess _server;
        private readonly Task _task;
        private volatile bool _isOver;
        private long _count;

        internal Load(ServerProcess server)
        {
            _server = server;
            _task = Task.Factory.StartNew(
                Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        /// <summary>Waits until so many more responses have arrived.</summary>
        internal void WaitFor(long requests)
        {
            long target = Interlocked.Read(ref _count) + requests;
            while (Interlocked.Read(ref _count) < target)
            {
                Assert.False(_task.IsCompleted, $"the load ended: {_task.Exception}");
                Thread.Sleep(10);
            }
        }

        public void Dispose()
        {
            _isOver = true;
            _task.Wait();
        }

        private void Run()
        {
            List<RawClient> clients = Crowd.Connect(_server, Connections);
            while (!_isOver)
            {
                Crowd.Ask(clients);
                Interlocked.Add(ref _count, clients.Count);
            }

            clients.ForEach(client => client.Dispose());
        }
    }
}
