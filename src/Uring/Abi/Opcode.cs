namespace Uring.Abi;

/// <summary><c>enum io_uring_op</c>: <c>IORING_OP_*</c>, the operations that this library prepares or names.</summary>
/// <remarks>Source: <c>linux/io_uring.h</c>; the kernel version is the first that has it.</remarks>
public enum Opcode : byte
{
    /// <summary><c>IORING_OP_NOP</c>, 5.1.</summary>
    Nop = 0,

    /// <summary><c>IORING_OP_READV</c>, 5.1.</summary>
    ReadVector = 1,

    /// <summary><c>IORING_OP_WRITEV</c>, 5.1.</summary>
    WriteVector = 2,

    /// <summary><c>IORING_OP_FSYNC</c>, 5.1.</summary>
    FileSync = 3,

    /// <summary><c>IORING_OP_READ_FIXED</c>, 5.1.</summary>
    ReadFixed = 4,

    /// <summary><c>IORING_OP_WRITE_FIXED</c>, 5.1.</summary>
    WriteFixed = 5,

    /// <summary><c>IORING_OP_POLL_ADD</c>, 5.1.</summary>
    PollAdd = 6,

    /// <summary><c>IORING_OP_POLL_REMOVE</c>, 5.1.</summary>
    PollRemove = 7,

    /// <summary><c>IORING_OP_SENDMSG</c>, 5.3.</summary>
    SendMessage = 9,

    /// <summary><c>IORING_OP_RECVMSG</c>, 5.3.</summary>
    ReceiveMessage = 10,

    /// <summary><c>IORING_OP_TIMEOUT</c>, 5.4.</summary>
    Timeout = 11,

    /// <summary><c>IORING_OP_TIMEOUT_REMOVE</c>, 5.5.</summary>
    TimeoutRemove = 12,

    /// <summary><c>IORING_OP_ACCEPT</c>, 5.5.</summary>
    Accept = 13,

    /// <summary><c>IORING_OP_ASYNC_CANCEL</c>, 5.5.</summary>
    AsyncCancel = 14,

    /// <summary><c>IORING_OP_LINK_TIMEOUT</c>, 5.5.</summary>
    LinkTimeout = 15,

    /// <summary><c>IORING_OP_CONNECT</c>, 5.5.</summary>
    Connect = 16,

    /// <summary><c>IORING_OP_OPENAT</c>, 5.6.</summary>
    OpenAt = 18,

    /// <summary><c>IORING_OP_CLOSE</c>, 5.6; direct 5.15.</summary>
    Close = 19,

    /// <summary><c>IORING_OP_FILES_UPDATE</c>, 5.6.</summary>
    FilesUpdate = 20,

    /// <summary><c>IORING_OP_STATX</c>, 5.6.</summary>
    Statx = 21,

    /// <summary><c>IORING_OP_READ</c>, 5.6.</summary>
    Read = 22,

    /// <summary><c>IORING_OP_WRITE</c>, 5.6.</summary>
    Write = 23,

    /// <summary><c>IORING_OP_FADVISE</c>, 5.6.</summary>
    FileAdvise = 24,

    /// <summary><c>IORING_OP_SEND</c>, 5.6.</summary>
    Send = 26,

    /// <summary><c>IORING_OP_RECV</c>, 5.6.</summary>
    Receive = 27,

    /// <summary><c>IORING_OP_OPENAT2</c>, 5.6; direct 5.15.</summary>
    OpenAt2 = 28,

    /// <summary><c>IORING_OP_SPLICE</c>, 5.7.</summary>
    Splice = 30,

    /// <summary><c>IORING_OP_TEE</c>, 5.8.</summary>
    Tee = 33,

    /// <summary><c>IORING_OP_SHUTDOWN</c>, 5.11.</summary>
    Shutdown = 34,

    /// <summary><c>IORING_OP_MSG_RING</c>, 5.18.</summary>
    MessageRing = 40,

    /// <summary><c>IORING_OP_SOCKET</c>, 5.19.</summary>
    Socket = 45,

    /// <summary><c>IORING_OP_URING_CMD</c>, 5.19.</summary>
    Command = 46,

    /// <summary><c>IORING_OP_SEND_ZC</c>, 6.0.</summary>
    SendZeroCopy = 47,

    /// <summary><c>IORING_OP_SENDMSG_ZC</c>, 6.1.</summary>
    SendMessageZeroCopy = 48,

    /// <summary><c>IORING_OP_FIXED_FD_INSTALL</c>, 6.8.</summary>
    FixedFdInstall = 54,

    /// <summary><c>IORING_OP_BIND</c>, 6.11.</summary>
    Bind = 56,

    /// <summary><c>IORING_OP_LISTEN</c>, 6.11.</summary>
    Listen = 57,
}
