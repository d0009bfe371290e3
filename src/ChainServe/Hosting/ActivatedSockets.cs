using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Sockets;
using ChainServe.Configuration;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>Listening sockets that somebody else has opened and passed on, TCP or Unix: a service manager (man
/// sd_listen_fds(3)).</summary>
internal static class ActivatedSockets
{
    private const string ProcessVariable = "LISTEN_PID";
    private const string CountVariable = "LISTEN_FDS";
    private const int FirstDescriptor = 3;
    private const int CountMax = 1024;

    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="processId">This process: sockets for another one are not ours.</param>
    /// <param name="first">The first descriptor, as the protocol has it.</param>
    /// <returns>Empty when nothing was passed.</returns>
    /// <exception cref="StartupException">What was passed is no listening stream socket.</exception>
    internal static List<Socket> Take(
        Func<string, string?> environment,
        int processId,
        int first = FirstDescriptor)
    {
        string ours = processId.ToString(CultureInfo.InvariantCulture);
        if (environment(ProcessVariable) != ours || environment(CountVariable) is not { } text)
        {
            return [];
        }

        bool isCount = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        if (!isCount || count > CountMax)
        {
            throw new StartupException(
                $"{CountVariable}={OptionError.Quote(text)} is not a number of sockets; remove {ProcessVariable} and "
                + $"{CountVariable} from the environment, which only a service manager sets.");
        }

        List<Socket> sockets = [];
        for (int descriptor = first; descriptor < first + count; descriptor++)
        {
            sockets.Add(Adopt(descriptor) ?? throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"descriptor {descriptor}, which the service manager passed, is no listening TCP or Unix stream "
                + $"socket; use ListenStream= and Accept=no in the socket unit.")));
        }

        return sockets;
    }

    /// <summary>Makes a socket of a descriptor that another process has opened, as this server needs it.</summary>
    /// <returns>Null when it is no listening stream socket.</returns>
    internal static Socket? Adopt(int descriptor)
    {
        SafeSocketHandle handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            Socket socket = new Socket(handle);
            if (Listens(socket))
            {
                // An accept on a socket that does not block would not wait for its client.
                DescriptorFlags.SetBlocking(descriptor);
                DescriptorFlags.SetInherited(descriptor, isInherited: false);
                if (socket.AddressFamily != AddressFamily.Unix)
                {
                    TcpSockets.Adjust(socket);
                }

                return socket;
            }
        }
        catch (SocketException)
        {
            // Not even a socket.
        }

        handle.Dispose();
        return null;
    }

    private static bool Listens(Socket socket)
    {
        bool isKnown = socket.AddressFamily
            is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix;
        return isKnown
            && socket.SocketType == SocketType.Stream
            && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0;
    }
}
