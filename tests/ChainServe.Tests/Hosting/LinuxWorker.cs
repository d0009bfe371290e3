using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring;
using Uring.Kernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>One worker on the real kernel, turned by the test's own thread, with a root of its own.</summary>
internal sealed class LinuxWorker : IDisposable
{
    private readonly Socket _listener;
    private readonly int _root;

    internal LinuxWorker(ServerOptions? options = null, WorkerPulse? pulse = null)
    {
        RequireRing();
        Directory = System.IO.Directory.CreateTempSubdirectory("chainserve-").FullName;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _root = LinuxKernel.Instance.OpenDirectory(Directory);
        Log = new StringWriter();
        Worker = Worker.Create(new WorkerSettings(
            LinuxKernel.Instance,
            [new Listener(_listener).Share()],
            Connections: 256,
            new FlowOptions(options ?? new ServerOptions()),
            new SiteTable(options ?? new ServerOptions(), _ => new SiteRoot(_root, IsUnchangeable: false)),
            new LaterTime(),
            new ServerLog(Log, LogLevel.Debug),
            Pulse: pulse));
    }

    internal string Directory { get; }

    internal StringWriter Log { get; }

    internal Worker Worker { get; }

    internal EndPoint Address => _listener.LocalEndPoint!;

    internal Socket Connect()
    {
        Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(Address);
        return client;
    }

    /// <summary>A whole exchange on a connection of its own.</summary>
    internal Response Get(string target, string fields = "")
    {
        using MemoryStream received = new();
        bool isDone = false;
        Thread thread = new(() =>
        {
            using (NetworkStream stream = new(Connect(), ownsSocket: true))
            {
                stream.Write(Encoding.ASCII.GetBytes(
                    $"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"));
                stream.CopyTo(received);
            }

            // The worker may have nothing left to wake up for.
            Volatile.Write(ref isDone, true);
            Connect().Dispose();
        });
        thread.Start();
        while (!Volatile.Read(ref isDone))
        {
            Worker.Turn();
        }

        thread.Join();
        return ResponseReader.Single(received.ToArray());
    }

    public void Dispose()
    {
        Worker.Dispose();
        _listener.Dispose();
        LinuxKernel.Instance.Close(_root);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static void RequireRing()
    {
        try
        {
            Ring.Create(new RingOptions { SubmissionEntries = 8 }).Dispose();
        }
        catch (RingException exception)
        {
            Skip.If(true, $"this machine has no usable io_uring: {exception.Message}");
        }
    }

    // ctime cannot be set back, and the facts of a young file are made anew on purpose: an hour later it is old.
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            return DateTimeOffset.UtcNow.AddHours(1);
        }
    }
}
