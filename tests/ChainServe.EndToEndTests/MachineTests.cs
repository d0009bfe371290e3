using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

public sealed class MachineTests
{
    /// <summary>The one test that says aloud why all others are skipped, when they are.</summary>
    [SkippableFact]
    public void ThisMachineCanRunTheServer()
    {
        Machine.RequireServer();
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site);
        Assert.Equal(404, RawClient.Fetch(server, "/").Status);
        ServerSummary summary = server.Stop();
        Assert.Equal(1, summary.Requests);
        Assert.Equal(1, summary.Connections);
    }
}
