using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Uring.Kernel;
using Uring.Registered;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>The surroundings of a scenario on Linux: a temporary directory, and TCP over the loopback with small
/// buffers, so that a send of <see cref="Lab.BigLength"/> bytes cannot fit.</summary>
internal sealed class LinuxWorld : IWorld
{
    private const int WaitMilliseconds = 3000;

    private readonly string _base;
    private readonly Socket _listener;
    private string? _mount;
    private SafeFileHandle? _written;

    internal LinuxWorld()
    {
        _base = System.IO.Directory.CreateTempSubdirectory("uring-conformance-").FullName;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            SendBufferSize = 32 * 1024,
        };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(256);
        using NativeRegion path = NativeRegion.Allocate(4096);
        Encoding.UTF8.GetBytes(_base + "\0", path.Slice(0, 4096));
        Directory = OpenDirectory(path);
    }

    public IKernel Kernel => LinuxKernel.Instance;

    public int Directory { get; }

    public int Listener => (int)_listener.Handle;

    public string AbsolutePath(string name)
    {
        return Path.Combine(_base, name);
    }

    public void WriteFile(string name, int length)
    {
        File.WriteAllBytes(AbsolutePath(name), Lab.Content(length));
    }

    public void ReplaceFile(string name, int length)
    {
        WriteFile(name + ".new", length);
        File.Move(AbsolutePath(name + ".new"), AbsolutePath(name), overwrite: true);
    }

    public void Truncate(string name, int length)
    {
        using FileStream file = new FileStream(
            AbsolutePath(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    public void Delete(string name)
    {
        File.Delete(AbsolutePath(name));
    }

    public void MakeDirectory(string name)
    {
        System.IO.Directory.CreateDirectory(AbsolutePath(name));
    }

    public void MakeSymbolicLink(string name, string target)
    {
        File.CreateSymbolicLink(AbsolutePath(name), target);
    }

    public void MakeFifo(string name)
    {
        LinuxCalls.MakeFifo(AbsolutePath(name));
    }

    public void MountMemory(string name)
    {
        LinuxCalls.SkipUnlessMachineIsOurs();
        MakeDirectory(name);
        bool mounted = LinuxCalls.MountMemory(AbsolutePath(name));
        Skip.IfNot(mounted, "only root may mount a file system");
        _mount = AbsolutePath(name);
    }

    public void MakeZeroDevice(string name)
    {
        Skip.IfNot(LinuxCalls.MakeZeroDevice(AbsolutePath(name)), "only root may make a device");
    }

    public IFifoWriter OpenFifoWriter(string name)
    {
        // Read-write, because a plain open for writing waits for a reader.
        return new FifoWriter(new FileStream(AbsolutePath(name), FileMode.Open, FileAccess.ReadWrite));
    }

    public int OpenForWriting(string name)
    {
        _written = File.OpenHandle(AbsolutePath(name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        return (int)_written.DangerousGetHandle();
    }

    public byte[] ReadFile(string name)
    {
        return File.ReadAllBytes(AbsolutePath(name));
    }

    public void CoolPages(string name)
    {
        LinuxCalls.EvictPages(AbsolutePath(name));
    }

    public void CoolNames(string name)
    {
        const string Switch = "/proc/sys/vm/drop_caches";
        LinuxCalls.SkipUnlessMachineIsOurs();
        try
        {
            LinuxCalls.Sync();
            File.WriteAllText(Switch, "2");
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            Skip.If(true, $"names can be evicted only by root: {refused.Message}");
        }
    }

    public IClient Connect()
    {
        Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 16 * 1024,
            ReceiveTimeout = WaitMilliseconds,
            NoDelay = true,
        };
        socket.Connect(_listener.LocalEndPoint!);
        return new Client(socket);
    }

    public void AllowMisuse()
    {
    }

    public void Dispose()
    {
        _listener.Dispose();
        _written?.Dispose();
        Kernel.Close(Directory);
        if (_mount is not null)
        {
            LinuxCalls.Unmount(_mount);
        }

        System.IO.Directory.Delete(_base, recursive: true);
    }

    private unsafe int OpenDirectory(NativeRegion path)
    {
        // SAFETY: the region lives until the call has returned.
        return Kernel.OpenDirectory((byte*)path.Address);
    }

    private sealed class FifoWriter(FileStream stream) : IFifoWriter
    {
        public void Write(int length)
        {
            stream.Write(Lab.Content(length));
            stream.Flush();
        }

        public void Dispose()
        {
            stream.Dispose();
        }
    }

    private sealed class Client(Socket socket) : IClient
    {
        private Task? _reader;

        public void Send(int length)
        {
            Assert.Equal(length, socket.Send(Lab.Content(length)));
        }

        public byte[] Read(int length)
        {
            byte[] bytes = new byte[length];
            int count = 0;
            while (count < length)
            {
                int read = socket.Receive(bytes, count, length - count, SocketFlags.None);
                Assert.True(read > 0, "the server's bytes ended early");
                count += read;
            }

            return bytes;
        }

        public int ReadToEnd()
        {
            byte[] bytes = new byte[65536];
            int count = 0;
            int read;
            while ((read = socket.Receive(bytes)) > 0)
            {
                count += read;
            }

            return count;
        }

        public bool IsResetByServer()
        {
            try
            {
                ReadToEnd();
                return false;
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                return true;
            }
        }

        public void ReadByItself()
        {
            _reader = Task.Factory.StartNew(
                () => ReadToEnd(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public void Shutdown()
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        public void Reset()
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        public void Close()
        {
            socket.Close();
        }

        public void Dispose()
        {
            socket.Dispose();
            try
            {
                _reader?.Wait(WaitMilliseconds);
            }
            catch (AggregateException)
            {
                // The reader was cut off with its socket: the scenario did not wait for the end.
            }
        }
    }
}
