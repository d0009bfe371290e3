using System.Text;
using Uring.FakeKernel;
using Uring.Kernel;
using Uring.Registered;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>The surroundings of a scenario on the fake kernel.</summary>
internal sealed class FakeWorld : IWorld
{
    private const string Base = "/srv/";

    private readonly FakeKernel.FakeKernel _kernel = new FakeKernel.FakeKernel();
    private readonly FakeListener _listener;

    internal FakeWorld()
    {
        _kernel.Files.MakeDirectory("/srv");
        _listener = _kernel.Listen();
        using NativeRegion path = NativeRegion.Allocate(8);
        Encoding.UTF8.GetBytes("/srv\0", path.Slice(0, 8));
        Directory = OpenDirectory(path);
    }

    public IKernel Kernel => _kernel;

    public int Directory { get; }

    public int Listener => _listener.Descriptor;

    public string AbsolutePath(string name)
    {
        return Base + name;
    }

    public void WriteFile(string name, int length)
    {
        _kernel.Files.WriteFile(Base + name, Lab.Content(length));
    }

    public void ReplaceFile(string name, int length)
    {
        _kernel.Files.ReplaceFile(Base + name, Lab.Content(length));
    }

    public void Truncate(string name, int length)
    {
        _kernel.Files.Truncate(Base + name, length);
    }

    public void Delete(string name)
    {
        _kernel.Files.Delete(Base + name);
    }

    public void MakeDirectory(string name)
    {
        _kernel.Files.MakeDirectory(Base + name);
    }

    public void MakeSymbolicLink(string name, string target)
    {
        _kernel.Files.MakeSymbolicLink(Base + name, target);
    }

    public void MakeFifo(string name)
    {
        _kernel.Files.MakeFifo(Base + name);
    }

    public void MountMemory(string name)
    {
        _kernel.Files.MakeMount(Base + name, supportsNoWait: false);
    }

    public void MakeZeroDevice(string name)
    {
        _kernel.Files.MakeDevice(Base + name);
    }

    public IFifoWriter OpenFifoWriter(string name)
    {
        return new FakeWriter(_kernel.Files.Node(Base + name));
    }

    public int OpenForWriting(string name)
    {
        return _kernel.OpenForWriting(Base + name);
    }

    public byte[] ReadFile(string name)
    {
        return _kernel.Files.Node(Base + name).Content;
    }

    public void CoolPages(string name)
    {
        _kernel.Files.Node(Base + name).ArePagesCold = true;
    }

    public void CoolNames(string name)
    {
        _kernel.Files.Node(Base + name).IsDentryCold = true;
    }

    public IClient Connect()
    {
        FakeClient client = _kernel.Connect(_listener);
        client.ReadsByItself = false;
        return new Client(client);
    }

    public void AllowMisuse()
    {
        _kernel.IsStrict = false;
    }

    public void Dispose()
    {
        _kernel.Close(Directory);
    }

    private unsafe int OpenDirectory(NativeRegion path)
    {
        // SAFETY: the region lives until the call has returned.
        return _kernel.OpenDirectory((byte*)path.Address);
    }

    private sealed class FakeWriter : IFifoWriter
    {
        private readonly FakeNode _node;

        internal FakeWriter(FakeNode node)
        {
            _node = node;
            node.OpenFifoWriter();
        }

        public void Write(int length)
        {
            _node.WriteFifo(Lab.Content(length));
        }

        public void Dispose()
        {
            _node.CloseFifoWriter();
        }
    }

    private sealed class Client(FakeClient client) : IClient
    {
        public void Send(int length)
        {
            client.Send(Lab.Content(length));
        }

        public byte[] Read(int length)
        {
            byte[] bytes = client.Receive(length);
            Assert.Equal(length, bytes.Length);
            return bytes;
        }

        public int ReadToEnd()
        {
            client.Receive();
            Assert.True(client.IsFinished);
            return client.ReceivedBytes.Length;
        }

        public bool IsResetByServer()
        {
            return client.IsReset;
        }

        public void ReadByItself()
        {
            client.Receive();
            client.ReadsByItself = true;
        }

        public void Shutdown()
        {
            client.Shutdown();
        }

        public void Reset()
        {
            client.Reset();
        }

        public void Close()
        {
            client.Close();
        }

        public void Dispose()
        {
        }
    }
}
