using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>An inode of the fake file system: what a test looks at and changes between, or during, requests.</summary>
public sealed class FakeNode
{
    internal FakeNode(FileType type, long inode, FakeNode? mount)
    {
        Type = type;
        Inode = inode;
        Mount = mount ?? this;
    }

    public FileType Type { get; }

    public long Inode { get; }

    /// <summary>Content of a regular file, or what stands in a FIFO.</summary>
    public byte[] Content { get; internal set; } = [];

    /// <summary>Nanoseconds since 1970.</summary>
    public long ModifyTime { get; set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long ChangeTime { get; set; }

    /// <summary>The next look-up of the name with RESOLVE_CACHED answers -EAGAIN; one without it warms it up.</summary>
    public bool IsDentryCold { get; set; }

    /// <summary>The next read with RWF_NOWAIT answers -EAGAIN; one without it warms it up.</summary>
    public bool ArePagesCold { get; set; }

    /// <summary>errno of every open (EACCES, EIO, …), or 0.</summary>
    public int OpenError { get; set; }

    /// <summary>errno of every read (EIO), or 0.</summary>
    public int ReadError { get; set; }

    /// <summary>errno of every write (ENOSPC), or 0.</summary>
    public int WriteError { get; set; }

    /// <summary>Of a mount's root: false for tmpfs and overlayfs, where RWF_NOWAIT is refused with EOPNOTSUPP and every
    /// read takes a worker.</summary>
    public bool SupportsNoWait { get; set; } = true;

    /// <summary>Processes that hold a FIFO open for writing.</summary>
    public int FifoWriters { get; private set; }

    internal FakeNode Mount { get; }

    internal Dictionary<string, FakeNode> Children { get; } = [];

    /// <summary>Names that the kernel knows not to exist (negative dentries).</summary>
    internal HashSet<string> Absent { get; } = [];

    internal string LinkTarget { get; init; } = "";

    /// <summary>The first use of a symbolic link writes its access time, which a cached look-up may not.</summary>
    internal bool WasFollowed { get; set; }

    internal WaitQueue Waits { get; } = new WaitQueue();

    /// <summary>A process opens the FIFO for writing.</summary>
    public void OpenFifoWriter()
    {
        FifoWriters++;
    }

    /// <summary>That process writes.</summary>
    public void WriteFifo(ReadOnlySpan<byte> bytes)
    {
        Content = [.. Content, .. bytes];
        Waits.Wake(PollEvents.In);
    }

    /// <summary>That process closes its end.</summary>
    public void CloseFifoWriter()
    {
        FifoWriters--;
        if (FifoWriters == 0)
        {
            Waits.Wake(PollEvents.HangUp);
        }
    }

    internal Statx Status()
    {
        const ushort Permissions = 0x1A4; // 0644
        return new Statx
        {
            Mask = StatxMask.BasicStats,
            BlockSize = 4096,
            LinkCount = 1,
            Mode = (ushort)((ushort)Type | Permissions),
            Inode = (ulong)Inode,
            Size = Type == FileType.Regular ? (ulong)Content.Length : 0,
            Blocks = (ulong)((Content.Length + 511) / 512),
            ModifyTime = TimestampOf(ModifyTime),
            ChangeTime = TimestampOf(ChangeTime),
            AccessTime = TimestampOf(ModifyTime),
            DeviceMajor = 8,
            DeviceMinor = (uint)Mount.Inode,
        };
    }

    private static StatxTimestamp TimestampOf(long nanoseconds)
    {
        return new StatxTimestamp
        {
            Seconds = nanoseconds / 1_000_000_000,
            Nanoseconds = (uint)(nanoseconds % 1_000_000_000),
        };
    }
}
