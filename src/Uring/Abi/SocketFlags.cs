using System;

namespace Uring.Abi;

/// <summary><c>MSG_*</c>: flags of a send or receive.</summary>
[Flags]
public enum MessageFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>MSG_PEEK</c>.</summary>
    Peek = 0x02,

    /// <summary><c>MSG_DONTWAIT</c>.</summary>
    DontWait = 0x40,

    /// <summary><c>MSG_WAITALL</c>: a linked send must carry it, or a short send counts as success.</summary>
    WaitAll = 0x100,

    /// <summary><c>MSG_NOSIGNAL</c>.</summary>
    NoSignal = 0x4000,

    /// <summary><c>MSG_MORE</c>: more follows at once; hold a partial segment back.</summary>
    More = 0x8000,
}

/// <summary><c>IORING_RECVSEND_*</c>, <c>IORING_RECV_MULTISHOT</c>: io_uring's own flags of a send or
/// receive.</summary>
[Flags]
public enum ReceiveSendFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_RECVSEND_POLL_FIRST</c>: wait before the first try; 5.19.</summary>
    PollFirst = 1 << 0,

    /// <summary><c>IORING_RECV_MULTISHOT</c>: one request, many completions; 6.0.</summary>
    Multishot = 1 << 1,

    /// <summary><c>IORING_RECVSEND_FIXED_BUF</c>: the buffer is a registered one (zero-copy send); 6.0.</summary>
    FixedBuffer = 1 << 2,

    /// <summary><c>IORING_SEND_ZC_REPORT_USAGE</c>; 6.2.</summary>
    ZeroCopyReportUsage = 1 << 3,

    /// <summary><c>IORING_RECVSEND_BUNDLE</c>; 6.10.</summary>
    Bundle = 1 << 4,

    /// <summary><c>IORING_SEND_VECTORIZED</c>: the buffer is an array of vectors; later than 6.12.</summary>
    Vectorized = 1 << 5,
}

/// <summary><c>IORING_ACCEPT_*</c>: io_uring's own flags of an accept.</summary>
[Flags]
public enum AcceptFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>IORING_ACCEPT_MULTISHOT</c>; 5.19.</summary>
    Multishot = 1 << 0,

    /// <summary><c>IORING_ACCEPT_DONTWAIT</c>; 6.10.</summary>
    DontWait = 1 << 1,

    /// <summary><c>IORING_ACCEPT_POLL_FIRST</c>; 6.10.</summary>
    PollFirst = 1 << 2,
}

/// <summary><c>SOCK_*</c>: flags of an accepted or new socket. A direct accept refuses close-on-exec.</summary>
[Flags]
public enum SocketCreationFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>SOCK_NONBLOCK</c>: io_uring's own send and receive wait all the same; a splice does not.</summary>
    NonBlock = 0x800,

    /// <summary><c>SOCK_CLOEXEC</c>.</summary>
    CloseOnExec = 0x80000,
}

/// <summary><c>AF_*</c>: families of socket addresses.</summary>
public enum SocketDomain
{
    /// <summary><c>AF_UNIX</c>.</summary>
    Unix = 1,

    /// <summary><c>AF_INET</c>.</summary>
    InternetV4 = 2,

    /// <summary><c>AF_INET6</c>.</summary>
    InternetV6 = 10,
}

/// <summary><c>SOCK_*</c>: kinds of sockets.</summary>
public enum SocketKind
{
    /// <summary><c>SOCK_STREAM</c>.</summary>
    Stream = 1,

    /// <summary><c>SOCK_DGRAM</c>.</summary>
    Datagram = 2,
}

/// <summary><c>SOCKET_URING_OP_*</c>: what <c>IORING_OP_URING_CMD</c> can do on a socket.</summary>
public enum SocketCommand : uint
{
    /// <summary><c>SOCKET_URING_OP_SIOCINQ</c>, 6.6: bytes that were received and not read yet.</summary>
    InputQueue = 0,

    /// <summary><c>SOCKET_URING_OP_SIOCOUTQ</c>, 6.6: bytes that were sent and not acknowledged yet.</summary>
    OutputQueue = 1,

    /// <summary><c>SOCKET_URING_OP_SETSOCKOPT</c>, 6.7: <c>setsockopt</c>.</summary>
    SetOption = 3,
}

/// <summary><c>SOL_*</c>: whose an option of a socket is.</summary>
public enum SocketLevel : uint
{
    /// <summary><c>SOL_SOCKET</c>: of sockets of every kind.</summary>
    Socket = 1,
}

/// <summary><c>SO_*</c>: options of <see cref="SocketLevel.Socket"/>.</summary>
public enum SocketOption : uint
{
    /// <summary><c>SO_LINGER</c>: what a close does with bytes that the peer has not taken. Its value is a
    /// <see cref="Linger"/>.</summary>
    Linger = 13,
}

/// <summary><c>SHUT_*</c>: which direction a shutdown ends.</summary>
public enum ShutdownDirection
{
    /// <summary><c>SHUT_RD</c>.</summary>
    Read = 0,

    /// <summary><c>SHUT_WR</c>: the peer reads the end of the stream.</summary>
    Write = 1,

    /// <summary><c>SHUT_RDWR</c>.</summary>
    Both = 2,
}
