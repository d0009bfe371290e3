using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The ear of a service manager: what is told it, message by message (man sd_notify(3)). It hears them as they
/// come, since a server waits where ten of them are not heard (net.unix.max_dgram_qlen).</summary>
internal sealed class NotifySocket : IDisposable
{
    private const int TimeoutMilliseconds = 30_000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly BlockingCollection<string[]> _messages = [];
    private readonly Thread _listener;

    internal NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _listener = new Thread(Listen);
        _listener.Start();
    }

    internal string Path { get; }

    /// <summary>Reads on until a message has this line.</summary>
    internal string[] Await(string line)
    {
        while (true)
        {
            Assert.True(_messages.TryTake(out string[]? message, TimeoutMilliseconds), $"nobody says {line}");
            if (Array.IndexOf(message, line) >= 0)
            {
                return message;
            }
        }
    }

    /// <summary>What is there already.</summary>
    internal List<string[]> ReceiveAll()
    {
        List<string[]> all = [];
        while (_messages.TryTake(out string[]? message))
        {
            all.Add(message);
        }

        return all;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _listener.Join();
        _messages.Dispose();
    }

    private void Listen()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                _messages.Add(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)).Split('\n'));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
