using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>Which file a path leads to: no other has the same while it exists.</summary>
/// <param name="Device">Of the file system, major and minor.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    /// <summary>Of what stands at a path itself; the default when nothing does.</summary>
    internal static FileIdentity Of(string path)
    {
        return LinuxKernel.PathStatus(path, out Statx status) < 0
            ? default
            : new FileIdentity(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode);
    }
}
