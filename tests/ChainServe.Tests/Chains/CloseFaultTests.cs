using ChainServe.Chains;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>The close chain in its forms: whatever its silent steps meet, its end comes, and the slot is
/// free.</summary>
public sealed class CloseFaultTests
{
    public static TheoryData<string, string, string> Rows()
    {
        TheoryData<string, string, string> rows = [];
        foreach (string situation in new[] { "broken body", "broken body, no receive", "drain", "end of stream" })
        {
            Add(rows, situation, "CloseSocket", "EIO, EINTR, unlisted");
            if (situation.StartsWith("broken", System.StringComparison.Ordinal))
            {
                Add(rows, situation, "CloseFile", "EIO, EINTR, unlisted");
            }

            if (situation == "broken body")
            {
                Add(rows, situation, "Cancel", "ENOENT, EALREADY, unlisted");
            }

            if (situation == "drain")
            {
                Add(rows, situation, "Shutdown", "ENOTCONN, ENOBUFS, unlisted");
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void ACloseChainEndsWhateverItsStepsMeet(string situation, string step, string fault)
    {
        FaultScenario scenario = FaultScenario.Named("chunks");
        using FakeServer server = scenario.Start();
        server.Faults.Add(
            ChainKind.Close,
            (byte)System.Enum.Parse<CloseChain.Step>(step),
            1,
            entry => FaultRow.FaultOf(fault, entry));
        FakeClient client = server.Connect();
        switch (situation)
        {
            case "broken body":
            case "broken body, no receive":
                server.Faults.Add(ChainKind.Chunk, (byte)ChunkChain.Step.Read, 3, Errno.EIO);
                client.Send(scenario.Request(ends: situation != "broken body"));
                break;
            case "drain":
                client.Send("no request\r\n\r\n");
                break;
            default:
                client.Send("GET /other.txt HTTP/1.1\r\nHost: a\r\n\r\n");
                client.Shutdown();
                break;
        }

        server.RunUntilQuiet();
        if (situation == "drain")
        {
            server.Pass(1_000);
        }

        Assert.Equal(0, server.Faults.PendingCount);

        // A cancel that did nothing leaves the receive to the client, who ends it.
        bool mayWait = step == "Cancel";
        Assert.True(client.IsClosedByServer || mayWait);
        client.Close();
        server.RunUntilQuiet();
        Assert.True(client.IsClosedByServer);
        Assert.Equal(200, server.Get("/other.txt").Status);
        server.End();
    }

    private static void Add(TheoryData<string, string, string> rows, string situation, string step, string faults)
    {
        foreach (string fault in FaultRow.Words(faults))
        {
            rows.Add(situation, step, fault);
        }
    }
}
