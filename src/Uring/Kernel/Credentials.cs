using System.Runtime.InteropServices;
using System.Text;
using static Uring.Kernel.LinuxKernel;

namespace Uring.Kernel;

/// <summary>The user that a process is, and whose a file is. The user changes through the C library, which changes all
/// threads at once; the system calls themselves change one.</summary>
/// <remarks>A ring keeps the credentials of its submitter for each request, but its polling thread
/// (<see cref="RingMode.SubmissionPolling"/>) keeps those that the ring was made with: change the user first.</remarks>
public static unsafe partial class Credentials
{
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

    /// <summary>Gives a file to a user; one that it leads to when it is a symbolic link stays as it is.</summary>
    /// <param name="path">From the current directory on.</param>
    /// <param name="user">Number of the user.</param>
    /// <param name="group">Number of the group.</param>
    /// <returns>0 or -errno: EPERM when this is not root, ENOENT, …</returns>
    public static int GiveFile(string path, uint user, uint group)
    {
        // SAFETY: the path stays where it is during the call, and ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return ToResult(NativeGive(start, user, group));
        }
    }

    /// <summary><c>chmod(2)</c>.</summary>
    /// <param name="path">From the current directory on.</param>
    /// <param name="mode">Of the file, without its type.</param>
    /// <returns>0 or -errno: EPERM when it is somebody else's, ENOENT, …</returns>
    public static int SetMode(string path, uint mode)
    {
        // SAFETY: the path stays where it is during the call, and ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return ToResult(NativeSetMode(start, mode));
        }
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true)]
    private static partial int NativeGive(byte* path, uint user, uint group);

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
