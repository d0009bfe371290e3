using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>
/// What the chains of one worker are prepared with: its ring, the listener, the root to open beneath, the buffers, and
/// the few structures that the kernel reads by address, at one place for the life of the worker.
/// </summary>
internal sealed class ChainResources : IDisposable
{
    internal const ushort ReceiveGroup = 0;

    private const int CachedHowOffset = 0;
    private const int HowOffset = 64;
    private const int PauseOffset = 128;
    private const int EmptyPathOffset = 192;
    private const int PauseMilliseconds = 200;

    // O_NONBLOCK: a FIFO must not wait for its writer. O_NOCTTY: a terminal must not become the server's.
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal;

    private readonly NativeRegion _structures;
    private readonly int _connectionCount;

    internal ChainResources(
        Ring ring,
        int listener,
        int root,
        int connectionCount,
        BufferRing receiveBuffers,
        ResponseBuffers responseBuffers)
    {
        Ring = ring;
        Listener = listener;
        Root = root;
        _connectionCount = connectionCount;
        ReceiveBuffers = receiveBuffers;
        ResponseBuffers = responseBuffers;
        _structures = NativeRegion.Allocate(4096);
        const ResolveFlags Jail = ResolveFlags.Beneath | ResolveFlags.NoMagicLinks;
        _structures.At<OpenHow>(CachedHowOffset) =
            new OpenHow { Flags = Flags, Resolve = Jail | ResolveFlags.Cached };
        _structures.At<OpenHow>(HowOffset) = new OpenHow { Flags = Flags, Resolve = Jail };
        _structures.At<KernelTimespec>(PauseOffset) = KernelTimespec.FromMilliseconds(PauseMilliseconds);
    }

    internal Ring Ring { get; }

    /// <summary>Descriptor of the listening socket.</summary>
    internal int Listener { get; }

    /// <summary>Descriptor of the root: an O_PATH descriptor, because openat2 takes no slot as directory.</summary>
    internal int Root { get; }

    internal BufferRing ReceiveBuffers { get; }

    internal ResponseBuffers ResponseBuffers { get; }

    /// <summary>Opens what the name cache knows, and answers EAGAIN else.</summary>
    internal ref readonly OpenHow CachedHow => ref _structures.At<OpenHow>(CachedHowOffset);

    /// <summary>Opens whatever lies beneath the root.</summary>
    internal ref readonly OpenHow How => ref _structures.At<OpenHow>(HowOffset);

    /// <summary>A zero byte: the path to a descriptor itself.</summary>
    internal ReadOnlySpan<byte> EmptyPath => _structures.Slice(EmptyPathOffset, 1);

    /// <summary>How long a splice waits that found no room behind its gate.</summary>
    internal ref readonly KernelTimespec SplicePause => ref _structures.At<KernelTimespec>(PauseOffset);

    /// <summary>Whether RWF_NOWAIT is worth trying: tmpfs and overlayfs answer EOPNOTSUPP, once.</summary>
    internal bool IsNoWaitSupported { get; set; } = true;

    internal static FixedFileSlot SocketSlot(ConnectionId id)
    {
        return new FixedFileSlot(id.Slot);
    }

    internal FixedFileSlot FileSlot(ConnectionId id)
    {
        return new FixedFileSlot(_connectionCount + id.Slot);
    }

    public void Dispose()
    {
        _structures.Dispose();
    }
}
