using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What is no regular file is never served and never waited for; what vanishes or shrinks ends cleanly.
/// </summary>
public sealed class SpecialFileTests
{
    private const int LargeLength = 100 << 20;

    [SkippableFact]
    public void AFifoIsNeitherServedNorWaitedFor()
    {
        using var site = new TemporarySite();
        Assert.Equal(0, Machine.Run("mkfifo", site.PathOf("fifo")));
        using ServerProcess server = ServerProcess.Start(site);
        RequireNotServed(server, "/fifo");

        // With a writer there would be something to read.
        using var writer = new FileStream(site.PathOf("fifo"), FileMode.Open, FileAccess.ReadWrite);
        writer.Write("from the pipe"u8);
        writer.Flush();
        RequireNotServed(server, "/fifo");
        server.Stop();
    }

    [SkippableFact]
    public void ASocketIsNotServed()
    {
        using var site = new TemporarySite();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(site.PathOf("socket")));
        socket.Listen();
        using ServerProcess server = ServerProcess.Start(site);
        RequireNotServed(server, "/socket");
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("c", 1, 3)]
    [InlineData("c", 1, 5)]
    [InlineData("c", 1, 9)]
    [InlineData("c", 5, 0)]
    [InlineData("c", 240, 7)]
    [InlineData("b", 7, 0)]
    [InlineData("b", 240, 7)]
    public void ADeviceIsNotServed(string type, int major, int minor)
    {
        using var site = new TemporarySite();
        Skip.If(
            Machine.Run("mknod", site.PathOf("device"), type, $"{major}", $"{minor}") != 0,
            "device nodes may only be made by root");
        using ServerProcess server = ServerProcess.Start(site);
        RequireNotServed(server, "/device");
        server.Stop();
    }

    [SkippableFact]
    public void AFileThatMayNotBeReadIsForbidden()
    {
        Skip.If(Machine.IsRoot, "root may read everything");
        using var site = new TemporarySite();
        Assert.Equal(0, Machine.Run("chmod", "000", site.Write("private.txt", "private")));
        using ServerProcess server = ServerProcess.Start(site);
        Assert.Equal(403, RawClient.Fetch(server, "/private.txt").Status);
        server.Stop();
    }

    [SkippableFact]
    public void ADirectoryWithTheNameOfAFileIsADirectory()
    {
        using var site = new TemporarySite();
        site.Write("page.html/index.html", "inside");
        Directory.CreateDirectory(site.PathOf("folder/index.html"));
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        Assert.Equal(308, client.Ask("/page.html").Status);
        Assert.Equal("inside", client.Ask("/page.html/").Text);

        // An index that is a directory is none.
        Assert.Equal(404, client.Ask("/folder/").Status);
        server.Stop();
    }

    [SkippableFact]
    public void AFileThatIsGoneIsMissing()
    {
        using var site = new TemporarySite();
        string small = site.WritePattern("small.bin", 1000);
        string large = site.WritePattern("large.bin", 1_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (string target in (string[])["/small.bin", "/large.bin", "/small.bin", "/large.bin"])
        {
            Assert.Equal(200, client.Ask(target).Status);
        }

        File.Delete(small);
        File.Delete(large);
        Assert.Equal(404, client.Ask("/large.bin").Status);
        // A hot file is answered from memory; what became of it is seen within a second.
        Retry(() => client.Ask("/small.bin"), response => response.Status == 404);
        site.WritePattern("small.bin", 2000);
        Retry(() => client.Ask("/small.bin"), response => response.Status == 200 && response.Body.Length == 2000);
        server.Stop();
    }

    [SkippableFact]
    public void AFileDeletedWhileItIsServedIsServedToItsEnd()
    {
        using var site = new TemporarySite();
        string path = site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        File.Delete(path);
        client.ReadBody(LargeLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        Assert.Equal(404, client.Ask("/large.bin").Status);
        server.Stop();
    }

    /// <summary>The head is out and cannot be kept: the only honest end is that of the connection.</summary>
    [SkippableFact]
    public void AFileThatShrinksWhileItIsServedEndsTheConnectionEarly()
    {
        using var site = new TemporarySite();
        string path = site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(LargeLength / 2);
        }

        long received = client.ReadToEnd((offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)), out _);
        Assert.InRange(received, 0, LargeLength / 2);
        Retry(
            () => RawClient.Fetch(server, "/large.bin", "HEAD"),
            response => response.ContentLength == LargeLength / 2);
        server.Stop();
    }

    [SkippableFact]
    public void AFileThatGrowsWhileItIsServedIsSentAsAnnounced()
    {
        using var site = new TemporarySite();
        string path = site.WritePattern("large.bin", LargeLength);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server, receiveBuffer: 65536);
        client.Send(RawClient.Request("/large.bin", fields: "Connection: close\r\n"));
        Assert.Equal(LargeLength, client.ReadHead().ContentLength);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Position = LargeLength;
            file.Write(new byte[1_000_000]);
        }

        client.ReadBody(LargeLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        client.RequireEnd();
        server.Stop();
    }

    private static void RequireNotServed(ServerProcess server, string target)
    {
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 3; fetch++)
        {
            Assert.Equal(404, client.Ask(target).Status);
            Assert.Equal(404, client.Ask(target, "HEAD").Status);
        }
    }

    /// <summary>Asks until the server has looked again, which each of its workers does about once a second.</summary>
    private static void Retry(Func<RawResponse> ask, Func<RawResponse, bool> isRight)
    {
        RawResponse response = ask();
        for (int attempt = 0; attempt < 600 && !isRight(response); attempt++)
        {
            Thread.Sleep(50);
            response = ask();
        }

        Assert.True(isRight(response), $"still {response.Status} with {response.ContentLength} bytes");
    }
}
