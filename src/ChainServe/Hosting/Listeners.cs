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
    private bool _ownsFile;

    private Listeners(List<Socket> sockets, UnixSocketFile? file = null, bool ownsFile = false, bool arePassed = false)
    {
        _file = file;
        ArePassed = arePassed;
        _ownsFile = ownsFile;
        Descriptors = sockets.ConvertAll(static socket => (int)socket.SafeHandle.DangerousGetHandle());
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

    internal List<int> Descriptors { get; }

    /// <summary>A service manager has passed them on.</summary>
    internal bool ArePassed { get; }

    /// <summary>The file of a Unix socket that was made here.</summary>
    internal FileIdentity File => _file?.Identity ?? default;

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
            ? new Listeners([UnixSocketFile.Open(options, out UnixSocketFile file)], file, ownsFile: true)
            : new Listeners(TcpSockets.Open(options, count));
    }

    /// <summary>Takes over sockets that a service manager has opened.</summary>
    internal static Listeners Take(List<Socket> sockets)
    {
        return new Listeners(sockets, arePassed: true);
    }

    /// <summary>Takes over the sockets of a predecessor, unless the options want others.</summary>
    /// <returns>Null when they do, and when nobody finds the Unix socket any more; they are closed then, as far as this
    /// process goes.</returns>
    /// <exception cref="StartupException">The Unix socket cannot be given the mode that they want.</exception>
    internal static Listeners? Take(List<Socket> sockets, bool arePassed, FileIdentity file, ServerOptions options)
    {
        UnixSocketFile? socketFile = file == default ? null : new UnixSocketFile(options.UnixSocket, file);
        if (!arePassed
            && (!sockets.TrueForAll(socket => IsWanted(socket, options)) || socketFile is { IsThere: false }))
        {
            TcpSockets.Close(sockets);
            return null;
        }

        if (socketFile is { IsThere: true })
        {
            socketFile.Restrict(options);
        }

        return new Listeners(sockets, socketFile, arePassed: arePassed);
    }

    /// <summary>Gives the file of the Unix socket its owner and mode again: a successor that failed may have given it
    /// others.</summary>
    /// <exception cref="StartupException">It cannot be given them.</exception>
    internal void RestoreFile(ServerOptions options)
    {
        if (_file is { IsThere: true })
        {
            _file.Restrict(options);
        }
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
        if (_ownsFile)
        {
            _file?.Remove();
        }
    }

    /// <summary>Whether the file of the Unix socket goes with this server: it is that of whoever serves last.</summary>
    internal void OwnFile(bool isOwned)
    {
        _ownsFile = isOwned;
    }

    public void Dispose()
    {
        Hide();
        TcpSockets.Close(_sockets);
    }

    private static bool IsWanted(Socket socket, ServerOptions options)
    {
        return socket.LocalEndPoint is IPEndPoint bound
            ? options.UnixSocket.Length == 0
                && bound.Address.Equals(TcpSockets.AddressOf(options))
                && (options.Port == 0 || options.Port == bound.Port)
            : options.UnixSocket.Length > 0 && socket.LocalEndPoint!.ToString() == options.UnixSocket;
    }
}
