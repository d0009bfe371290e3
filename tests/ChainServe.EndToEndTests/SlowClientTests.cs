using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Clients that take a connection and give nothing: each ends at its deadline, and nobody else notices.
/// </summary>
[Collection(Alone.Name)]
public sealed class SlowClientTests
{
    private const int DeadlineMilliseconds = 1500;

    // Deadlines are swept a few times a second, and the machine is shared.
    private const int LatestMilliseconds = 15_000;
    private const int LargeLength = 100 << 20;
    private const string SendMilliseconds = "Timeouts:SendMilliseconds";

    private static readonly Dictionary<string, string> ShortTimeouts = new()
    {
        ["Timeouts:HeadMilliseconds"] = $"{DeadlineMilliseconds}",
        [SendMilliseconds] = $"{DeadlineMilliseconds}",
        ["Timeouts:KeepAliveMilliseconds"] = $"{DeadlineMilliseconds}",
        ["Timeouts:DrainMilliseconds"] = "500",
    };

    [SkippableFact]
    public void ASilentClientEndsAtItsDeadline()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, ShortTimeouts);
        var clock = Stopwatch.StartNew();
        using var client = new RawClient(server);
        client.RequireEnd();
        RequireDeadline(clock);
        server.Stop();
    }

    /// <summary>The deadline is the head's: bytes do not move it.</summary>
    [SkippableFact]
    public void AByteNowAndThenBuysNoTime()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, ShortTimeouts);
        using var client = new RawClient(server);
        var clock = Stopwatch.StartNew();
        foreach (char letter in RawClient.Request("/a-path-that-is-not-finished-in-time"))
        {
            if (client.Socket.Poll(300_000, SelectMode.SelectRead))
            {
                break;
            }

            client.Send($"{letter}");
        }

        RawResponse response = client.Read();
        Assert.Equal(408, response.Status);
        Assert.True(response.Closes);
        RequireDeadline(clock);
        client.RequireEnd();
        Assert.Equal(0, server.Stop().Requests);
    }

    [SkippableFact]
    public void ABodyThatNeverComesEndsAtItsDeadline()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, ShortTimeouts);
        using var client = new RawClient(server);
        var clock = Stopwatch.StartNew();
        client.Send(RawClient.Request("/", "POST", "Content-Length: 100\r\n") + "only some");
        Assert.Equal(405, client.Read().Status);
        client.RequireEnd();
        RequireDeadline(clock);
        server.Stop();
    }

    [SkippableFact]
    public void AClientThatNeverReadsEndsAtItsDeadline()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);

        // The other client may pause as long as the machine does.
        var settings = new Dictionary<string, string> { [SendMilliseconds] = $"{DeadlineMilliseconds}" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server, receiveBuffer: 65536);
        int before = CountOpenFiles(server, "large.bin");
        client.Send(RawClient.Request("/large.bin"));
        var clock = Stopwatch.StartNew();
        using (var other = new RawClient(server))
        {
            while (clock.ElapsedMilliseconds < DeadlineMilliseconds - 500)
            {
                Assert.Equal(404, other.Ask("/missing").Status);
                Thread.Sleep(50);
            }
        }

        // What a client takes is measured from one deadline to the next.
        Thread.Sleep(3 * DeadlineMilliseconds);
        Assert.InRange(client.ReadToReset(), 1, LargeLength - 1);

        // Nor does the kernel keep for minutes what it did not take.
        Assert.Equal(0, server.CountConnections("04"));
        Assert.Equal(before, CountOpenFiles(server, "large.bin"));
        Assert.True(server.Stop().Timeouts > 0);
    }

    /// <summary>A client that reads slowly, but reads, makes progress, and is served to its end.</summary>
    [SkippableFact]
    public void AClientThatReadsSlowlyGetsItsFile()
    {
        const int Length = 4 << 20;
        using var site = new TemporarySite();
        site.WritePattern("file.bin", Length);
        var settings = new Dictionary<string, string> { [SendMilliseconds] = "5000" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/file.bin"));
        Assert.Equal(Length, client.ReadHead().ContentLength);
        long next = 0;
        client.ReadBody(Length, (offset, bytes) =>
        {
            Assert.True(Pattern.Matches(offset, bytes));
            if (offset >= next)
            {
                next += Length / 32;
                Thread.Sleep(250);
            }
        });
        server.Stop();
    }

    /// <summary>A splice runs in a kernel worker, and one that waited for its client would hold it.</summary>
    [SkippableFact]
    public void ClientsThatStopReadingHoldNoKernelWorker()
    {
        const int Stalled = 300;
        const int WorkersMax = 8;
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--workers", "1");
        List<Socket> clients = [];
        Connect(server, clients, Stalled, RawClient.Request("/large.bin"));
        using var reader = new RawClient(server);
        reader.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, reader.ReadHead().ContentLength);
        int workersMax = 0;
        reader.ReadBody(LargeLength, (offset, bytes) =>
        {
            Assert.True(Pattern.Matches(offset, bytes));
            workersMax = Math.Max(workersMax, server.CountKernelWorkers());
        });

        Assert.InRange(workersMax, 1, WorkersMax);
        clients.ForEach(client => client.Dispose());
        server.Stop();
    }

    [SkippableFact]
    public void AClientThatShutDownItsSideAndReadsLateGetsTheWholeFile()
    {
        const int Length = 16 << 20;
        using var site = new TemporarySite();
        site.WritePattern("file.bin", Length);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/file.bin"));
        client.ShutdownSend();
        Thread.Sleep(500);
        Assert.Equal(Length, client.ReadHead().ContentLength);
        client.ReadBody(Length, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        client.RequireEnd();
        server.Stop();
    }

    [SkippableFact]
    public void AThousandOfEachLeaveOthersAndTheServerUnharmed()
    {
        const int Each = 1000;
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        site.Write("index.html", "index");
        using ServerProcess server = ServerProcess.Start(site, ShortTimeouts);
        Assert.Equal("index", RawClient.Fetch(server, "/").Text);
        int descriptors = server.CountDescriptors();
        List<Socket> clients = [];
        try
        {
            Connect(server, clients, Each, "");
            Connect(server, clients, Each, "GET /slow");
            Connect(server, clients, Each, RawClient.Request("/large.bin"));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            Skip.If(clients.Count < 100, $"only {clients.Count} sockets may be open here");
        }

        var clock = Stopwatch.StartNew();
        int served = 0;
        while (clock.ElapsedMilliseconds < 3 * DeadlineMilliseconds)
        {
            Assert.Equal("index", RawClient.Fetch(server, "/").Text);
            served++;
            foreach (Socket slow in clients.Skip(Each).Take(Each))
            {
                TrySend(slow);
            }
        }

        Assert.True(served > 5, $"{served} requests were answered meanwhile");
        foreach (Socket client in clients)
        {
            RequireEnd(client);
        }

        // Every slot is back: as many clients as before are served at once.
        List<RawClient> burst = [];
        for (int index = 0; index < Each; index++)
        {
            burst.Add(new RawClient(server));
            burst[index].Send(RawClient.Request("/"));
        }

        burst.ForEach(client => Assert.Equal("index", client.Read().Text));
        burst.ForEach(client => client.Dispose());
        Assert.True(SpinWait.SpinUntil(() => server.CountDescriptors() <= descriptors + 2, LatestMilliseconds));
        Assert.Equal(0, CountOpenFiles(server, "large.bin"));
        server.Stop();
    }

    private static void Connect(ServerProcess server, List<Socket> clients, int count, string text)
    {
        for (int index = 0; index < count; index++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveBufferSize = 4096,
                ReceiveTimeout = LatestMilliseconds,
                Blocking = true,
            };
            clients.Add(socket);
            socket.Connect(server.EndPoint);
            if (text.Length > 0)
            {
                socket.Send(System.Text.Encoding.ASCII.GetBytes(text));
            }
        }
    }

    private static void TrySend(Socket socket)
    {
        try
        {
            socket.Send("x"u8);
        }
        catch (SocketException)
        {
            // The server has ended it, as it should.
        }
    }

    private static void RequireEnd(Socket socket)
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static void RequireDeadline(Stopwatch clock)
    {
        Assert.InRange(clock.ElapsedMilliseconds, DeadlineMilliseconds * 2 / 3, LatestMilliseconds);
    }

    private static int CountOpenFiles(ServerProcess server, string name)
    {
        return Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd")
            .Count(entry => new FileInfo(entry).LinkTarget?.EndsWith(name, StringComparison.Ordinal) ?? false);
    }
}
