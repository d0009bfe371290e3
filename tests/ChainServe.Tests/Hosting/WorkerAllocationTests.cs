using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using ChainServe.Configuration;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The whole request path of a worker, on the real kernel: accept to response, ten thousand times.</summary>
public sealed class WorkerAllocationTests
{
    private const int WarmUp = 3_000;
    private const int Counted = 10_000;

    [SkippableTheory]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost: a\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nUser-Agent: test\r\n\r\n", false)]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=3-9\r\n\r\n", false)]
    [InlineData("GET /small.txt HTTP/1.1\r\nHost:a\r\nIf-Modified-Since: Sat, 02 Jan 2100 00:00:00 GMT\r\n\r\n", true)]
    [InlineData("HEAD /small.txt HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /directory HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET /long.bin HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    public void ARequestInSteadyStateAllocatesNothing(string request, bool isImmutable)
    {
        using LinuxWorker server = new LinuxWorker(new ServerOptions { Immutable = isImmutable });
        File.WriteAllText(Path.Combine(server.Directory, "small.txt"), new string('s', 1024));
        File.WriteAllText(Path.Combine(server.Directory, "index.html"), "<h1>index</h1>");
        File.WriteAllBytes(Path.Combine(server.Directory, "large.bin"), new byte[100_000]);
        File.WriteAllBytes(Path.Combine(server.Directory, "long.bin"), new byte[1_500_000]);
        Directory.CreateDirectory(Path.Combine(server.Directory, "directory"));

        using Socket client = server.Connect();
        byte[] bytes = Encoding.ASCII.GetBytes(request);
        Exception? failure = null;
        Thread thread = new Thread(() => failure = Talk(client, bytes)) { IsBackground = true };
        thread.Start();

        TurnUntil(server, WarmUp, thread);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long requests = server.Worker.Counters.Requests;
        TurnUntil(server, requests + Counted, thread);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        client.Close();
        Assert.True(failure is null or SocketException or ObjectDisposedException, $"{failure}");
        Assert.True(server.Worker.Counters.Requests - requests >= Counted);
        Assert.Equal(0, server.Worker.Counters.Unexpected);
        Assert.Equal(0, allocated);
    }

    private static void TurnUntil(LinuxWorker server, long requests, Thread client)
    {
        while (server.Worker.Counters.Requests < requests && client.IsAlive)
        {
            server.Worker.Turn();
        }
    }

    private static Exception? Talk(Socket client, byte[] request)
    {
        byte[] buffer = new byte[2 * 1024 * 1024];
        try
        {
            while (true)
            {
                client.Send(request);
                ReadResponse(client, buffer, request.AsSpan().StartsWith("HEAD"u8));
            }
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static void ReadResponse(Socket client, byte[] buffer, bool isHead)
    {
        int length = 0;
        while (true)
        {
            int count = client.Receive(buffer.AsSpan(length));
            if (count == 0)
            {
                throw new EndOfStreamException("The server closed the connection.");
            }

            length += count;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && length >= end + 4 + (isHead ? 0 : BodyLength(buffer.AsSpan(0, end))))
            {
                return;
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        int start = head.IndexOf("Content-Length: "u8);
        if (start < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> value = head[(start + 16)..];
        int end = value.IndexOf((byte)'\r');
        return int.Parse(Encoding.ASCII.GetString(end < 0 ? value : value[..end]), null);
    }
}
