using System.Collections.Generic;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>A cancel names what it ends. One that names a slot makes the kernel look at all that waits in the ring:
/// with thousands of connections that takes a third of a millisecond, and thousands of deadlines at once took seconds.
/// </summary>
public sealed class CancelTests
{
    /// <summary>The number is how many bytes the client's socket takes: the step that waits is another one with it.
    /// </summary>
    [Theory]
    [InlineData("checked file", 100)]
    [InlineData("whole file", 100)]
    [InlineData("resolve", 100)]
    [InlineData("canned", 10)]
    [InlineData("chunks", 100)]
    [InlineData("chunks", 100_000)]
    [InlineData("chunks", 250_000)]
    [InlineData("chunks", FaultScenario.LargeLength)]
    [InlineData("one chain of chunks", 190_000)]
    [InlineData("one splice", 10)]
    [InlineData("splices", 100)]
    [InlineData("splices", 100_000)]
    [InlineData("splices", FaultScenario.LargeLength)]
    public void ADeadlineFindsAResponseWithoutASearch(string name, int taken)
    {
        FaultScenario scenario = FaultScenario.Named(name);
        using FakeServer server = scenario.Start();
        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = taken;
        client.Send(scenario.Request(ends: false));
        server.RunUntilQuiet();
        server.Submitted.Clear();
        server.Pass(3L * server.Options.Timeouts.SendMilliseconds);

        Assert.True(client.IsClosedByServer);
        Assert.True(client.IsReset);
        RequireNoSearch(server);
        server.End();
    }

    /// <summary>It waits for its turn behind others that a disk holds, and a cancel takes it out of the queue. What
    /// that says is not the file's fault, and begins nothing anew.</summary>
    [Theory]
    [InlineData("checked file", "Read")]
    [InlineData("whole file", "Open")]
    [InlineData("whole file", "Read")]
    [InlineData("chunks", "Read")]
    [InlineData("one splice", "In")]
    [InlineData("splices", "In")]
    [InlineData("splices", "Out")]
    [InlineData("one splice", "OutOfBody")]
    public void ADeadlineEndsAStepThatWaitsForItsTurn(string name, string step)
    {
        FaultScenario scenario = FaultScenario.Named(name);
        using FakeServer server = scenario.Start();
        server.Faults.Add(scenario.Kind, scenario.Step(step), 1, static _ => Fault.Hang());
        long changed = server.Counters.ChangedFiles;
        long errors = server.Counters.FileErrors;
        long resolves = server.Counters.Resolves;
        FakeClient client = server.Connect(scenario.Request(ends: false));
        server.RunUntilQuiet();
        long own = server.Counters.Resolves - resolves;
        server.Pass(server.Options.Timeouts.SendMilliseconds + 2_000);

        Assert.Equal(0, server.Faults.PendingCount);
        Assert.True(client.IsClosedByServer);
        Assert.Equal(scenario.Kind is ChainKind.Chunk or ChainKind.Splice, client.IsReset);
        Assert.Equal(1, server.Counters.Timeouts);
        Assert.Equal(changed, server.Counters.ChangedFiles);
        Assert.Equal(errors, server.Counters.FileErrors);
        Assert.Equal(resolves + own, server.Counters.Resolves);
        server.End();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /sm")]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /sm")]
    [InlineData("POST /small.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1")]
    [InlineData("no request\r\n\r\n")]
    public void ADeadlineFindsAReceiveWithoutASearch(string text)
    {
        using FakeServer server = FaultScenario.Named("receive").Start();
        FakeClient client = server.Connect(text);
        server.RunUntilQuiet();
        server.Submitted.Clear();
        server.Pass(10_000);

        Assert.True(client.IsClosedByServer);
        RequireNoSearch(server);
        server.End();
    }

    private static void RequireNoSearch(FakeServer server)
    {
        List<SubmissionQueueEntry> cancels =
            [.. server.Submitted.Where(static entry => entry.Opcode == Opcode.AsyncCancel)];
        Assert.NotEmpty(cancels);
        Assert.All(cancels, static entry => Assert.Equal(0u, entry.OperationFlags));
        Assert.All(cancels, static entry => Assert.NotEqual(ChainKind.None, new UserData(entry.Address).Kind));
    }
}
