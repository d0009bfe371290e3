using System.Text;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Simulation;

/// <summary>The harness itself: a quiet exchange, and nothing left behind.</summary>
public sealed class FakeServerTests
{
    [Fact]
    public void AWorkerOnTheFakeKernelServesAFileAndLeavesNothing()
    {
        using FakeServer server = new FakeServer();
        server.Write("index.html", Encoding.ASCII.GetBytes("<h1>hello</h1>"));

        Response cold = server.Get("/");
        Response warm = server.Get("/");
        Response head = server.Get("/", method: "HEAD");

        Assert.Equal(200, cold.Status);
        Assert.Equal("<h1>hello</h1>", cold.Text);
        Assert.Equal(ResponseReader.WithoutDate(cold.Bytes), ResponseReader.WithoutDate(warm.Bytes));
        Assert.Equal(cold.Fields["Content-Length"], head.Fields["Content-Length"]);
        server.End();
    }

    [Fact]
    public void TimeGoesByOnlyWhenATestLetsIt()
    {
        using FakeServer server = new FakeServer();
        FakeClient client = server.Connect();

        server.RunUntilQuiet();
        Assert.Equal(0, server.Kernel.NowNanoseconds);
        Assert.False(client.IsClosedByServer);

        server.Pass(10_000);
        Assert.True(client.IsClosedByServer);
        server.End();
    }
}
