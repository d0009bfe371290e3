using System;

namespace Uring.Kernel;

/// <summary>What a thread may do below a path (<c>LANDLOCK_ACCESS_FS_*</c> of linux/landlock.h).</summary>
[Flags]
public enum LandlockAccess : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Run a file.</summary>
    Execute = 1 << 0,

    /// <summary>Open a file for writing.</summary>
    WriteFile = 1 << 1,

    /// <summary>Open a file for reading.</summary>
    ReadFile = 1 << 2,

    /// <summary>Open a directory, or list it.</summary>
    ReadDirectory = 1 << 3,

    /// <summary>Remove an empty directory.</summary>
    RemoveDirectory = 1 << 4,

    /// <summary>Remove a file.</summary>
    RemoveFile = 1 << 5,

    /// <summary>Make a character device.</summary>
    MakeCharacterDevice = 1 << 6,

    /// <summary>Make a directory.</summary>
    MakeDirectory = 1 << 7,

    /// <summary>Make a regular file.</summary>
    MakeRegularFile = 1 << 8,

    /// <summary>Make a Unix socket.</summary>
    MakeSocket = 1 << 9,

    /// <summary>Make a FIFO.</summary>
    MakeFifo = 1 << 10,

    /// <summary>Make a block device.</summary>
    MakeBlockDevice = 1 << 11,

    /// <summary>Make a symbolic link.</summary>
    MakeSymbolicLink = 1 << 12,

    /// <summary>Link or rename between directories; version 2 (5.19).</summary>
    Refer = 1 << 13,

    /// <summary>Cut a file short; version 3 (6.2).</summary>
    Truncate = 1 << 14,

    /// <summary>ioctl on a device; version 5 (6.10).</summary>
    DeviceControl = 1 << 15,
}

/// <summary>What is allowed below a path.</summary>
/// <param name="Path">Of a directory or a file; one that is not there is left out.</param>
/// <param name="Access">What may be done. Of a file only what files have.</param>
public readonly record struct LandlockRule(string Path, LandlockAccess Access);
