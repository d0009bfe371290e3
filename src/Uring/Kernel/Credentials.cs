using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Uring.Abi;
using static Uring.Kernel.LinuxKernel;

namespace Uring.Kernel;

/// <summary>The user that a process is, and whose a file is. The user changes through the C library, which changes all
/// threads at once; the system calls themselves change one.</summary>
/// <remarks>A ring keeps the credentials of its submitter for each request, but its polling thread
/// (<see cref="RingMode.SubmissionPolling"/>) keeps those that the ring was made with: change the user first.</remarks>
public static unsafe partial class Credentials
{
    private const int PathNoFollowCloseOnExec = 0x200000 | 0x20000 | 0x80000;
    private const int PathNoFollowCloseOnExecArm64 = 0x200000 | 0x8000 | 0x80000;
    private const uint PermissionMask = 0xFFF;

    /// <summary>The effective user; 0 is root.</summary>
    public static uint User => NativeUser();

    /// <summary>The effective group.</summary>
    public static uint Group => NativeGroup();

    /// <summary>Becomes another user for good: no supplementary groups, then the group, then the user, each of them
    /// real, effective and saved.</summary>
    /// <param name="user">Number of the user.</param>
    /// <param name="group">Number of the group.</param>
    /// <returns>0 or -errno: EPERM when this is not root, EINVAL when the number means nothing here.</returns>
    public static int Become(uint user, uint group)
    {
        // SAFETY: no group is read where the count is 0.
        int result = ToResult(NativeSetGroups(0, null));
        result = result == 0 ? ToResult(NativeSetGroup(group, group, group)) : result;
        return result == 0 ? ToResult(NativeSetUser(user, user, user)) : result;
    }

    /// <summary>Gives the file of a Unix socket its owner and its mode, if it still is the one that stood there. What
    /// somebody else has put in its place (a symbolic link, another socket) stays as it is, and so does what that leads
    /// to.</summary>
    /// <param name="path">From the current directory on.</param>
    /// <param name="device">Of the file system: the major number in the upper half, the minor one in the lower.</param>
    /// <param name="inode">Number of the file there.</param>
    /// <param name="owner">User and group; null leaves both as they are.</param>
    /// <param name="mode">Of the file, without its type.</param>
    /// <returns>0 or -errno: ESTALE when something else stands there, EPERM when this user may not, ENOENT, …</returns>
    public static int GiveSocket(string path, ulong device, ulong inode, (uint User, uint Group)? owner, uint mode)
    {
        // O_NOFOLLOW is one of the few flags whose value differs between the two architectures.
        int flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? PathNoFollowCloseOnExecArm64
            : PathNoFollowCloseOnExec;

        // SAFETY: path and structure stay where they are during the calls, and the path ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(path + "\0"))
        {
            int descriptor = ToResult(NativeOpen(start, flags));
            if (descriptor < 0)
            {
                return descriptor;
            }

            Statx status = default;
            int result = Instance.FileStatus(descriptor, &status);
            bool isSame = status.Type == FileType.Socket && status.LinkCount == 1 && status.Inode == inode
                && (((ulong)status.DeviceMajor << 32) | status.DeviceMinor) == device;
            result = result == 0 && !isSame ? -Errno.ESTALE : result;
            result = result == 0 ? GiveOpen(descriptor, owner, mode, status.Mode & PermissionMask) : result;
            NativeClose(descriptor);
            return result;
        }
    }

    private static int GiveOpen(int descriptor, (uint User, uint Group)? owner, uint mode, uint oldMode)
    {
        int result = 0;
        if (owner is (uint user, uint group))
        {
            byte empty = 0;
            result = ToResult(NativeGive(descriptor, &empty, user, group, (int)AtFlags.EmptyPath));
        }

        if (result < 0 || mode == oldMode)
        {
            return result;
        }

        // fchmod(2) refuses such a descriptor, and fchmodat2(2) came with 6.6. The link leads to the open file itself.
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}\0");

        // SAFETY: the path stays where it is during the call, and ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(link))
        {
            return ToResult(NativeSetMode(start, mode));
        }
    }

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    private static partial int NativeGive(int descriptor, byte* path, uint user, uint group, int flags);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static partial int NativeSetMode(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint NativeUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint NativeGroup();

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int NativeSetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int NativeSetGroup(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int NativeSetUser(uint real, uint effective, uint saved);
}
