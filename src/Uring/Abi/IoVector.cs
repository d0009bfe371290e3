using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct iovec</c>: one part of a vectored read, write or send; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoVector
{
    /// <summary><c>iov_base</c>.</summary>
    public nuint Address;

    /// <summary><c>iov_len</c>: bytes.</summary>
    public nuint Length;
}

/// <summary><c>struct msghdr</c>: what a <c>sendmsg</c> or <c>recvmsg</c> works on; 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 56)]
public struct MessageHeader
{
    /// <summary><c>msg_name</c>: address of a socket address, or 0.</summary>
    public nuint NameAddress;

    /// <summary><c>msg_namelen</c>: its bytes.</summary>
    public uint NameLength;

    /// <summary><c>msg_iov</c>: address of the <see cref="IoVector"/> entries.</summary>
    public nuint Vectors;

    /// <summary><c>msg_iovlen</c>: their number.</summary>
    public nuint VectorCount;

    /// <summary><c>msg_control</c>: address of ancillary data, or 0.</summary>
    public nuint Control;

    /// <summary><c>msg_controllen</c>: its bytes.</summary>
    public nuint ControlLength;

    /// <summary><c>msg_flags</c>: of a received message.</summary>
    public MessageFlags Flags;
}
