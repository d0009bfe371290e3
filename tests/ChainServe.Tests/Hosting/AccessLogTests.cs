using System;
using System.Linq;
using System.Text;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The access log of a worker on a kernel in memory, whose disk may be full, slow or gone.</summary>
public sealed class AccessLogTests : IDisposable
{
    // Longer than lines wait for others, shorter than any deadline.
    private const int Delay = 50;

    private readonly FakeServer _server = new(logs: true);

    public AccessLogTests()
    {
        _server.Write("a.txt", "content"u8.ToArray());
    }

    private FakeNode Disk => _server.Files.Node(FakeServer.AccessLogPath);

    private int Writes => _server.Submitted.Count(entry => entry.Opcode == Opcode.Write);

    public void Dispose()
    {
        _server.Dispose();
    }

    private string[] Lines(string path = FakeServer.AccessLogPath)
    {
        return Lines(_server, path);
    }

    private static string[] Lines(FakeServer server, string path)
    {
        string text = Encoding.UTF8.GetString(server.Files.Node(path).Content);
        Assert.True(text.Length == 0 || text[^1] == '\n', "a line is cut");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Get(string target, int status = 200)
    {
        Assert.Equal(status, _server.Get(target).Status);
    }

    [Fact]
    public void ResponsesAreLinesInTheOrderOfTheirEndAndLinesOfAMomentAreOneWrite()
    {
        Get("/a.txt");
        Get("/none", 404);
        Get("/a.txt?query");
        Assert.Equal(0, Writes);
        _server.Pass(Delay);

        Assert.Equal(1, Writes);
        string[] lines = Lines();
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("127.0.0.1 - - [", line, StringComparison.Ordinal));
        Assert.EndsWith("] \"GET /a.txt HTTP/1.1\" 200 7", lines[0], StringComparison.Ordinal);
        Assert.Contains("] \"GET /none HTTP/1.1\" 404 ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("] \"GET /a.txt?query HTTP/1.1\" 200 7", lines[2], StringComparison.Ordinal);
        _server.End();
    }

    [Fact]
    public void ALineNamesWhoseVerifiedPasswordItWas()
    {
        var ann = new AuthUser { Name = "ann", Hash = BCrypt.Net.BCrypt.HashPassword("pw", 4) };
        using FakeServer server = new FakeServer(
            FakeServer.Quick() with { Auth = [new AuthRule { Path = "/in", Users = [ann] }] }, logs: true);
        server.Write("in/a.txt", "content"u8.ToArray());
        server.Write("out.txt", "content"u8.ToArray());
        string right = $"Authorization: Basic {Convert.ToBase64String("ann:pw"u8)}\r\n";
        string wrong = $"Authorization: Basic {Convert.ToBase64String("ann:no"u8)}\r\n";

        // The first is checked, the second remembered; what nobody checks is nobody's.
        Assert.Equal(200, server.Get("/in/a.txt", right).Status);
        Assert.Equal(200, server.Get("/in/a.txt", right).Status);
        Assert.Equal(401, server.Get("/in/a.txt", wrong).Status);
        Assert.Equal(401, server.Get("/in/a.txt").Status);
        Assert.Equal(200, server.Get("/out.txt", right).Status);
        server.Pass(Delay);

        string[] users = [.. Lines(server, FakeServer.AccessLogPath).Select(line => line.Split(' ')[2])];
        Assert.Equal(["ann", "ann", "-", "-", "-"], users);
        server.End();
    }

    [Theory]
    [InlineData("checked file")]
    [InlineData("hot file")]
    [InlineData("chunks")]
    public void AResponseThatWasCutOffIsWrittenWithTheBytesOfItsBodyThatTheSocketTook(string name)
    {
        const int Length = 100_000;
        const int Buffer = 10_000;
        bool isHot = name == "hot file";
        using FakeServer server = new FakeServer(
            FakeServer.Quick(cannedBytes: isHot ? 1 << 20 : 0), pipeLengthMax: 0, logs: true);
        server.Write("b.bin", new byte[name == "checked file" ? Length / 2 : Length]);
        string request = "GET /b.bin HTTP/1.1\r\nHost: a\r\n\r\n";
        FakeClient whole = server.Connect(request + request + request);
        server.RunUntilQuiet();
        int head = whole.ReceivedText.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        FakeClient slow = server.Connect();
        slow.ReadsByItself = false;
        slow.ServerSendBufferLength = Buffer;
        slow.Send(request);
        server.Pass(10_000);

        Assert.True(slow.IsReset);
        string[] lines = Lines(server, FakeServer.AccessLogPath);
        Assert.Equal(4, lines.Length);
        Assert.EndsWith($"200 {Buffer - head}", lines[3], StringComparison.Ordinal);
        server.End();
    }

    [Fact]
    public void ARefusalThatItsClientDidNotTakeIsWrittenWithoutTheBytesOfTheResponseBefore()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick(), pipeLengthMax: 0, logs: true);
        server.Write("b.bin", new byte[100_000]);
        server.Faults.Add(ChainKind.Canned, (byte)CannedChain.Step.Send, 1, Errno.EPIPE);
        server.Connect("GET /b.bin HTTP/1.1\r\nHost: a\r\n\r\nno request\r\n\r\n");
        server.Pass(Delay);

        string[] lines = Lines(server, FakeServer.AccessLogPath);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("200 100000", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("400 0", lines[1], StringComparison.Ordinal);
        server.End();
    }

    [Fact]
    public void WhatWaitsWhenTheServerStopsIsWritten()
    {
        Get("/a.txt");
        _server.End();
        Assert.Single(Lines());
    }

    [Fact]
    public void AFullDiskLosesLinesWhichAreCountedAndNoResponse()
    {
        Disk.WriteError = Errno.ENOSPC;
        Get("/a.txt");
        Get("/a.txt");
        _server.Pass(Delay);
        Get("/a.txt");
        _server.Pass(Delay);
        Assert.Equal(3, _server.Counters.LostLogLines);

        Disk.WriteError = 0;
        Get("/none", 404);
        _server.Pass(Delay);
        Assert.Contains("/none", Assert.Single(Lines()), StringComparison.Ordinal);
        Assert.Equal(3, _server.Counters.LostLogLines);
        _server.End();
    }

    [Fact]
    public void AShortWriteGoesOnBehindWhatIsWritten()
    {
        _server.Faults.Add(ChainKind.Log, 0, nth: 1, _ => Fault.Limit(10));
        _server.Faults.Add(ChainKind.Log, 0, nth: 2, _ => Fault.Limit(1));
        Get("/a.txt");
        Get("/none", 404);
        _server.Pass(Delay);
        Assert.Equal(3, Writes);
        Assert.Equal(2, Lines().Length);
        _server.End();
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(70, 2)]
    [InlineData(90, 1)]
    public void ALineThatAFullDiskHasTornIsLostAndNoOther(int written, int lost)
    {
        _server.Faults.Add(ChainKind.Log, 0, nth: 1, _ => Fault.Limit(written));
        _server.Faults.Add(ChainKind.Log, 0, nth: 2, Errno.ENOSPC);
        _server.Faults.Add(ChainKind.Log, 0, nth: 3, Errno.ENOSPC);
        Get("/a.txt");
        Get("/none", 404);
        _server.Pass(Delay);
        Assert.Equal(lost, _server.Counters.LostLogLines);

        Get("/lost", 404);
        _server.Pass(Delay);
        Get("/whole", 404);
        _server.Pass(Delay);
        Assert.Equal(lost + 1, _server.Counters.LostLogLines);
        Assert.Single(Lines(), line => line.StartsWith("127", StringComparison.Ordinal)
            && line.Contains("/whole", StringComparison.Ordinal));
        _server.End();
    }

    // A pipe with O_NONBLOCK whose reader is slow answers EAGAIN for as long as it is full.
    [Fact]
    public void AWriteThatCannotBeDoneNowIsTriedAgainAfterAWhileAndNotAllTheTime()
    {
        Disk.WriteError = Errno.EAGAIN;
        Get("/a.txt");
        _server.Pass(1_000);
        Assert.InRange(Writes, 2, 60);

        Disk.WriteError = 0;
        _server.Pass(Delay);
        Assert.Single(Lines());
        Assert.Equal(0, _server.Counters.LostLogLines);
        _server.End();
    }

    [Fact]
    public void LinesBeyondTwoBuffersAreLostAndCountedAndNoResponse()
    {
        Disk.WriteError = Errno.EAGAIN;
        string target = "/a.txt?" + new string('q', 2_000);
        const int Requests = 400;
        for (int request = 0; request < Requests; request++)
        {
            Get(target);
        }

        long lost = _server.Counters.LostLogLines;
        Assert.InRange(lost, 100, 300);
        Disk.WriteError = 0;
        _server.Pass(Delay);
        Assert.Equal(Requests - lost, Lines().Length);
        _server.End();
    }

    [Fact]
    public void AnotherFileTakesOverBetweenTwoWritesAndNoLineIsLost()
    {
        const string Next = "/var/log/next.log";
        _server.Faults.Add(ChainKind.Log, 0, nth: 1, _ => Fault.Limit(10));
        Get("/a.txt");
        _server.Pass(Delay);
        int file = _server.Kernel.OpenForWriting(Next);
        _server.Worker.ReplaceAccessLog(new(file, ownsHandle: false));
        Get("/none", 404);
        _server.Pass(Delay);
        Assert.Contains("/a.txt", Assert.Single(Lines()), StringComparison.Ordinal);
        Assert.Contains("/none", Assert.Single(Lines(Next)), StringComparison.Ordinal);
        _server.End();
        _server.Kernel.Close(file);
    }
}
