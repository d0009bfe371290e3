namespace Uring.Abi;

/// <summary>
/// errno values, positive, as the kernel names them. Completions and the calls of <see cref="Kernel.IKernel"/> carry
/// them negated: compare with <c>-Errno.EAGAIN</c>.
/// </summary>
/// <remarks>Source: <c>asm-generic/errno-base.h</c>, <c>asm-generic/errno.h</c> (x86-64, arm64).</remarks>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>Input/output error.</summary>
    public const int EIO = 5;

    /// <summary>No such device or address.</summary>
    public const int ENXIO = 6;

    /// <summary>Bad file descriptor, or an empty fixed-file slot.</summary>
    public const int EBADF = 9;

    /// <summary>Try again; cold, with <c>RESOLVE_CACHED</c> or <c>RWF_NOWAIT</c>.</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory, or above RLIMIT_MEMLOCK.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Bad address.</summary>
    public const int EFAULT = 14;

    /// <summary>Device or resource busy.</summary>
    public const int EBUSY = 16;

    /// <summary>File exists; a ring call from a thread that is not the ring's.</summary>
    public const int EEXIST = 17;

    /// <summary>Cross-device link; an open that leaves its directory.</summary>
    public const int EXDEV = 18;

    /// <summary>No such device.</summary>
    public const int ENODEV = 19;

    /// <summary>Not a directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Is a directory.</summary>
    public const int EISDIR = 21;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>Too many open files in the system.</summary>
    public const int ENFILE = 23;

    /// <summary>Too many open files in the process.</summary>
    public const int EMFILE = 24;

    /// <summary>No space left on device.</summary>
    public const int ENOSPC = 28;

    /// <summary>Illegal seek.</summary>
    public const int ESPIPE = 29;

    /// <summary>Broken pipe.</summary>
    public const int EPIPE = 32;

    /// <summary>File name too long.</summary>
    public const int ENAMETOOLONG = 36;

    /// <summary>Function not implemented.</summary>
    public const int ENOSYS = 38;

    /// <summary>Too many levels of symbolic links.</summary>
    public const int ELOOP = 40;

    /// <summary>Timer expired.</summary>
    public const int ETIME = 62;

    /// <summary>Protocol error.</summary>
    public const int EPROTO = 71;

    /// <summary>Ring not enabled.</summary>
    public const int EBADFD = 77;

    /// <summary>Socket operation on non-socket.</summary>
    public const int ENOTSOCK = 88;

    /// <summary>Operation not supported.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>Address already in use.</summary>
    public const int EADDRINUSE = 98;

    /// <summary>Network is down.</summary>
    public const int ENETDOWN = 100;

    /// <summary>Software caused connection abort.</summary>
    public const int ECONNABORTED = 103;

    /// <summary>Connection reset by peer.</summary>
    public const int ECONNRESET = 104;

    /// <summary>No buffer space available; the buffer group is empty.</summary>
    public const int ENOBUFS = 105;

    /// <summary>Transport endpoint is not connected.</summary>
    public const int ENOTCONN = 107;

    /// <summary>Connection timed out.</summary>
    public const int ETIMEDOUT = 110;

    /// <summary>No route to host.</summary>
    public const int EHOSTUNREACH = 113;

    /// <summary>Operation already in progress; too late to cancel.</summary>
    public const int EALREADY = 114;

    /// <summary>Stale file handle: a network file system lost it.</summary>
    public const int ESTALE = 116;

    /// <summary>Operation canceled; an earlier step of the chain ended it.</summary>
    public const int ECANCELED = 125;
}
