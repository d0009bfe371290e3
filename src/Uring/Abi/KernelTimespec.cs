using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct __kernel_timespec</c>: a duration or a point in time, 16 bytes on every architecture.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct KernelTimespec
{
    /// <summary><c>tv_sec</c>.</summary>
    public long Seconds;

    /// <summary><c>tv_nsec</c>: 0 to 999,999,999.</summary>
    public long Nanoseconds;

    /// <summary>A duration of so many milliseconds.</summary>
    /// <param name="milliseconds">Not negative.</param>
    /// <returns>The same duration.</returns>
    public static KernelTimespec FromMilliseconds(long milliseconds)
    {
        return new KernelTimespec
        {
            Seconds = milliseconds / 1000,
            Nanoseconds = (milliseconds % 1000) * 1_000_000,
        };
    }
}
