using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using ChainServe.Configuration;
using Polly;
using Polly.Retry;

namespace ChainServe.Hosting;

/// <summary>Listening sockets on an address of this machine: one for each worker, with SO_REUSEPORT, so that the kernel
/// spreads the clients and no worker waits for another.</summary>
internal static class TcpSockets
{
    private const int Backlog = 4096;
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int TcpLevel = 6;
    private const int DeferAccept = 9;
    private const int DeferSeconds = 1;
    private const int NotSentLowWaterMark = 25;

    // Measured: docs/decisions/0014-crowds-of-slow-clients.md.
    private const int NotSentBytesMax = 128 * 1024;

    // A killed server's port stays busy for some milliseconds, until the kernel has ended its accepts.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private const int RetriesMax = 10;

    /// <summary>The address that a server with these options binds.</summary>
    internal static IPAddress AddressOf(ServerOptions options)
    {
        IPAddress address = options.GetHostAddress();
        return address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address;
    }

    /// <summary>Binds and listens.</summary>
    /// <exception cref="StartupException">The port is taken or forbidden, or the address is not this machine's.
    /// </exception>
    internal static List<Socket> Open(ServerOptions options, int count)
    {
        IPAddress address = AddressOf(options);
        List<Socket> sockets = [];
        try
        {
            Retry.Execute(() => OpenAll(new IPEndPoint(address, options.Port), count, sockets), MakePipeline);
            return sockets;
        }
        catch (SocketException exception)
        {
            Close(sockets);
            throw new StartupException(Describe(exception.SocketErrorCode, address, options.Port), exception);
        }
    }

    /// <summary>What a listening socket has besides its address; accepted ones inherit all but the deferring.</summary>
    internal static void Adjust(Socket socket)
    {
        // A response is one send, and must not wait for an acknowledgement.
        socket.NoDelay = true;

        // A client is accepted when its first bytes are there, so that its receive ends at once and waits for
        // nothing; one that stays silent is accepted after a second all the same (man 7 tcp).
        socket.SetRawSocketOption(TcpLevel, DeferAccept, BitConverter.GetBytes(DeferSeconds));

        // A socket takes no more while so much lies in it that the client has no window for. A queue of all that its
        // buffer may grow to helps nobody, and those of thousands who do not read take the kernel's memory for TCP from
        // everybody else.
        try
        {
            socket.SetRawSocketOption(TcpLevel, NotSentLowWaterMark, BitConverter.GetBytes(NotSentBytesMax));
        }
        catch (SocketException)
        {
            // A socket of MPTCP, which a service manager may pass, before 6.9. It serves all the same.
        }
    }

    internal static void Close(List<Socket> sockets)
    {
        sockets.ForEach(static socket => socket.Dispose());
        sockets.Clear();
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
            SocketError.TooManyOpenSockets =>
                "the limit of open files leaves no room for a listener; raise it with ulimit -n or LimitNOFILE=.",
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

    private static void OpenAll(IPEndPoint endPoint, int count, List<Socket> sockets)
    {
        Close(sockets);

        // With SO_REUSEPORT a second server of the same user would share the port without a word. A socket without it
        // finds out whether the port is free. It must not listen: a client that came just then would be reset.
        if (endPoint.Port != 0)
        {
            using Socket probe = Create(endPoint.Address);
            probe.Bind(endPoint);
        }

        for (int index = 0; index < count; index++)
        {
            Socket socket = Create(endPoint.Address);
            sockets.Add(socket);
            socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            Adjust(socket);
            socket.Listen(Backlog);
            endPoint = (IPEndPoint)socket.LocalEndPoint!;
        }
    }

    private static Socket Create(IPAddress address)
    {
        Socket socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = address.Equals(IPAddress.IPv6Any);
        }

        return socket;
    }
}
