using ChainServe.Tests.Simulation;
using Uring.Abi;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>A file system that fails when it is asked what a file is, before it is read or behind that.</summary>
public sealed class LookErrorTests
{
    [Theory]
    [InlineData(1, Errno.ESTALE, 200, 0)]
    [InlineData(2, Errno.ESTALE, 200, 0)]
    [InlineData(1, Errno.EINTR, 200, 0)]
    [InlineData(1, Errno.ENOMEM, 503, 0)]
    [InlineData(1, Errno.EIO, 500, 1)]
    [InlineData(2, Errno.EIO, 500, 1)]
    public void AnErrorForTheMomentIsTriedAgainAndOthersAreToldAndCounted(int nth, int errno, int status, int errors)
    {
        using FakeServer server = new FakeServer();
        server.Write("file", new byte[100]);
        int looks = 0;
        server.Kernel.TellingStatus = () => ++looks == nth ? errno : 0;

        Assert.Equal(status, server.Get("/file").Status);
        Assert.Equal(errors, server.Counters.FileErrors);
        server.Kernel.TellingStatus = null;
        server.Pass(2_000);
        Assert.Equal(200, server.Get("/file").Status);
        server.End();
    }
}
