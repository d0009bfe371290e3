using System;
using System.Net.Sockets;
using System.Threading;

namespace ChainServe.Hosting;

/// <summary>A listening socket. Several workers may accept from it: the last one that lets it go closes it.</summary>
internal sealed class Listener
{
    private readonly Action _close;
    private readonly Func<bool> _hasClients;
    private int _workers;

    internal Listener(Socket socket)
        : this(
            (int)socket.SafeHandle.DangerousGetHandle(),
            socket.Dispose,
            () => socket.Poll(0, SelectMode.SelectRead))
    {
    }

    /// <param name="descriptor">Of the socket.</param>
    /// <param name="close">Closes it.</param>
    /// <param name="hasClients">Whether clients wait to be accepted, now.</param>
    internal Listener(int descriptor, Action close, Func<bool> hasClients)
    {
        Descriptor = descriptor;
        _close = close;
        _hasClients = hasClients;
    }

    internal int Descriptor { get; }

    internal bool IsShared => _workers > 1;

    internal bool HasClients => _hasClients();

    /// <summary>One more worker will accept from it. Before any of them starts.</summary>
    internal Listener Share()
    {
        _workers++;
        return this;
    }

    /// <summary>A worker has no accept armed on it any more, and will arm none.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _workers) == 0)
        {
            _close();
        }
    }
}
