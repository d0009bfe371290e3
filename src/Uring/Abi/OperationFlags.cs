using System;

namespace Uring.Abi;

/// <summary><c>IORING_ASYNC_CANCEL_*</c>: what a cancel matches; 5.19, <see cref="FdFixed"/> 6.0.</summary>
[Flags]
public enum CancelFlags : uint
{
    /// <summary>The first request with the given user data.</summary>
    None = 0,

    /// <summary><c>IORING_ASYNC_CANCEL_ALL</c>: every match; the result is their number.</summary>
    All = 1 << 0,

    /// <summary><c>IORING_ASYNC_CANCEL_FD</c>: match the descriptor.</summary>
    Fd = 1 << 1,

    /// <summary><c>IORING_ASYNC_CANCEL_ANY</c>: match every request.</summary>
    Any = 1 << 2,

    /// <summary><c>IORING_ASYNC_CANCEL_FD_FIXED</c>: the descriptor is a fixed-file slot. Without it the slot
    /// number is taken for a normal descriptor, silently.</summary>
    FdFixed = 1 << 3,
}

/// <summary><c>IORING_TIMEOUT_*</c>, <c>IORING_LINK_TIMEOUT_UPDATE</c>.</summary>
[Flags]
public enum TimeoutFlags : uint
{
    /// <summary>A relative time on the monotonic clock.</summary>
    None = 0,

    /// <summary><c>IORING_TIMEOUT_ABS</c>: an absolute time.</summary>
    Absolute = 1 << 0,

    /// <summary><c>IORING_TIMEOUT_BOOTTIME</c>; 5.15.</summary>
    BootTime = 1 << 2,

    /// <summary><c>IORING_TIMEOUT_REALTIME</c>; 5.15.</summary>
    RealTime = 1 << 3,

    /// <summary><c>IORING_TIMEOUT_ETIME_SUCCESS</c>: expiry counts as success for a link; 5.16.</summary>
    ExpirySuccess = 1 << 5,

    /// <summary><c>IORING_TIMEOUT_MULTISHOT</c>; 6.4.</summary>
    Multishot = 1 << 6,
}

/// <summary><c>RWF_*</c>: flags of one read or write.</summary>
[Flags]
public enum ReadWriteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>RWF_DSYNC</c>.</summary>
    DataSync = 0x02,

    /// <summary><c>RWF_NOWAIT</c>: what is not in memory gives EAGAIN; EOPNOTSUPP on tmpfs and overlayfs.</summary>
    NoWait = 0x08,

    /// <summary><c>RWF_APPEND</c>.</summary>
    Append = 0x10,
}

/// <summary><c>SPLICE_F_*</c>.</summary>
[Flags]
public enum SpliceFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>SPLICE_F_MOVE</c>.</summary>
    Move = 1,

    /// <summary><c>SPLICE_F_NONBLOCK</c>.</summary>
    NonBlock = 2,

    /// <summary><c>SPLICE_F_MORE</c>.</summary>
    More = 4,

    /// <summary><c>SPLICE_F_FD_IN_FIXED</c>: the descriptor to read from is a fixed-file slot.</summary>
    FdInFixed = 1u << 31,
}

/// <summary><c>POLL*</c>: events of a poll.</summary>
[Flags]
public enum PollEvents : uint
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary><c>POLLIN</c>.</summary>
    In = 0x0001,

    /// <summary><c>POLLOUT</c>.</summary>
    Out = 0x0004,

    /// <summary><c>POLLERR</c>.</summary>
    Error = 0x0008,

    /// <summary><c>POLLHUP</c>.</summary>
    HangUp = 0x0010,

    /// <summary><c>POLLRDHUP</c>.</summary>
    ReadHangUp = 0x2000,
}

/// <summary><c>IORING_FSYNC_*</c>.</summary>
[Flags]
public enum FileSyncFlags : uint
{
    /// <summary>Data and metadata.</summary>
    None = 0,

    /// <summary><c>IORING_FSYNC_DATASYNC</c>.</summary>
    DataSync = 1,
}

/// <summary><c>POSIX_FADV_*</c>.</summary>
public enum FileAdvice : uint
{
    /// <summary><c>POSIX_FADV_NORMAL</c>.</summary>
    Normal = 0,

    /// <summary><c>POSIX_FADV_RANDOM</c>.</summary>
    Random = 1,

    /// <summary><c>POSIX_FADV_SEQUENTIAL</c>.</summary>
    Sequential = 2,

    /// <summary><c>POSIX_FADV_WILLNEED</c>.</summary>
    WillNeed = 3,

    /// <summary><c>POSIX_FADV_DONTNEED</c>.</summary>
    DontNeed = 4,
}

/// <summary><c>AT_*</c>: flags of a path operation.</summary>
[Flags]
public enum AtFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary><c>AT_SYMLINK_NOFOLLOW</c>.</summary>
    SymlinkNoFollow = 0x100,

    /// <summary><c>AT_EMPTY_PATH</c>: an empty path means the descriptor itself.</summary>
    EmptyPath = 0x1000,
}
