using System;
using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct statx_timestamp</c>: a point in time, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct StatxTimestamp
{
    /// <summary><c>tv_sec</c>: seconds since 1970.</summary>
    public long Seconds;

    /// <summary><c>tv_nsec</c>.</summary>
    public uint Nanoseconds;

    /// <summary><c>__reserved</c>.</summary>
    public int Reserved;

    /// <summary>Nanoseconds since 1970; wraps for times beyond the year 2262.</summary>
    public readonly long UnixNanoseconds => unchecked((Seconds * 1_000_000_000L) + Nanoseconds);
}

/// <summary><c>struct statx</c>: what the kernel knows of a file, 256 bytes; 4.11.</summary>
/// <remarks>Source: <c>linux/stat.h</c>; man 2 statx.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public struct Statx
{
    /// <summary><c>stx_mask</c>: which fields are filled in.</summary>
    [FieldOffset(0)]
    public StatxMask Mask;

    /// <summary><c>stx_blksize</c>.</summary>
    [FieldOffset(4)]
    public uint BlockSize;

    /// <summary><c>stx_attributes</c>.</summary>
    [FieldOffset(8)]
    public ulong Attributes;

    /// <summary><c>stx_nlink</c>.</summary>
    [FieldOffset(16)]
    public uint LinkCount;

    /// <summary><c>stx_uid</c>.</summary>
    [FieldOffset(20)]
    public uint UserId;

    /// <summary><c>stx_gid</c>.</summary>
    [FieldOffset(24)]
    public uint GroupId;

    /// <summary><c>stx_mode</c>: type and permissions.</summary>
    [FieldOffset(28)]
    public ushort Mode;

    /// <summary><c>stx_ino</c>.</summary>
    [FieldOffset(32)]
    public ulong Inode;

    /// <summary><c>stx_size</c>: bytes.</summary>
    [FieldOffset(40)]
    public ulong Size;

    /// <summary><c>stx_blocks</c>: in units of 512 bytes.</summary>
    [FieldOffset(48)]
    public ulong Blocks;

    /// <summary><c>stx_attributes_mask</c>.</summary>
    [FieldOffset(56)]
    public ulong AttributesMask;

    /// <summary><c>stx_atime</c>.</summary>
    [FieldOffset(64)]
    public StatxTimestamp AccessTime;

    /// <summary><c>stx_btime</c>.</summary>
    [FieldOffset(80)]
    public StatxTimestamp BirthTime;

    /// <summary><c>stx_ctime</c>: last change of the inode.</summary>
    [FieldOffset(96)]
    public StatxTimestamp ChangeTime;

    /// <summary><c>stx_mtime</c>: last change of the content.</summary>
    [FieldOffset(112)]
    public StatxTimestamp ModifyTime;

    /// <summary><c>stx_rdev_major</c>.</summary>
    [FieldOffset(128)]
    public uint DeviceNodeMajor;

    /// <summary><c>stx_rdev_minor</c>.</summary>
    [FieldOffset(132)]
    public uint DeviceNodeMinor;

    /// <summary><c>stx_dev_major</c>: the device of the file system.</summary>
    [FieldOffset(136)]
    public uint DeviceMajor;

    /// <summary><c>stx_dev_minor</c>.</summary>
    [FieldOffset(140)]
    public uint DeviceMinor;

    /// <summary><c>stx_mnt_id</c>; 5.8.</summary>
    [FieldOffset(144)]
    public ulong MountId;

    /// <summary>The type bits of <see cref="Mode"/> (<c>S_IFMT</c>).</summary>
    public readonly FileType Type => (FileType)(Mode & 0xF000);
}

/// <summary><c>S_IF*</c>: the type of a file.</summary>
public enum FileType : ushort
{
    /// <summary><c>S_IFIFO</c>.</summary>
    Fifo = 0x1000,

    /// <summary><c>S_IFCHR</c>.</summary>
    CharacterDevice = 0x2000,

    /// <summary><c>S_IFDIR</c>.</summary>
    Directory = 0x4000,

    /// <summary><c>S_IFBLK</c>.</summary>
    BlockDevice = 0x6000,

    /// <summary><c>S_IFREG</c>.</summary>
    Regular = 0x8000,

    /// <summary><c>S_IFLNK</c>.</summary>
    SymbolicLink = 0xA000,

    /// <summary><c>S_IFSOCK</c>.</summary>
    Socket = 0xC000,
}

/// <summary><c>STATX_*</c>: which fields of <see cref="Statx"/> to fill in.</summary>
[Flags]
public enum StatxMask : uint
{
    /// <summary>No field.</summary>
    None = 0,

    /// <summary><c>STATX_BASIC_STATS</c>: what <c>stat</c> gives.</summary>
    BasicStats = 0x7FF,

    /// <summary><c>STATX_BTIME</c>.</summary>
    BirthTime = 0x800,

    /// <summary><c>STATX_MNT_ID</c>; 5.8.</summary>
    MountId = 0x1000,
}
