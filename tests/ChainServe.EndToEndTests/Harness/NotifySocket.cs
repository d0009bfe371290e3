using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The ear of a service manager: what is told it, message by message (man sd_notify(3)).</summary>
internal sealed class NotifySocket : IDisposable
{
    private const int TimeoutMilliseconds = 30_000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    internal NotifySocket(string path)
    {
        Path = path;
        _socket.ReceiveTimeout = TimeoutMilliseconds;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    internal string Path { get; }

    /// <summary>The next message, as its lines.</summary>
    internal string[] Receive()
    {
        return Encoding.UTF8.GetString(_buffer, 0, _socket.Receive(_buffer)).Split('\n');
    }

    /// <summary>Reads on until a message has this line.</summary>
    internal string[] Await(string line)
    {
        while (true)
        {
            string[] message = Receive();
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
        while (_socket.Available > 0)
        {
            all.Add(Receive());
        }

        return all;
    }

    public void Dispose()
    {
        _socket.Dispose();
    }
}
