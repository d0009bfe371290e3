using System;
using Uring.Abi;

namespace Uring;

/// <summary>A ring could not be made or set up. Thrown at start-up only; the request path answers with
/// values.</summary>
public sealed class RingException : Exception
{
    /// <summary>Says which call failed, and how.</summary>
    /// <param name="operation">The call, as <c>io_uring_setup</c>.</param>
    /// <param name="errno">The errno, positive.</param>
    public RingException(string operation, int errno)
        : base($"{operation} failed with errno {errno}: {CauseOf(errno)}")
    {
        Operation = operation;
        ErrorNumber = errno;
    }

    /// <summary>The call that failed.</summary>
    public string Operation { get; }

    /// <summary>The errno, positive (<see cref="Errno"/>).</summary>
    public int ErrorNumber { get; }

    private static string CauseOf(int errno)
    {
        return errno switch
        {
            Errno.ENOSYS => "the kernel has no io_uring, or a seccomp filter hides it",
            Errno.EPERM => "io_uring is forbidden here, by kernel.io_uring_disabled or a seccomp filter",
            Errno.EINVAL => "this kernel does not know what was asked for; 6.1 or later is needed",
            Errno.ENOMEM => "no memory for the ring; RLIMIT_MEMLOCK may be too low",
            Errno.EMFILE or Errno.ENFILE => "too many open files; RLIMIT_NOFILE may be too low",
            Errno.EEXIST => "the ring belongs to another thread",
            _ => "see the manual page of the call",
        };
    }
}
