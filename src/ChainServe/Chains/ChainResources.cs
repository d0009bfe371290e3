using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>
/// What the chains of one worker are prepared with: its ring, the buffers, and the few structures that the
/// kernel reads by address, at one place for the life of the worker.
/// </summary>
internal sealed class ChainResources : IDisposable
{
    internal const ushort ReceiveGroup = 0;

    private const int HowLength = 64;
    private const int HowCount = 3;
    private const int LinkPolicies = 3;
    private const int PauseOffset = 2 * LinkPolicies * HowCount * HowLength;
    private const int PauseCount = 9;
    private const int PauseLength = 16;
    private const int EmptyPathOffset = PauseOffset + (PauseCount * PauseLength);
    private const int LingerOffset = EmptyPathOffset + HowLength;

    // O_NONBLOCK: a FIFO must not wait for its writer. O_NOCTTY: a terminal must not become the server's.
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.NonBlock | OpenFlags.NoControllingTerminal;

    private readonly NativeRegion _structures;
    private readonly int _connectionCount;

    internal ChainResources(
        Ring ring,
        int connectionCount,
        BufferRing receiveBuffers,
        ResponseBuffers responseBuffers)
    {
        Ring = ring;
        _connectionCount = connectionCount;
        ReceiveBuffers = receiveBuffers;
        ResponseBuffers = responseBuffers;
        _structures = NativeRegion.Allocate(4096);
        Place(LinkPolicy.None, ResolveFlags.Beneath | ResolveFlags.NoMagicLinks | ResolveFlags.NoSymlinks);
        Place(LinkPolicy.Inside, ResolveFlags.Beneath | ResolveFlags.NoMagicLinks);
        Place(LinkPolicy.All, ResolveFlags.NoMagicLinks);
        _structures.At<Linger>(LingerOffset) = new Linger { IsOn = 1, Seconds = 0 };
        for (int before = 0; before < PauseCount; before++)
        {
            _structures.At<KernelTimespec>(PauseOffsetOf(before)) = KernelTimespec.FromMilliseconds(1 << before);
        }
    }

    internal Ring Ring { get; }

    internal BufferRing ReceiveBuffers { get; }

    /// <summary>Where accepts say who connected, or null when nobody wants to know.</summary>
    internal ClientAddresses? ClientAddresses { get; init; }

    internal ResponseBuffers ResponseBuffers { get; }

    /// <summary>A zero byte: the path to a descriptor itself.</summary>
    internal ReadOnlySpan<byte> EmptyPath => _structures.Slice(EmptyPathOffset, 1);

    /// <summary>A close throws away what the client has not taken.</summary>
    internal ref readonly Linger NoLinger => ref _structures.At<Linger>(LingerOffset);

    /// <summary>Whether RWF_NOWAIT is worth trying: tmpfs and overlayfs answer EOPNOTSUPP, once.</summary>
    internal bool IsNoWaitSupported { get; set; } = true;

    /// <summary>How long a response pauses: 1 ms, and twice as long each time until 256 ms.</summary>
    /// <param name="before">Pauses since something moved.</param>
    internal ref readonly KernelTimespec Pause(int before)
    {
        return ref _structures.At<KernelTimespec>(PauseOffsetOf(Math.Min(before, PauseCount - 1)));
    }

    /// <summary>Opens what the links of a tree may lead to, into a slot.</summary>
    internal ref readonly OpenHow How(in FileTree tree)
    {
        return ref At(tree, 0);
    }

    /// <summary>The same into a descriptor, which no program that this one starts inherits. A slot takes no such
    /// flag.</summary>
    internal ref readonly OpenHow DescriptorHow(in FileTree tree)
    {
        return ref At(tree, 2);
    }

    /// <summary>Into a slot, for what the name cache knows; EAGAIN for the rest.</summary>
    internal ref readonly OpenHow CachedHow(in FileTree tree)
    {
        return ref At(tree, 1);
    }

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

    /// <summary>Of the three forms of a tree's opens, in the order in which <c>Place</c> writes them.</summary>
    private ref OpenHow At(in FileTree tree, int form)
    {
        return ref _structures.At<OpenHow>(HowOffset(tree.Links, tree.IsOneMount) + (nuint)(form * HowLength));
    }

    private static nuint PauseOffsetOf(int before)
    {
        return (nuint)(PauseOffset + (before * PauseLength));
    }

    private static nuint HowOffset(LinkPolicy links, bool isOneMount)
    {
        return (nuint)((int)links + (isOneMount ? LinkPolicies : 0)) * HowCount * HowLength;
    }

    private void Place(LinkPolicy links, ResolveFlags resolve)
    {
        Place(HowOffset(links, isOneMount: false), resolve);
        Place(HowOffset(links, isOneMount: true), resolve | ResolveFlags.NoCrossDevice);
    }

    private void Place(nuint offset, ResolveFlags resolve)
    {
        _structures.At<OpenHow>(offset) = new OpenHow { Flags = Flags, Resolve = resolve };
        _structures.At<OpenHow>(offset + HowLength) =
            new OpenHow { Flags = Flags, Resolve = resolve | ResolveFlags.Cached };
        _structures.At<OpenHow>(offset + (2 * HowLength)) =
            new OpenHow { Flags = Flags | OpenFlags.CloseOnExec, Resolve = resolve };
    }
}
