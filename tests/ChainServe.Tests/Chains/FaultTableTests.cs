using System;
using ChainServe.Chains;
using ChainServe.Tests.Simulation;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>
/// Every chain kind × every step × every error class that the step can meet. In each row: the completions that the
/// chain rule promises and no others, the right answer or none, a worker that serves the next client, and nothing left
/// behind. Outcomes:
/// <code>
/// same     the whole right response, and the connection goes on (or ends) as the head says
/// cut      a prefix of the right response that is not the whole of it, then the end of the connection
/// whole    the whole right response, then the end of the connection
/// 404 …    another whole response with this status; the connection goes on (or ends) as asked
/// </code>
/// </summary>
public sealed class FaultTableTests
{
    [Theory]
    [MemberData(nameof(FaultTable.Rows), MemberType = typeof(FaultTable))]
    public void AFaultAtAStepHasItsOutcomeAndLeavesNothing(
        string chain,
        string form,
        string step,
        int nth,
        string fault,
        string outcome)
    {
        bool ends = form == "ends";
        FaultScenario scenario = FaultScenario.Named(chain);
        byte[] expected = scenario.Expected(ends);
        using FakeServer server = scenario.Start();
        server.Faults.Add(scenario.Kind, scenario.Step(step), nth, entry => FaultRow.FaultOf(fault, entry));
        FakeClient client = server.Connect(scenario.Request(ends));
        server.RunUntilQuiet();
        const long Pauses = 1_000;
        server.Pass(fault == "hang" ? server.Options.Timeouts.SendMilliseconds + 1_000 : Pauses);

        Assert.Equal(0, server.Faults.PendingCount);
        AssertOutcome(server, client, outcome, expected, ends);
        AssertServesOthers(server);
        server.End();
    }

    [Theory]
    [MemberData(nameof(FaultTable.AcceptRows), MemberType = typeof(FaultTable))]
    public void AnAcceptThatFailsDelaysItsClientAtMost(string error, int connections, bool pauses)
    {
        FaultScenario scenario = FaultScenario.Named("accept");
        byte[] expected = scenario.Expected(ends: false);
        using FakeServer server = scenario.Start(connections);
        server.FailAccept(FaultRow.ErrnoOf(error));
        FakeClient client = server.Connect(scenario.Request(ends: false));
        server.RunUntilQuiet();
        bool waits = client.ReceivedBytes.Length == 0;
        server.Pass(300);

        AssertSame(expected, client);
        Assert.Equal(pauses && connections == 1, waits);
        Assert.Equal(error == "unlisted" ? 1 : 0, server.Counters.Unexpected);
        client.Close();
        AssertServesOthers(server);
        server.End();
    }

    [Theory]
    [MemberData(nameof(FaultTable.KeepAliveReceiveRows), MemberType = typeof(FaultTable))]
    public void AFaultOfALaterReceiveHasItsOutcomeAndLeavesNothing(string fault, string outcome)
    {
        FaultScenario scenario = FaultScenario.Named("receive");
        byte[] expected = scenario.Expected(ends: false);
        using FakeServer server = scenario.Start();
        server.Faults.Add(ChainKind.Receive, 0, 1, entry => FaultRow.FaultOf(fault, entry));
        FakeClient client = server.Connect(scenario.Request(ends: false));
        server.RunUntilQuiet();
        client.Send(scenario.Request(ends: false));
        server.RunUntilQuiet();
        server.Pass(fault == "hang" ? server.Options.Timeouts.KeepAliveMilliseconds + 1_000 : 0);

        Assert.Equal(0, server.Faults.PendingCount);
        byte[] received = client.ReceivedBytes;
        Assert.True(received.Length >= expected.Length, "the first response is complete");
        Assert.Equal(
            ResponseReader.WithoutDate(expected),
            ResponseReader.WithoutDate(received.AsSpan(0, expected.Length)));
        Assert.Equal(outcome == "same" ? 2 * expected.Length : expected.Length, received.Length);
        Assert.Equal(outcome == "closed", client.IsClosedByServer);
        AssertServesOthers(server);
        server.End();
    }

    private static void AssertOutcome(FakeServer server, FakeClient client, string outcome, byte[] expected, bool ends)
    {
        byte[] received = client.ReceivedBytes;
        switch (outcome)
        {
            case "same":
                AssertSame(expected, client);
                Assert.Equal(ends, client.IsClosedByServer);
                Assert.False(client.IsReset);
                break;
            case "whole":
                AssertSame(expected, client);
                Assert.True(client.IsClosedByServer);
                break;
            case "cut":
                Assert.True(received.Length < expected.Length, "a response that was cut is not complete");
                Assert.Equal(
                    ResponseReader.WithoutDate(expected.AsSpan(0, received.Length)),
                    ResponseReader.WithoutDate(received));
                Assert.True(client.IsClosedByServer);
                break;
            default:
                Response response = ResponseReader.Single(received);
                Assert.Equal(outcome, $"{response.Status}");
                Assert.Equal(!ends, response.GoesOn);
                Assert.Equal(ends, client.IsClosedByServer);
                break;
        }

        if (!client.IsClosedByServer)
        {
            client.Send("GET /other.txt HTTP/1.1\r\nHost: a\r\n\r\n");
            server.RunUntilQuiet();
            Response next = ResponseReader.Single(client.ReceivedBytes.AsSpan(received.Length));
            Assert.Equal((200, 500), (next.Status, next.Body.Length));
        }
    }

    private static void AssertSame(byte[] expected, FakeClient client)
    {
        Assert.Equal(ResponseReader.WithoutDate(expected), ResponseReader.WithoutDate(client.ReceivedBytes));
    }

    private static void AssertServesOthers(FakeServer server)
    {
        // Facts of what failed are looked at again after a second.
        server.Pass(1_100);
        Response other = server.Get("/other.txt");
        Response same = server.Get("/small.txt");
        Assert.Equal((200, 500), (other.Status, other.Body.Length));
        Assert.Equal(200, same.Status);
        Assert.Equal(FaultScenario.Small, same.Body);
    }
}
