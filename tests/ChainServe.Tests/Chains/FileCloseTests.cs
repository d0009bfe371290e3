using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Chains;

/// <summary>
/// man 2 close: an error of the file system (FUSE, NFS) may show only there. In the form that ends the connection the
/// close of the file has the close of the socket behind it, by a hard link: it reports, and the end still comes. Taken
/// for the end, it freed the slot under the chain, and the next client's socket was closed in its place.
/// </summary>
public sealed class FileCloseTests
{
    [Theory]
    [InlineData("resolve", "CloseDescriptor")]
    [InlineData("checked file", "Close")]
    [InlineData("whole file", "Close")]
    [InlineData("one chain of chunks", "Close")]
    public void AFailedCloseOfTheFileIsNotTheEndOfAChainThatClosesTheSocket(string chain, string step)
    {
        FaultScenario scenario = FaultScenario.Named(chain);
        using FakeServer server = scenario.Start();
        server.Faults.Add(scenario.Kind, scenario.Step(step), 1, Errno.EIO);

        FakeClient client = server.Connect(scenario.Request(ends: true));
        server.RunUntilQuiet();
        Response next = server.Get("/other.txt");

        Assert.Equal(chain == "one chain of chunks" ? 206 : 200, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.True(client.IsClosedByServer);
        Assert.Equal(200, next.Status);
        server.End();
    }
}
