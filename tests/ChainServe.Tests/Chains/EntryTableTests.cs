using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>
/// The entries that a worker really submits, decoded, against the tables of ARCHITECTURE.md: S is the connection's
/// socket slot, F its file slot, D a normal descriptor, n a length that the test knows.
/// </summary>
public sealed class EntryTableTests
{
    private static readonly string[] AcceptEntries =
    [
        "Accept listener → S, non-blocking | link",
        "Receive S | select",
    ];

    private static readonly string[] CloseAlone = ["Close S |"];

    [Fact]
    public void AnAcceptChainReportsItsAcceptAndItsReceive()
    {
        using FakeServer server = new FakeServer(connections: 1);
        server.RunUntilQuiet();

        Assert.Equal(AcceptEntries, Decode(server, ChainKind.Accept));
        server.End();
    }

    [Fact]
    public void WithAnAccessLogTheAcceptAsksWhoConnectsAndLinesAreOneWrite()
    {
        using FakeServer server = new FakeServer(connections: 1, logs: true);
        server.Connect("GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(100);
        int length = server.Files.Node(FakeServer.AccessLogPath).Content.Length;

        string[] accept = ["Accept listener → S, address and length, non-blocking | link", AcceptEntries[1]];
        Assert.Equal(accept, Decode(server, ChainKind.Accept));
        Assert.Equal([$"Write D {length} APPEND |"], Decode(server, ChainKind.Log));
        server.End();
    }

    [Fact]
    public void AReceiveBetweenRequestsPollsFirst()
    {
        Assert.Equal(["Receive S | poll first, select"], Entries("checked file", false, ChainKind.Receive));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AResolveStandsAloneUntilItsSend(bool ends)
    {
        string[] expected =
        [
            "OpenAt2 → D, BENEATH NO_MAGICLINKS, NONBLOCK NOCTTY CLOEXEC |",
            "Read D 0+1001 |",
            $"Send S n WAITALL DONTWAIT NOSIGNAL | link, skip",
            ends ? "Close D | hard, skip" : "Close D |",
        ];
        Assert.Equal(WithClose(expected, ends), Entries("resolve", ends));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACheckedFileIsReadOneByteFurtherAndSentInASecondHalf(bool ends)
    {
        string[] expected =
        [
            "OpenAt2 → F, BENEATH NO_MAGICLINKS CACHED, NONBLOCK NOCTTY | link, skip",
            "Read F 0+1001 NOWAIT |",
            "Send S n WAITALL DONTWAIT NOSIGNAL | link, skip",
            ends ? "Close F | hard, skip" : "Close F |",
        ];
        Assert.Equal(WithClose(expected, ends), Entries("checked file", ends));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWholeFileIsOneChainOfItsExactLength(bool ends)
    {
        string[] expected =
        [
            "OpenAt2 → F, BENEATH NO_MAGICLINKS CACHED, NONBLOCK NOCTTY | link, skip",
            "Read F 0+1000 NOWAIT | link, skip",
            "Send S n WAITALL DONTWAIT NOSIGNAL | link, skip",
            ends ? "Close F | hard, skip" : "Close F |",
        ];
        Assert.Equal(WithClose(expected, ends), Entries("whole file", ends));
    }

    [Fact]
    public void AColdChainGoesWithoutCachedAndNoWait()
    {
        FaultScenario scenario = FaultScenario.Named("whole file");
        using FakeServer server = scenario.Start();
        server.Files.Node("/www/small.txt").IsDentryCold = true;
        server.Submitted.Clear();
        server.Connect(scenario.Request(ends: false));
        server.RunUntilQuiet();

        string[] cold =
        [
            "OpenAt2 → F, BENEATH NO_MAGICLINKS, NONBLOCK NOCTTY | link, skip",
            "Read F 0+1000 | link, skip",
            "Send S n WAITALL DONTWAIT NOSIGNAL | link, skip",
            "Close F |",
        ];
        Assert.Equal(cold, Decode(server, ChainKind.File)[4..]);
        Assert.Equal(1, server.Counters.ColdRetries);
        server.End();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALargeFileIsThreeChainsFromOneDescriptor(bool ends)
    {
        const string Next = " | link, skip";
        List<string> expected = ["FilesUpdate D → F" + Next, "Close D" + Next];
        for (int chunk = 0; chunk < 9; chunk++)
        {
            string send = chunk == 0 ? "Send S n WAITALL DONTWAIT NOSIGNAL" : "Send S 65536 WAITALL DONTWAIT NOSIGNAL";
            expected.Add($"Read F {chunk * 65536}+65536{Next}");
            expected.Add(send + (chunk is 3 or 7 ? " |" : Next));
        }

        expected.Add($"Read F {9 * 65536}+100{Next}");
        expected.Add("Send S 100 WAITALL DONTWAIT NOSIGNAL | link, skip");
        expected.Add("Close F |");

        // A body of more than one chain does not close its socket: a drain follows.
        Assert.Equal(expected, Entries("chunks", ends));
        Assert.Equal(ends ? ["Shutdown S write |"] : [], Entries("chunks", ends, ChainKind.Close));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ABodyOfOneChainMayEndItsConnection(bool ends)
    {
        const string Next = " | link, skip";
        string[] expected =
        [
            "FilesUpdate D → F" + Next, "Close D" + Next,
            "Read F 0+65536" + Next, "Send S n WAITALL DONTWAIT NOSIGNAL" + Next,
            "Read F 65536+65536" + Next, "Send S 65536 WAITALL DONTWAIT NOSIGNAL" + Next,
            "Read F 131072+65536" + Next, "Send S 65536 WAITALL DONTWAIT NOSIGNAL" + Next,
            "Read F 196608+3392" + Next, "Send S n WAITALL DONTWAIT NOSIGNAL | link, skip",
            ends ? "Close F | hard, skip" : "Close F |",
        ];
        Assert.Equal(WithClose(expected, ends), Entries("one chain of chunks", ends));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALongBodyIsAGateAndASpliceForEachPipeFromOneDescriptor(bool ends)
    {
        const string Next = " | link, skip";
        List<string> expected =
        [
            "PollAdd S Out |",
            "FilesUpdate D → F" + Next, "Close D" + Next, "Send S n WAITALL DONTWAIT NOSIGNAL MORE" + Next,
        ];
        for (int chain = 0; chain < 9; chain++)
        {
            expected.Add($"Splice F {chain * 65536}+65536 → D NONBLOCK{Next}");
            expected.Add("Splice D 65536 → S NONBLOCK |");
            expected.Add("PollAdd S Out |");
        }

        expected.Add($"Splice F {9 * 65536}+100 → D NONBLOCK{Next}");
        expected.Add("Splice D 100 → S NONBLOCK" + Next);
        expected.Add("Close F |");
        Assert.Equal(expected, Entries("splices", ends, ChainKind.Gate, ChainKind.Splice));
        Assert.Equal(ends ? ["Shutdown S write |"] : [], Entries("splices", ends, ChainKind.Close));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASplicedBodyOfOneChainMayEndItsConnection(bool ends)
    {
        const string Next = " | link, skip";
        string[] expected =
        [
            "PollAdd S Out |",
            "FilesUpdate D → F" + Next, "Close D" + Next, "Send S n WAITALL DONTWAIT NOSIGNAL MORE" + Next,
            "Splice F 100+100000 → D NONBLOCK" + Next, "Splice D 100000 → S NONBLOCK" + Next,
            ends ? "Close F | hard, skip" : "Close F |",
        ];
        Assert.Equal(
            WithClose(expected, ends), Entries("one splice", ends, ChainKind.Gate, ChainKind.Splice));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACannedAnswerIsASendAndTheCloseOfItsSocket(bool ends)
    {
        string[] expected = ["Send S n WAITALL DONTWAIT NOSIGNAL |" + (ends ? " link, skip" : "")];
        Assert.Equal(WithClose(expected, ends), Entries("canned", ends));
    }

    [Theory]
    [InlineData("checked file")]
    [InlineData("whole file")]
    [InlineData("resolve")]
    [InlineData("one chain of chunks")]
    [InlineData("one splice")]
    [InlineData("canned")]
    public void AResponseThatEndsItsConnectionSubmitsNoOtherClose(string chain)
    {
        Assert.Equal([], Entries(chain, true, ChainKind.Close));
        Assert.Equal([], Entries(chain, true, ChainKind.Receive));
    }

    [Fact]
    public void AConnectionThatTheClientEndedIsClosedByOneEntry()
    {
        using FakeServer server = FaultScenario.Named("canned").Start();
        FakeClient client = server.Connect("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        server.Submitted.Clear();
        client.Close();
        server.RunUntilQuiet();

        Assert.Equal(CloseAlone, Decode(server, ChainKind.Close));
        server.End();
    }

    [Fact]
    public void ABrokenBodyIsClosedWithItsReceiveAndItsFile()
    {
        FaultScenario scenario = FaultScenario.Named("chunks");
        using FakeServer server = scenario.Start();
        server.Faults.Add(ChainKind.Chunk, (byte)ChunkChain.Step.Read, 2, Errno.EIO);
        server.Submitted.Clear();
        server.Connect(scenario.Request(ends: false));
        server.RunUntilQuiet();

        string[] expected = ["AsyncCancel Receive 0, None | hard, skip", "Close F | hard, skip", "Close S |"];
        Assert.Equal(expected, Decode(server, ChainKind.Close));
        server.End();
    }

    [Fact]
    public void AnEndWithUnreadBytesIsShutDownFirst()
    {
        using FakeServer server = FaultScenario.Named("canned").Start();
        server.Submitted.Clear();
        FakeClient client = server.Connect("no request\r\n\r\n");
        server.RunUntilQuiet();
        client.Shutdown();
        server.RunUntilQuiet();

        Assert.Equal(["Shutdown S write |", "Close S |"], Decode(server, ChainKind.Close));
        server.End();
    }

    private static string[] WithClose(string[] entries, bool ends)
    {
        return ends ? [.. entries, .. CloseAlone] : entries;
    }

    private static string[] Entries(string chain, bool ends, params ChainKind[] kinds)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        using FakeServer server = scenario.Start();
        server.Submitted.Clear();
        server.Connect(scenario.Request(ends));
        server.RunUntilQuiet();
        string[] entries = Decode(server, kinds.Length == 0 ? [scenario.Kind] : kinds);
        server.End();
        return entries;
    }

    private static string[] Decode(FakeServer server, params ChainKind[] kinds)
    {
        return server.Submitted.Where(entry => kinds.Contains(new UserData(entry.UserData).Kind))
            .Select(EntryText.Of).ToArray();
    }
}
