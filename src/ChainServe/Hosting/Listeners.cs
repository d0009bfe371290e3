using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using ChainServe.Configuration;

namespace ChainServe.Hosting;

/// <summary>The listening sockets: those that a service manager has passed on or, when there are none, what the options
/// say.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly List<Socket> _sockets;
    private readonly UnixSocketFile? _file;

    private Listeners(List<Socket> sockets, UnixSocketFile? file = null)
    {
        _file = file;
        _sockets = sockets;
        foreach (Socket socket in sockets)
        {
            EndPoint endPoint = socket.LocalEndPoint!;
            if (!EndPoints.Contains(endPoint))
            {
                EndPoints.Add(endPoint);
            }
        }
    }

    /// <summary>The addresses that are bound, each once.</summary>
    internal List<EndPoint> EndPoints { get; } = [];

    internal IReadOnlyList<Socket> Sockets => _sockets;

    /// <summary>The lowest TCP port; 0 without TCP.</summary>
    internal int Port
    {
        get
        {
            int lowest = 0;
            foreach (EndPoint endPoint in EndPoints)
            {
                int port = (endPoint as IPEndPoint)?.Port ?? 0;
                lowest = lowest == 0 ? port : Math.Min(lowest, port == 0 ? lowest : port);
            }

            return lowest;
        }
    }

    /// <summary>Opens what the options say.</summary>
    /// <param name="options">Port and host, or the path of a Unix socket.</param>
    /// <param name="count">One for each worker.</param>
    /// <exception cref="StartupException">They cannot be listened on, and why.</exception>
    internal static Listeners Open(ServerOptions options, int count)
    {
        return options.UnixSocket.Length > 0
            ? new Listeners([UnixSocketFile.Open(options, out UnixSocketFile file)], file)
            : new Listeners(TcpSockets.Open(options, count));
    }

    /// <summary>Takes over sockets that listen already.</summary>
    internal static Listeners Take(List<Socket> sockets)
    {
        return new Listeners(sockets);
    }

    /// <summary>Shares the sockets out: each worker has one, and each socket a worker.</summary>
    /// <returns>Those of each worker.</returns>
    internal Listener[][] ShareOut(int workers)
    {
        Listener[] listeners = [.. _sockets.ConvertAll(static socket => new Listener(socket))];
        Listener[][] shares = new Listener[workers][];
        for (int worker = 0; worker < workers; worker++)
        {
            List<Listener> share = [];
            for (int index = worker % listeners.Length; index < listeners.Length; index += workers)
            {
                share.Add(listeners[index].Share());
            }

            shares[worker] = [.. share];
        }

        return shares;
    }

    /// <summary>The server stops: nobody shall find its Unix socket any more. While workers still accept.</summary>
    internal void Hide()
    {
        _file?.Remove();
    }

    public void Dispose()
    {
        Hide();
        TcpSockets.Close(_sockets);
    }
}
