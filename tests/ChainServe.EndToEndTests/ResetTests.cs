using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Clients that vanish with a reset (SO_LINGER of 0) at every point of a response, with windows so small that
/// most of it is still to come. Whoever is served beside them gets every byte, and nothing of them stays.</summary>
public sealed class ResetTests
{
    private const int LargeLength = 1_000_000;
    private const int Slots = 40;
    private const int Leavers = 16;
    private const int Rounds = 6;
    private const int ClampWindow = 10; // TCP_WINDOW_CLAMP
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> Limits = new Dictionary<string, string>
    {
        ["Limits:ConnectionsPerWorker"] = $"{Slots}",
        ["Limits:ConnectionsPerAddress"] = "1000",
    };

    /// <summary>One chain; a spliced body; ranges that are read in chunks, one and several.</summary>
    [SkippableTheory]
    [InlineData("/file.bin", "")]
    [InlineData("/large.bin", "")]
    [InlineData("/large.bin", "Range: bytes=100000-165000\r\n")]
    [InlineData("/large.bin", "Range: bytes=0-299999,500000-599999,700000-999999\r\n")]
    public void AResetInTheMiddleOfAResponseTakesNothingAlong(string target, string fields)
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 10_000);
        site.WritePattern("long.bin", 200_000);
        site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site, Limits, "--workers", "1");
        RequireEverySlot(server);
        string[] before = Descriptors(server);
        using (var hammer = new Hammer(server))
        {
            for (int round = 0; round < Rounds; round++)
            {
                LeaveInTheMiddle(server, RawClient.Request(target, fields: fields), round);
                RequireThroughSmallWindow(server);
            }

            hammer.AwaitMore(100);
            hammer.Stop();
            Assert.Equal("", hammer.Faults);
        }

        RequireEverySlot(server);
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors(server).SequenceEqual(before), Patience),
            $"{string.Join(' ', Descriptors(server))}; at the start {string.Join(' ', before)}");
        ServerSummary summary = server.Stop();

        // Nobody was left to a deadline: a reset ends what it finds.
        Assert.Equal(0, summary.Timeouts);
    }

    /// <summary>Some leave before the answer, some in its head or body, some with more requests sent.</summary>
    private static void LeaveInTheMiddle(ServerProcess server, string request, int round)
    {
        var clients = new List<RawClient>();
        for (int index = 0; index < Leavers; index++)
        {
            var client = new RawClient(server, receiveBuffer: index % 2 == 0 ? 1 : 65_536);
            if (index % 4 < 2)
            {
                client.Socket.SetRawSocketOption((int)ProtocolType.Tcp, ClampWindow, BitConverter.GetBytes(1));
            }

            client.Send(index % 3 == 0 ? request + request + request : request);
            clients.Add(client);
        }

        byte[] buffer = new byte[64 * 1024];
        for (int index = 0; index < Leavers; index++)
        {
            RawClient client = clients[index];
            int wanted = ((index + round) % 4) switch { 0 => 0, 1 => 1, 2 => 500, _ => 9_000 };
            for (int received = 0; received < wanted;)
            {
                int count = client.Socket.Receive(buffer.AsSpan(0, Math.Min(buffer.Length, wanted - received)));
                Assert.NotEqual(0, count);
                received += count;
            }

            client.Reset();
        }
    }

    private static void RequireThroughSmallWindow(ServerProcess server)
    {
        using var client = new RawClient(server, receiveBuffer: 1);
        client.Socket.SetRawSocketOption((int)ProtocolType.Tcp, ClampWindow, BitConverter.GetBytes(1));
        foreach ((string target, int length) in ((string, int)[])[("/file.bin", 10_000), ("/long.bin", 200_000)])
        {
            RawResponse response = client.Ask(target);
            Assert.Equal(length, response.Body.Length);
            Assert.True(Pattern.Matches(0, response.Body));
        }
    }

    /// <summary>As many clients as there are slots are answered and open at the same time, with bodies from memory and
    /// from pipes.</summary>
    private static void RequireEverySlot(ServerProcess server)
    {
        List<RawClient> clients = Crowd.Connect(server, Slots);
        Crowd.Ask(clients);
        clients.ForEach(client => client.Send(RawClient.Request("/large.bin")));
        clients.ForEach(client => Assert.True(Pattern.Matches(0, client.Read().Body)));
        Crowd.Ask(clients);
        clients.ForEach(client => client.Dispose());
    }

    /// <summary>What each open descriptor is, pipes among them, in order.</summary>
    private static string[] Descriptors(ServerProcess server)
    {
        return [.. Directory.GetFiles($"/proc/{server.ProcessId}/fd")
            .Select(path => new FileInfo(path).LinkTarget ?? "gone")
            .Select(link => link.Split(':')[0])
            .Order(StringComparer.Ordinal)];
    }
}
