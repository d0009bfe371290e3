using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.EndToEndTests;

/// <summary>Attackers who hold connections or make many of them: a normal client gets each byte meanwhile, and nothing
/// of them stays. How fast it gets them is measured by tests/load/attacks.</summary>
[Collection(Alone.Name)]
public sealed class SlowAttackTests
{
    private const int Attackers = 50;
    private const int Slots = 64;
    private const int SmallLength = 1_000;
    private const int FileLength = 100_000;
    private const int LargeLength = 16 << 20;
    private const int LatestMilliseconds = 30_000;

    // One worker, so that each of its slots can be asked for; one address has as many as it likes.
    private static readonly Dictionary<string, string> FewSlots = new()
    {
        ["Workers"] = "1",
        ["Limits:ConnectionsPerWorker"] = $"{Slots}",
        ["Limits:ConnectionsPerAddress"] = "100000",
        ["Limits:SendBytesPerSecondMin"] = "100000",
        ["Timeouts:HeadMilliseconds"] = "3000",
        ["Timeouts:SendMilliseconds"] = "1500",
    };

    private readonly ITestOutputHelper _output;

    public SlowAttackTests(ITestOutputHelper output)
    {
        _output = output;
    }

    /// <summary>The four modes of slowhttptest. In two of them it leaves when it is answered, and nothing is passed; in
    /// the others each of its connections passes the limit that is there for it.</summary>
    [SkippableTheory]
    [InlineData("-H", "/small.bin", "Timeouts:HeadMilliseconds 50")]
    [InlineData("-B", "/small.bin", "none")]
    [InlineData("-X -w 512 -y 1024 -z 4096", "/large.bin", "Limits:SendBytesPerSecondMin 50")]
    [InlineData("-R", "/file.bin", "none")]
    public void ASlowAttackEndsAtItsLimitAndNobodyElseNotices(string mode, string path, string limits)
    {
        string tool = Machine.RequireProgram("slowhttptest");
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, FewSlots);
        using var client = new NormalClient(server);
        client.AskTimes(10);
        int descriptors = server.CountDescriptors();
        string[] arguments =
            [.. mode.Split(' '), "-c", $"{Attackers}", "-r", $"{Attackers}", "-i", "1", "-l", "60", "-u",
            server.Url + path];
        using (Process attack = Process.Start(
            new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            try
            {
                // It ends when it has no connection left. A slow reader does not see the end behind what it has not
                // read; its standard streams are three files more.
                attack.BeginOutputReadLine();
                attack.BeginErrorReadLine();
                client.AskUntil(() => attack.HasExited
                    || (CountFiles(attack) >= Attackers + 3 && server.CountConnections() <= 1));
            }
            finally
            {
                attack.Kill();
                attack.WaitForExit();
            }
        }

        RequireAllFree(server, client, descriptors);
        ServerSummary summary = server.Stop();
        Assert.InRange(summary.Connections, Attackers + 1, long.MaxValue);
        Assert.Contains($"limits passed: {limits}\n", server.Error + "\n", StringComparison.Ordinal);
    }

    /// <summary>Some of them have said nothing, most have had an answer. A connection is some 350 bytes of the server's
    /// tables; one that held a buffer would touch at least a page of it. What the runtime compiles meanwhile is not
    /// theirs.</summary>
    [SkippableFact]
    public void TenThousandIdleConnectionsAreCheapAndNobodyElseNotices()
    {
        const int Idle = 10_000;
        const int First = 2_000;
        const int BytesEachMax = 2048;
        RequireOpenFiles(Idle + 500);
        using TemporarySite site = MakeSite();
        var settings = new Dictionary<string, string>
        {
            ["Limits:ConnectionsPerAddress"] = "100000",
            ["Timeouts:HeadMilliseconds"] = "120000",
            ["Timeouts:KeepAliveMilliseconds"] = "120000",
        };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new NormalClient(server);
        client.AskTimes(200);
        int descriptors = server.CountDescriptors();
        long before = 0;
        List<Socket> idle = [];
        try
        {
            for (int index = 0; index < Idle; index++)
            {
                idle.Add(Connect(server));
                if (index % 4 > 0)
                {
                    AskOnce(idle[^1]);
                }

                if (index % 100 == 0)
                {
                    client.AskTimes(1);
                }

                before = index == First ? server.ResidentKibibytes() : before;
            }

            client.AskUntil(() => server.CountConnections() == Idle + 1);
            client.AskTimes(200);
            long each = (server.ResidentKibibytes() - before) * 1024 / (Idle - First);
            _output.WriteLine($"{each} bytes of memory for each idle connection");
            Assert.InRange(each, 0, BytesEachMax);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        RequireAllFree(server, client, descriptors);
        Assert.InRange(server.Stop().Connections, Idle + 1, long.MaxValue);
        Assert.Contains("limits passed: none\n", server.Error + "\n", StringComparison.Ordinal);
    }

    /// <summary>They leave at once, in every way: before a byte, in the middle of a head, behind a request.</summary>
    [SkippableFact]
    public void AFloodOfConnectionsLeavesEverySlotFree()
    {
        const int Each = 1_500;
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, FewSlots);
        using var client = new NormalClient(server);
        client.AskTimes(10);
        int descriptors = server.CountDescriptors();
        (string Text, bool Resets)[] kinds =
            [("", false), ("", true), ("GET /small.b", false), (RawClient.Request("/large.bin"), true)];
        List<Exception> faults = [];
        List<Thread> threads = [.. kinds.Select(kind => new Thread(() => Flood(kind.Text, kind.Resets)))];
        threads.ForEach(thread => thread.Start());
        client.AskUntil(() => threads.TrueForAll(thread => !thread.IsAlive));
        Assert.Empty(faults);
        client.AskUntil(() => server.CountConnections() <= 1);

        RequireAllFree(server, client, descriptors);
        server.Stop();

        void Flood(string text, bool resets)
        {
            try
            {
                for (int connection = 0; connection < Each; connection++)
                {
                    using Socket socket = Connect(server);
                    socket.Send(System.Text.Encoding.ASCII.GetBytes(text));
                    socket.LingerState = new LingerOption(resets, 0);
                }
            }
            catch (SocketException exception)
            {
                lock (faults)
                {
                    faults.Add(exception);
                }
            }
        }
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.WritePattern("small.bin", SmallLength);
        site.WritePattern("file.bin", FileLength);
        site.WritePattern("large.bin", LargeLength);
        return site;
    }

    private static Socket Connect(ServerProcess server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = LatestMilliseconds,
            SendTimeout = LatestMilliseconds,
        };
        socket.Connect(server.EndPoint);
        return socket;
    }

    private static void AskOnce(Socket socket)
    {
        Span<byte> answer = stackalloc byte[4096];
        socket.Send(System.Text.Encoding.ASCII.GetBytes(RawClient.Request("/small.bin")));
        int length = 0;
        while (length < SmallLength || !answer[..length].EndsWith(Pattern.At(0, SmallLength)))
        {
            int count = socket.Receive(answer[length..]);
            Assert.True(count > 0, "the connection ended before its answer");
            length += count;
        }
    }

    /// <summary>As many clients as there are slots are answered while all of them stay.</summary>
    private static void RequireAllFree(ServerProcess server, NormalClient client, int descriptors)
    {
        client.AskUntil(() => server.CountConnections() <= 1 && server.CountDescriptors() <= descriptors);
        client.Dispose();
        List<RawClient> all = Crowd.Connect(server, Slots);
        Crowd.Ask(all);
        Crowd.Ask(all);
        all.ForEach(one => one.Dispose());
    }

    private static int CountFiles(Process process)
    {
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length;
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }

    private static void RequireOpenFiles(int count)
    {
        // The runtime has raised the limit as far as it may.
        string line = File.ReadLines("/proc/self/limits")
            .First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        string limit = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        Skip.If(limit != "unlimited" && long.Parse(limit, null) < count, $"only {limit} files may be open here");
    }

    /// <summary>Asks on a connection that it keeps and on new ones, and compares each byte.</summary>
    private sealed class NormalClient(ServerProcess server) : IDisposable
    {
        private readonly RawClient _kept = new RawClient(server);
        private int _asked;

        internal void AskTimes(int count)
        {
            for (int time = 0; time < count; time++)
            {
                bool isSmall = _asked++ % 2 == 0;
                (string target, int length) = isSmall ? ("/small.bin", SmallLength) : ("/file.bin", FileLength);
                Require(_kept.Ask(target), length);
                Require(RawClient.Fetch(server, target, fields: "Connection: close\r\n"), length);
            }
        }

        internal void AskUntil(Func<bool> condition)
        {
            var clock = Stopwatch.StartNew();
            do
            {
                Assert.True(clock.ElapsedMilliseconds < LatestMilliseconds, "it did not come to hold");
                AskTimes(1);
            }
            while (!condition());
        }

        public void Dispose()
        {
            _kept.Dispose();
        }

        private static void Require(RawResponse response, int length)
        {
            Assert.Equal(200, response.Status);
            Assert.Equal(length, response.Body.Length);
            Assert.True(Pattern.Matches(0, response.Body));
        }
    }
}
