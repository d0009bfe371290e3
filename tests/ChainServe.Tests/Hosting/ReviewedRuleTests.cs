using System.Linq;
using System.Text;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Rules that a reader of the code, not a test, found broken first.</summary>
public sealed class ReviewedRuleTests
{
    private const string Get = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly byte[] Content = Encoding.ASCII.GetBytes(new string('c', 1000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void ADirectoryWithoutAnyOfItsIndexFilesDoesNotExist(int indexNames)
    {
        string[] names = Enumerable.Range(0, indexNames).Select(index => $"index{index}.html").ToArray();
        using FakeServer server = new FakeServer(FakeServer.Quick() with { Index = names });

        Assert.Equal(404, server.Get("/").Status);
        Assert.Equal(404, server.Get("/").Status);
        server.Pass(1_500);
        Assert.Equal(404, server.Get("/").Status);
        server.End();
    }

    [Fact]
    public void AFileThatIsPartlyCachedIsColdAndNotChanged()
    {
        using FakeServer server = Serve();
        server.Get("/file");
        server.Faults.Add(ChainKind.CheckedFile, (byte)CheckedFileChain.Step.Read, 1, _ => Fault.Limit(100));
        server.Faults.Add(ChainKind.Resolve, (byte)ResolveChain.Step.Read, 1, _ => Fault.Limit(100));

        Response response = server.Get("/file");

        Assert.Equal(Content, response.Body);
        Assert.Equal(0, server.Faults.PendingCount);
        Assert.Equal(1, server.Counters.ColdRetries);
        Assert.Equal(0, server.Counters.ChangedFiles);
        server.End();
    }

    [Theory]
    [InlineData(Errno.EINVAL, 404)]
    [InlineData(Errno.EBADF, 500)]
    [InlineData(Errno.EFAULT, 500)]
    public void AFileSystemMayAnswerAnyErrnoWithoutEndingTheServer(int errno, int status)
    {
        using FakeServer server = Serve();
        server.Files.Node("/www/file").OpenError = errno;

        Assert.Equal(status, server.Get("/file").Status);
        Assert.Equal(200, server.Get("/other").Status);
        server.End();
    }

    // RFC 9110 §9.3.2: the server must not send content in the response to HEAD.
    [Theory]
    [InlineData("HEAD /file HTTP/1.1\r\n\r\n", 400)]
    [InlineData("\r\nHEAD /file HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("HEAD /file HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    public void ARefusedHeadRequestGetsNoBody(string request, int status)
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect(request);
        server.RunUntilQuiet();

        Response response = ResponseReader.Single(client.ReceivedBytes, isHead: true);
        Assert.Equal(status, response.Status);
        client.Close();
        server.End();
    }

    [Fact]
    public void EmptyLinesBetweenRequestsAreNoRequestThatCouldBeLate()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        int length = client.ReceivedBytes.Length;
        client.Send("\r\n");
        server.Pass(5_000);

        Assert.True(client.IsClosedByServer);
        Assert.Equal(length, client.ReceivedBytes.Length);
        server.End();
    }

    [Fact]
    public void ALongBodyThatEndsItsConnectionSurvivesAStrayByte()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        server.RunUntilQuiet();
        client.Send("\r\n");
        server.RunUntilQuiet();

        Assert.Equal(600_000, ResponseReader.Single(client.ReceivedBytes).Body.Length);
        Assert.True(client.IsFinished);
        Assert.False(client.IsReset);
        client.Close();
        server.RunUntilQuiet();
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Fact]
    public void ARefusedUploadIsReadToItsEndSoThatItsAnswerArrives()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("PUT /file HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
        for (int piece = 0; piece < 90; piece++)
        {
            client.Send(new byte[10_000]);
            server.RunUntilQuiet();
        }

        Assert.Equal(405, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.False(client.IsReset);
        client.Close();
        server.End();
    }

    [Fact]
    public void AClientThatWasJustAcceptedIsAnsweredDuringAStop()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect();
        server.RunUntilQuiet();
        server.Worker.RequestStop();
        client.Send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Stop();

        Response response = ResponseReader.Single(client.ReceivedBytes);
        Assert.Equal(Content, response.Body);
        Assert.False(response.GoesOn);
        Assert.True(client.IsClosedByServer);
        server.AssertNothingIsLeft();
    }

    /// <summary>A client that sends the next request without waiting cannot know that there is none.</summary>
    [Fact]
    public void TheLastResponseOfAConnectionSurvivesTheRequestThatMeetsIt()
    {
        ServerOptions options = FakeServer.Quick();
        using FakeServer server = Serve(options with { Limits = options.Limits with { RequestsPerConnection = 1 } });
        FakeClient client = server.Connect();
        bool hasMet = false;
        server.Faults.Issuing = entry =>
        {
            if (entry.Opcode == Opcode.Send && !hasMet)
            {
                hasMet = true;
                client.Send(Get);
            }

            return null;
        };
        client.Send(Get);
        server.RunUntilQuiet();

        Assert.Equal(Content, ResponseReader.Single(client.ReceivedBytes).Body);
        Assert.True(client.IsFinished);
        Assert.False(client.IsReset);
        client.Close();
        server.End();
    }

    [Fact]
    public void AHeadWhoseCancelCameTooLateIsLateOnce()
    {
        using FakeServer server = Serve();
        FakeClient client = server.Connect("GET /fi");
        server.Faults.Issuing = entry =>
        {
            bool isCancel = entry.Opcode == Opcode.AsyncCancel;
            client.Send(isCancel ? "l" : "");
            return isCancel ? Fault.Fail(Errno.ENOENT) : null;
        };
        server.Pass(1_500);

        Assert.Equal(408, ResponseReader.Single(client.ReceivedBytes).Status);
        Assert.Equal(1, server.Counters.Timeouts);
        server.Faults.Issuing = null;
        client.Close();
        server.End();
    }

    /// <summary>Bodies of Unix sockets, of which nobody can say what was taken, beside those of TCP.</summary>
    [Theory]
    [InlineData(Errno.EOPNOTSUPP, 1)]
    [InlineData(Errno.ENOMEM, 2)]
    public void ASocketThatCannotBeAskedTurnsTheLeastRateOffForItsOwnListenerAlone(int errno, int measured)
    {
        ServerOptions options = FakeServer.Quick();
        using FakeServer server = new FakeServer(
            options with { Limits = options.Limits with { SendBytesPerSecondMin = 240 } }, hasOtherListener: true);
        server.Write("large", new byte[600_000]);
        server.Faults.Add(ChainKind.Gate, (byte)GateChain.Step.Measure, 1, errno);
        foreach (bool isOther in (bool[])[true, false])
        {
            FakeClient client = server.Connect("", isOther);
            client.ReadsByItself = false;
            client.ServerSendBufferLength = 20_000;
            client.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            server.RunUntilQuiet();
        }

        server.Pass(20_000);

        Assert.Equal(2, server.Counters.Timeouts);
        Assert.Equal(measured, server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin]);
        Assert.Equal(2 - measured, server.Counters.Limits[(int)LimitKind.SendMilliseconds]);
        server.End();
    }

    [Fact]
    public void AHalfClosedReaderWhoReadsBeforeHisTurnToBeEndedGoesOn()
    {
        ServerOptions options = FakeServer.Quick();
        using FakeServer server = Serve(
            options with { Limits = options.Limits with { SendBytesPerSecondMin = 240 } }, connections: 64);
        FakeClient[] slow = [.. Enumerable.Range(0, 40).Select(_ => server.Connect())];
        foreach (FakeClient client in slow)
        {
            client.ReadsByItself = false;
            client.ServerSendBufferLength = 20_000;
            client.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            client.Shutdown();
        }

        for (int step = 0; step < 4_000 && !slow.Any(client => client.IsReset); step++)
        {
            server.Pass(5);
        }

        FakeClient last = slow.Last(client => !client.IsReset);
        last.ReadBytesPerMillisecond = 10_000;
        server.Pass(5_000);

        Assert.Equal(600_000, ResponseReader.Single(last.ReceivedBytes).Body.Length);
        Assert.Equal(39, slow.Count(client => client.IsReset));
        Assert.Equal(39, server.Counters.Limits[(int)LimitKind.SendBytesPerSecondMin]);
        server.End();
    }

    [Fact]
    public void AClientThatTakesLittleBuysNoTimeByWaitingForAPipe()
    {
        // 64 KB in the four seconds that it takes four others to get their bodies through as many pipes.
        using FakeServer server = new FakeServer(connections: 16, pipeLengthMax: 65_536);
        server.Write("large", new byte[6_000_000]);
        server.Faults.Issuing = static entry => entry.Opcode == Opcode.Splice ? Fault.Stall(50) : null;
        for (int other = 0; other < 8; other++)
        {
            server.Connect("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 20_000;
        client.ReadBytesPerMillisecond = 16;
        client.Send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.Pass(8_000);

        Assert.True(client.IsReset);
        server.Pass(120_000);
        server.End();
    }

    private static FakeServer Serve(ServerOptions? options = null, int connections = 8)
    {
        FakeServer server = new FakeServer(options, connections);
        server.Write("file", Content);
        server.Write("other", Content);
        server.Write("large", new byte[600_000]);
        return server;
    }
}
