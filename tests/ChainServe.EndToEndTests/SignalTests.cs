using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A first signal lets responses in flight finish within the grace period, a second one ends at once.
/// </summary>
public sealed class SignalTests
{
    private const int LargeLength = 100 << 20;
    private const int InterruptNumber = 2;

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void AResponseInFlightFinishesAfterASignal(string signal)
    {
        // The server inherits it, and the runtime leaves it so: a command that a shell put into the background.
        Skip.If(
            signal == "INT" && IsIgnored(InterruptNumber),
            "SIGINT is ignored in the process of the tests, and so it is in every process that they start");
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "60");
        using var idle = new RawClient(server);
        Assert.Equal(404, idle.Ask("/missing").Status);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        server.Signal(signal);

        // The idle connection ends at once, which also says that the signal has arrived.
        idle.RequireEnd();
        Assert.False(server.HasExited);
        client.ReadBody(LargeLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        client.RequireEnd();
        Assert.Equal(0, server.WaitForExit());
        Assert.Equal(0, ServerSummary.Parse(server.Error).Unexpected);
    }

    /// <summary>Who has connected before the listener is closed is answered; the idle connection ends at about that
    /// time.</summary>
    [SkippableFact]
    public void NobodyIsServedAfterASignal()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "2", "--workers", "1");
        using var idle = new RawClient(server);
        Assert.Equal(404, idle.Ask("/missing").Status);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        server.Signal("TERM");
        idle.RequireEnd();
        Assert.True(SpinWait.SpinUntil(() => !IsServed(server), 30_000), "clients are still served");
        Assert.False(IsServed(server));
        Assert.Equal(0, server.WaitForExit());
    }

    [SkippableFact]
    public void EveryWorkerStopsAcceptingWhileAResponseIsInFlight()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "600", "--workers", "2");
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        server.Signal("TERM");
        Assert.True(SpinWait.SpinUntil(() => !IsServed(server), 30_000), "clients are still served");
        Assert.False(IsServed(server));
        Assert.False(server.HasExited);
        client.ReadBody(LargeLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        Assert.Equal(0, server.WaitForExit());
    }

    [SkippableFact]
    public void TheEndOfTheGracePeriodCutsResponsesOff()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "0.5");
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        server.Signal("TERM");
        Assert.Equal(0, server.WaitForExit());
        Assert.Contains("grace period is over", server.Error, StringComparison.Ordinal);
        long received = client.ReadToEnd((offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)), out _);
        Assert.InRange(received, 0, LargeLength - 1);
    }

    [SkippableFact]
    public void ASecondSignalEndsAtOnce()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "600");
        using var idle = new RawClient(server);
        Assert.Equal(404, idle.Ask("/missing").Status);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        server.Signal("TERM");
        idle.RequireEnd();

        // One that comes within half a second is the first one once more.
        Thread.Sleep(600);
        server.Signal("TERM");
        Assert.Equal(2, server.WaitForExit());
        Assert.Contains("second signal", server.Error, StringComparison.Ordinal);
    }

    /// <summary>timeout(1) and npm send a signal to the process and to its group.</summary>
    [SkippableFact]
    public void ASignalThatComesTwiceCutsNothingOff()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, "--grace-period", "600");
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        string twice = $"kill -TERM {server.ProcessId}; kill -INT {server.ProcessId}; kill -TERM {server.ProcessId}";
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", twice));
        client.ReadBody(LargeLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        Assert.Equal(0, server.WaitForExit());
    }

    /// <summary>The kernel holds a killed server's accepts for a moment; the next server waits for that.</summary>
    [SkippableFact]
    public void AKilledServerIsReplacedOnTheSamePort()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "index");
        ServerProcess first = ServerProcess.Start(site);
        int port = first.Port;
        using (var client = new RawClient(first))
        {
            Assert.Equal("index", client.Ask("/").Text);
            first.Signal("KILL");
            first.WaitForExit();
            first.Dispose();
            using ServerProcess second = ServerProcess.Start(site, "--port", $"{port}");
            Assert.Equal("index", RawClient.Fetch(second, "/").Text);
            second.Stop();
        }
    }

    /// <summary>A stop in the middle of many short requests: each client gets whole answers, then an end.</summary>
    [SkippableFact]
    public void AStopUnderLoadGivesWholeAnswers()
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 10_000);
        using ServerProcess server = ServerProcess.Start(site);
        var threads = new List<Thread>();
        int answers = 0;
        int faults = 0;
        for (int index = 0; index < 16; index++)
        {
            var thread = new Thread(() => RequestUntilEnd(server, ref answers, ref faults));
            thread.Start();
            threads.Add(thread);
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref answers) > 2000);
        ServerSummary summary = server.Stop();
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, faults);
        Assert.InRange(summary.Requests, answers, answers + 16);
    }

    private static bool IsIgnored(int signal)
    {
        string line = File.ReadLines("/proc/self/status")
            .First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line[7..].Trim(), 16) & (1UL << (signal - 1))) != 0;
    }

    private static bool IsServed(ServerProcess server)
    {
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        late.ReceiveTimeout = 30_000;
        try
        {
            late.Connect(server.EndPoint);
            late.Send("GET / HTTP/1.0\r\n\r\n"u8);
            return late.Receive(new byte[1]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void RequestUntilEnd(ServerProcess server, ref int answers, ref int faults)
    {
        try
        {
            using var client = new RawClient(server);
            while (true)
            {
                RawResponse response = client.Ask("/file.bin");
                bool isWhole = response.Status == 200 && Pattern.Matches(0, response.Body);
                Interlocked.Add(ref faults, isWhole ? 0 : 1);
                Interlocked.Increment(ref answers);
            }
        }
        catch (EndOfStreamException exception)
        {
            // Between two answers, and never within one.
            bool isBetween = exception.Message.Contains("after 0 bytes of a head", StringComparison.Ordinal);
            Interlocked.Add(ref faults, isBetween ? 0 : 1);
        }
        catch (SocketException)
        {
            // The request met the close: a reset, or a broken pipe.
        }
    }
}
