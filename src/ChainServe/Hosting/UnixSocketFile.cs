using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using ChainServe.Configuration;
using Microsoft.Win32.SafeHandles;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// The file by which clients find a listening Unix socket. 1. One that a dead server left behind is replaced; one that
/// somebody listens on, and a file that is no socket, are refused; servers that start together do it in turn. 2. Bind,
/// owner and mode, then listen: nobody can connect before only the right ones can. 3. At the end it is removed, if
/// it is still the one that was made here.
/// </summary>
internal sealed class UnixSocketFile
{
    private const int Backlog = 4096;
    private const int TypeMask = 0xF000;
    private const int TypeSocket = 0xC000;
    private const int ProbeMilliseconds = 1_000;
    private const int TurnMilliseconds = 10_000;

    private readonly string _path;
    /// <param name="path">Of the file.</param>
    /// <param name="identity">Which file stood there when the socket was bound.</param>
    internal UnixSocketFile(string path, FileIdentity identity)
    {
        _path = path;
        Identity = identity;
    }

    internal FileIdentity Identity { get; }

    /// <summary>Makes the file and its socket, which listens.</summary>
    /// <exception cref="StartupException">It cannot be made, and why.</exception>
    internal static Socket Open(ServerOptions options, out UnixSocketFile file)
    {
        string path = options.UnixSocket;
        string shown = OptionError.Quote(path);
        Socket socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        file = new UnixSocketFile(path, default);
        try
        {
            using SafeFileHandle? turn = AwaitTurn(path);
            RemoveStale(path, shown);
            socket.Bind(new Address(path));
            file = new UnixSocketFile(path, FileIdentity.Of(path));
            file.Restrict(options);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            file.Remove();
            if (exception is SocketException or IOException or UnauthorizedAccessException)
            {
                throw new StartupException(
                    $"the Unix socket {shown} cannot be made ({exception.Message}); give --unix-socket a path in a "
                    + "directory that exists and that this user may write.",
                    exception);
            }

            throw;
        }
    }

    /// <summary>Whether clients find it: false when it was removed, or replaced; null when this user cannot see that.
    /// </summary>
    internal bool? IsThere => LinuxKernel.PathStatus(_path, out _) switch
    {
        0 => FileIdentity.Of(_path) == Identity,
        -Errno.ENOENT => false,
        _ => null,
    };

    /// <summary>Gives the file the owner and the mode that the options say, and no other file: whoever may write the
    /// directory may have put one in its place.</summary>
    /// <exception cref="StartupException">That is not possible, and why.</exception>
    internal void Restrict(ServerOptions options)
    {
        (uint User, uint Group)? owner = Credentials.User == 0 ? Privileges.Find(options) : null;
        uint mode = Convert.ToUInt32(options.UnixSocketMode, 8);
        int result = Credentials.GiveSocket(_path, Identity.Device, Identity.Inode, owner, mode);
        if (result < 0)
        {
            throw new StartupException(
                $"the Unix socket {OptionError.Quote(_path)} cannot be given its owner and mode (errno {-result}); "
                + "give --unix-socket a path on a file system that has them, in a directory that nobody else writes.");
        }
    }

    /// <summary>Removes the file, unless another has taken its place. While the socket is open: its number is nobody
    /// else's until then.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool Remove()
    {
        if (Identity == default || FileIdentity.Of(_path) != Identity)
        {
            return true;
        }

        try
        {
            File.Delete(_path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The user that serves may not write the directory; the next server replaces it.
            return false;
        }
    }

    /// <summary>Takes the lock of the directory: a socket that is bound and does not listen yet looks as if its server
    /// were dead.</summary>
    /// <returns>Null when there is none to have: whoever keeps it for so long makes no socket.</returns>
    private static SafeFileHandle? AwaitTurn(string path)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        int result = -Errno.EAGAIN;
        SpinWait.SpinUntil(
            () => (result = LinuxKernel.LockDirectory(directory)) != -Errno.EAGAIN, TurnMilliseconds);
        return result < 0 ? null : new SafeFileHandle(result, ownsHandle: true);
    }

    private static void RemoveStale(string path, string shown)
    {
        if (LinuxKernel.PathStatus(path, out Statx status) < 0)
        {
            return;
        }

        if ((status.Mode & TypeMask) != TypeSocket)
        {
            throw new StartupException(
                $"{shown} is there and is no socket; remove it, or give --unix-socket another path.");
        }

        using Socket probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        // A live server whose backlog is full keeps a client waiting.
        probe.SendTimeout = ProbeMilliseconds;
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException)
        {
            // Somebody listens who does not want us.
        }

        throw new StartupException(
            $"another program listens on the Unix socket {shown}; stop that one, or give --unix-socket another path.");
    }

    // The framework removes the file of its own kind of end point when the socket is disposed, whoever's file it is by
    // then.
    private sealed class Address : EndPoint
    {
        private readonly UnixDomainSocketEndPoint _endPoint;

        internal Address(string path)
        {
            _endPoint = new UnixDomainSocketEndPoint(path);
        }

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize()
        {
            return _endPoint.Serialize();
        }

        public override EndPoint Create(SocketAddress socketAddress)
        {
            return _endPoint.Create(socketAddress);
        }
    }
}
