using System.Linq;
using ChainServe.Chains;
using ChainServe.Tests.Chains;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Clients that take a response in small pieces: no send waits for them in the kernel, and what one left over
/// is sent when there is room.</summary>
public sealed class ResumedResponseTests
{
    public static TheoryData<string, bool, bool> Responses()
    {
        TheoryData<string, bool, bool> rows = [];
        string[] chains =
        [
            "checked file", "checked range", "whole file", "resolve", "chunks", "one chain of chunks", "several ranges",
            "many pieces", "hot file", "canned", "splices", "one splice",
        ];
        foreach (string chain in chains)
        {
            rows.Add(chain, false, false);
            rows.Add(chain, false, true);
            rows.Add(chain, true, false);
            rows.Add(chain, true, true);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void AResponseThatIsTakenInPiecesIsWholeAndNoSendOfItWaits(string chain, bool ends, bool isHalfClosed)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        byte[] expected = scenario.Expected(ends);
        using FakeServer server = scenario.Start();
        server.Submitted.Clear();
        FakeClient client = Ask(server, scenario.Request(ends), bytesPerMillisecond: 400, isHalfClosed);
        server.Pass(6_000);

        Assert.Equal(ResponseReader.WithoutDate(expected), ResponseReader.WithoutDate(client.ReceivedBytes));
        Assert.True(client.IsFinished || !(ends || isHalfClosed));
        Assert.False(client.IsReset);
        Assert.True(server.Counters.ShortSends + server.Counters.ShortSplices > 0);
        MessageFlags[] flags = server.Submitted.Where(entry => entry.Opcode is Opcode.Send or Opcode.SendMessage)
            .Select(entry => (MessageFlags)entry.OperationFlags & ~MessageFlags.More).Distinct().ToArray();
        Assert.Equal([MessageFlags.WaitAll | MessageFlags.DontWait | MessageFlags.NoSignal], flags);
        server.End();
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void AClientThatTakesNothingIsResetAtTheDeadlineAndAskedSeldomUntilThen(
        string chain,
        bool ends,
        bool isHalfClosed)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        using FakeServer server = scenario.Start();
        server.Submitted.Clear();
        FakeClient client = Ask(server, scenario.Request(ends), bytesPerMillisecond: 0, isHalfClosed);
        server.Pass(server.Options.Timeouts.SendMilliseconds - 500);
        Assert.False(client.IsClosedByServer);
        server.Pass(1_500);

        Assert.True(client.IsClosedByServer);
        Assert.True(client.IsReset);
        Assert.Equal(1, server.Counters.Timeouts);
        int gates = server.Submitted.Count(entry => new UserData(entry.UserData).Kind == ChainKind.Gate);
        Assert.InRange(gates, 1, isHalfClosed ? 80 : 4);
        server.End();
    }

    [Theory]
    [InlineData("checked file", 100)]
    [InlineData("whole file", 100)]
    [InlineData("resolve", 100)]
    [InlineData("one chain of chunks", 100)]
    [InlineData("hot file", 100)]
    [InlineData("canned", 100)]
    [InlineData("one splice", 100)]
    [InlineData("splices of one chain's bytes", 70_000)]
    public void AStrayByteWhileAResponseWaitsDoesNotResetItsLastBytes(string chain, int bufferLength)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        byte[] expected = scenario.Expected(ends: true);
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(
            server, scenario.Request(ends: true), bytesPerMillisecond: 0, bufferLength: bufferLength);
        server.Pass(10);
        client.Send("\r\n");
        client.ReadBytesPerMillisecond = 400;
        server.Pass(4_000);

        Assert.Equal(ResponseReader.WithoutDate(expected), ResponseReader.WithoutDate(client.ReceivedBytes));
        Assert.True(client.IsFinished);
        Assert.False(client.IsReset);
        server.End();
    }

    [Theory]
    [InlineData("chunks")]
    [InlineData("many pieces")]
    public void AClientThatTakesLessThanAChainInItsTimeBuysNoTimeByWhatItTakes(string chain)
    {
        // A chain of 256 KiB has 5 s; this one takes 64 KiB in four.
        FaultScenario scenario = FaultScenario.Named(chain);
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(
            server, scenario.Request(ends: false), bytesPerMillisecond: 16, bufferLength: 20_000);
        server.Pass(8_000);

        Assert.True(client.IsReset);
        Assert.Equal(1, server.Counters.Timeouts);
        server.End();
    }

    [Theory]
    [InlineData("chunks", 100)]
    [InlineData("chunks", 160_000)]
    [InlineData("many pieces", 100)]
    [InlineData("many pieces", 160_000)]
    public void AClientThatTakesAChainInItsTimeGetsAllHoweverItsChainsBreak(string chain, int bufferLength)
    {
        // 256 KiB in less than five seconds.
        FaultScenario scenario = FaultScenario.Named(chain);
        byte[] expected = scenario.Expected(ends: false);
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(
            server, scenario.Request(ends: false), bytesPerMillisecond: 58, bufferLength: bufferLength);
        server.Pass(12_000);

        Assert.Equal(ResponseReader.WithoutDate(expected), ResponseReader.WithoutDate(client.ReceivedBytes));
        server.End();
    }

    [Fact]
    public void AChainThatBreaksBehindAsMuchAsItsDeadlineWasForBuysTheNextDeadline()
    {
        const int Room = 150_000;
        FaultScenario scenario = FaultScenario.Named("chunks");
        byte[] expected = scenario.Expected(ends: false);
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(server, scenario.Request(ends: false), bytesPerMillisecond: 0, bufferLength: Room);
        server.Pass(4_000);

        // Takes it all at once. The next chain begins at 192 KiB, and breaks behind 256.
        client.ReadBytesPerMillisecond = Room;
        server.Pass(1);
        client.ReadBytesPerMillisecond = 0;
        server.Pass(3_000);
        Assert.False(client.IsReset);
        client.ReadBytesPerMillisecond = 1_000;
        server.Pass(1_000);

        Assert.Equal(ResponseReader.WithoutDate(expected), ResponseReader.WithoutDate(client.ReceivedBytes));
        server.End();
    }

    [Theory]
    [InlineData("checked file")]
    [InlineData("resolve")]
    [InlineData("chunks")]
    [InlineData("hot file")]
    public void AClientThatLeavesWhileItsResponseWaitsLeavesNothing(string chain)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(server, scenario.Request(ends: false), bytesPerMillisecond: 0);
        server.RunUntilQuiet();
        client.Reset();
        server.Pass(100);

        Assert.Equal(200, server.Get("/small.txt").Status);
        server.End();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ResponsesThatWaitForTheirClientsEndWithTheGracePeriod(bool isHalfClosed)
    {
        FaultScenario scenario = FaultScenario.Named("hot file");
        using FakeServer server = scenario.Start();
        FakeClient client = Ask(server, scenario.Request(ends: false), bytesPerMillisecond: 0, isHalfClosed);
        server.Pass(50);
        server.Stop();

        Assert.True(client.IsClosedByServer);
        server.End();
    }

    private static FakeClient Ask(
        FakeServer server,
        string request,
        int bytesPerMillisecond,
        bool isHalfClosed = false,
        int bufferLength = 100)
    {
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = bufferLength;
        client.ReadBytesPerMillisecond = bytesPerMillisecond;
        client.Send(request);
        if (isHalfClosed)
        {
            client.Shutdown();
        }

        return client;
    }
}
