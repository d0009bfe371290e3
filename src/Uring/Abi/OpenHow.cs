using System;
using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct open_how</c>: how <c>openat2</c> opens, 24 bytes; 5.6.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
public struct OpenHow
{
    /// <summary><c>flags</c>: <c>O_*</c>. A direct open refuses <see cref="OpenFlags.CloseOnExec"/>.</summary>
    public OpenFlags Flags;

    /// <summary><c>mode</c>: must be 0 unless a file is created.</summary>
    public ulong Mode;

    /// <summary><c>resolve</c>: limits of the path walk.</summary>
    public ResolveFlags Resolve;
}

/// <summary><c>O_*</c>: flags of an open, as on x86-64 and arm64 alike, but for those that differ there.</summary>
[Flags]
public enum OpenFlags : ulong
{
    /// <summary><c>O_RDONLY</c>.</summary>
    ReadOnly = 0,

    /// <summary><c>O_WRONLY</c>.</summary>
    WriteOnly = 1,

    /// <summary><c>O_RDWR</c>.</summary>
    ReadWrite = 2,

    /// <summary><c>O_CREAT</c>.</summary>
    Create = 0x40,

    /// <summary><c>O_NOCTTY</c>: a terminal does not become the process's own.</summary>
    NoControllingTerminal = 0x100,

    /// <summary><c>O_TRUNC</c>.</summary>
    Truncate = 0x200,

    /// <summary><c>O_APPEND</c>.</summary>
    Append = 0x400,

    /// <summary><c>O_NONBLOCK</c>: a FIFO opens at once instead of waiting for its writer.</summary>
    NonBlock = 0x800,

    /// <summary><c>O_CLOEXEC</c>.</summary>
    CloseOnExec = 0x80000,

    /// <summary><c>O_PATH</c>: a place in the tree, not an open file.</summary>
    Path = 0x200000,
}

/// <summary><c>RESOLVE_*</c>: what <c>openat2</c> may not walk through.</summary>
[Flags]
public enum ResolveFlags : ulong
{
    /// <summary>No limit.</summary>
    None = 0,

    /// <summary><c>RESOLVE_NO_XDEV</c>: crossing a mount gives EXDEV.</summary>
    NoCrossDevice = 0x01,

    /// <summary><c>RESOLVE_NO_MAGICLINKS</c>: a link such as <c>/proc/self/exe</c> gives ELOOP.</summary>
    NoMagicLinks = 0x02,

    /// <summary><c>RESOLVE_NO_SYMLINKS</c>: any symbolic link gives ELOOP.</summary>
    NoSymlinks = 0x04,

    /// <summary><c>RESOLVE_BENEATH</c>: leaving the directory gives EXDEV.</summary>
    Beneath = 0x08,

    /// <summary><c>RESOLVE_IN_ROOT</c>: the directory is the root of the walk.</summary>
    InRoot = 0x10,

    /// <summary><c>RESOLVE_CACHED</c>: what the name cache does not know gives EAGAIN; 5.12.</summary>
    Cached = 0x20,
}
