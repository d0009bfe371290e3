using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using ChainServe.Configuration;
using Polly;
using Polly.Retry;

namespace ChainServe.Hosting;

/// <summary>
/// The listening sockets: one for each worker, on the same address with SO_REUSEPORT, so that the kernel spreads the
/// clients and no worker waits for another.
/// </summary>
internal sealed class Listeners : IDisposable
{
    private const int Backlog = 4096;
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int TcpLevel = 6;
    private const int DeferAccept = 9;
    private const int DeferSeconds = 1;

    // A killed server's port stays busy for some milliseconds, until the kernel has ended its accepts.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private const int RetriesMax = 10;

    private readonly List<Socket> _sockets = [];

    private Listeners()
    {
    }

    /// <summary>The port that is bound; never 0.</summary>
    internal int Port { get; private set; }

    internal IReadOnlyList<Socket> Sockets => _sockets;

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

    /// <summary>Binds and listens.</summary>
    /// <exception cref="StartupException">The port is taken or forbidden, or the address is not this machine's.
    /// </exception>
    internal static Listeners Open(ServerOptions options, int count)
    {
        Listeners listeners = new Listeners();
        IPAddress address = options.GetHostAddress();
        try
        {
            if (address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6)
            {
                address = IPAddress.Any;
            }

            listeners.Port = options.Port;
            Retry.Execute(() => listeners.OpenAll(address, count), MakePipeline);
            return listeners;
        }
        catch (SocketException exception)
        {
            listeners.Dispose();
            throw new StartupException(Describe(exception.SocketErrorCode, address, options.Port), exception);
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }

        _sockets.Clear();
    }

    internal static string Describe(SocketError error, IPAddress address, int port)
    {
        return error switch
        {
            SocketError.AddressAlreadyInUse =>
                $"port {port} is taken by another program; stop that one, or choose another port with --port.",
            SocketError.AccessDenied =>
                $"port {port} may only be used by a privileged user; choose a port of 1024 or above with --port, or "
                + "grant CAP_NET_BIND_SERVICE.",
            SocketError.AddressNotAvailable =>
                $"{address} is not an address of this machine; choose one of its own, or '::' for all, with --host.",
            SocketError.AddressFamilyNotSupported =>
                $"this machine does not speak the protocol of {address}; choose another address with --host.",
            _ => $"the address {address} and port {port} cannot be listened on ({error}); choose others with --host "
                + "and --port.",
        };
    }

    private static ResiliencePipeline MakePipeline()
    {
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>(
                    static exception => exception.SocketErrorCode == SocketError.AddressAlreadyInUse),
                MaxRetryAttempts = RetriesMax,
                Delay = RetryDelay,
            })
            .Build();
    }

    private void OpenAll(IPAddress address, int count)
    {
        Dispose();

        // With SO_REUSEPORT a second server of the same user would share the port without a word. A socket without it
        // finds out whether the port is free. It must not listen: a client that came just then would be reset.
        if (Port != 0)
        {
            using Socket probe = Create(address);
            probe.Bind(new IPEndPoint(address, Port));
        }

        for (int index = 0; index < count; index++)
        {
            Socket socket = Create(address);
            _sockets.Add(socket);
            socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(address, Port));

            // A client is accepted when its first bytes are there, so that its receive ends at once and waits for
            // nothing; one that stays silent is accepted after a second all the same (man 7 tcp).
            socket.SetRawSocketOption(TcpLevel, DeferAccept, BitConverter.GetBytes(DeferSeconds));
            socket.Listen(Backlog);
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }

    private static Socket Create(IPAddress address)
    {
        Socket socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = address.Equals(IPAddress.IPv6Any);
        }

        // Accepted sockets inherit it: a response is one send, and must not wait for an acknowledgement.
        socket.NoDelay = true;
        return socket;
    }
}
