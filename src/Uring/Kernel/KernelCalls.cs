using System.Text;
using Uring.Abi;

namespace Uring.Kernel;

/// <summary>The calls of <see cref="IKernel"/> that programs make themselves, without pointers.</summary>
public static unsafe class KernelCalls
{
    /// <summary>What the kernel knows of an open file; see <see cref="IKernel.FileStatus"/>.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="fileDescriptor">An open descriptor.</param>
    /// <param name="status">Filled in on success.</param>
    /// <returns>0 or -errno.</returns>
    public static int FileStatus(this IKernel kernel, int fileDescriptor, out Statx status)
    {
        // SAFETY: the structure stands on this frame, and the kernel writes it during the call only.
        fixed (Statx* target = &status)
        {
            *target = default;
            return kernel.FileStatus(fileDescriptor, target);
        }
    }

    /// <summary>Opens a directory as a place to start from; see <see cref="IKernel.OpenDirectory"/>.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="path">The path.</param>
    /// <returns>A descriptor, which the caller closes, or -errno.</returns>
    public static int OpenDirectory(this IKernel kernel, string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");

        // SAFETY: the array is pinned during the call, and ends with a zero byte.
        fixed (byte* start = bytes)
        {
            return kernel.OpenDirectory(start);
        }
    }

    /// <summary>Makes a pipe; see <see cref="IKernel.CreatePipe"/>.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="length">Bytes that the pipe shall hold.</param>
    /// <param name="ends">Filled in on success; the caller closes both.</param>
    /// <returns>What the pipe really holds, in bytes, or -errno.</returns>
    public static int CreatePipe(this IKernel kernel, int length, out PipeEnds ends)
    {
        // SAFETY: the structure stands on this frame, and the kernel writes it during the call only.
        fixed (PipeEnds* target = &ends)
        {
            *target = default;
            return kernel.CreatePipe(length, target);
        }
    }
}
