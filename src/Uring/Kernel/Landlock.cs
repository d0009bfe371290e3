using System;
using System.Runtime.InteropServices;
using System.Text;
using Uring.Abi;
using static Uring.Kernel.LinuxKernel;

namespace Uring.Kernel;

/// <summary>
/// Landlock (man landlock(7), 5.13): a thread gives up what it does not need, for ever. It holds for what the thread's
/// ring does too, also in the kernel's workers; not for a personality that was registered before.
/// </summary>
/// <remarks>For the calling thread and the threads that it starts afterwards. A ring is made behind it.</remarks>
public static unsafe partial class Landlock
{
    // The three numbers are the same on every architecture.
    private const long CreateRulesetNumber = 444;
    private const long AddRuleNumber = 445;
    private const long RestrictSelfNumber = 446;

    private const nint AskForVersion = 1;
    private const nint PathBeneath = 1;
    private const int NoNewPrivileges = 38;
    private const int PathCloseOnExec = 0x200000 | 0x80000;

    private const int NetworkVersion = 4;
    private const ulong BindAndConnectTcp = 3;

    private const LandlockAccess FileAccess = LandlockAccess.Execute | LandlockAccess.WriteFile
        | LandlockAccess.ReadFile | LandlockAccess.Truncate | LandlockAccess.DeviceControl;

    /// <summary>The version of the kernel's interface; 0 when it has none, or it is switched off.</summary>
    public static int Version => (int)Math.Max(0, NativeSyscall(CreateRulesetNumber, 0, 0, AskForVersion, 0, 0, 0));

    /// <summary>Restricts the calling thread: to the rules for files, and, from version 4 (6.7) on, to no TCP socket
    /// that it binds or connects itself. What is open stays usable. Sets <c>PR_SET_NO_NEW_PRIVS</c> first.</summary>
    /// <param name="rules">What stays allowed.</param>
    /// <returns>0, or -errno: EOPNOTSUPP and ENOSYS when the kernel has no Landlock; E2BIG behind 16 restrictions.
    /// </returns>
    public static int Restrict(ReadOnlySpan<LandlockRule> rules)
    {
        int result = ForbidNewPrivileges();
        int version = Version;
        if (result < 0 || version == 0)
        {
            return result < 0 ? result : -Errno.EOPNOTSUPP;
        }

        // struct landlock_ruleset_attr grew with the versions.
        LandlockAccess handled = HandledBy(version);
        ulong* attributes = stackalloc ulong[] { (ulong)handled, BindAndConnectTcp };
        nint length = version < NetworkVersion ? 8 : 16;

        // SAFETY: the kernel reads so many bytes of this frame, during the call.
        int ruleset = ToResult(NativeSyscall(CreateRulesetNumber, (nint)attributes, length, 0, 0, 0, 0));
        if (ruleset < 0)
        {
            return ruleset;
        }

        for (int index = 0; index < rules.Length && result == 0; index++)
        {
            result = Add(ruleset, rules[index].Path, rules[index].Access & handled);
        }

        if (result == 0)
        {
            result = ToResult(NativeSyscall(RestrictSelfNumber, ruleset, 0, 0, 0, 0, 0));
        }

        NativeClose(ruleset);
        return result;
    }

    /// <summary><c>PR_SET_NO_NEW_PRIVS</c>: nothing that the thread runs gets more rights than it has.</summary>
    /// <returns>0 or -errno.</returns>
    public static int ForbidNewPrivileges()
    {
        return ToResult(NativeControl(NoNewPrivileges, 1, 0, 0, 0));
    }

    private static LandlockAccess HandledBy(int version)
    {
        LandlockAccess all = LandlockAccess.DeviceControl | (LandlockAccess.DeviceControl - 1);
        return version switch
        {
            1 => all & (LandlockAccess.Refer - 1),
            2 => all & (LandlockAccess.Truncate - 1),
            3 or 4 => all & (LandlockAccess.DeviceControl - 1),
            _ => all,
        };
    }

    private static int Add(int ruleset, string path, LandlockAccess access)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* start = bytes)
        {
            // SAFETY: the array is pinned during the call, and ends with a zero byte.
            int descriptor = ToResult(NativeOpen(start, PathCloseOnExec));
            if (descriptor < 0)
            {
                return descriptor is -Errno.ENOENT or -Errno.ENOTDIR ? 0 : descriptor;
            }

            int result = Add(ruleset, descriptor, access);

            // A file takes only rights that files have.
            result = result == -Errno.EINVAL ? Add(ruleset, descriptor, access & FileAccess) : result;
            NativeClose(descriptor);
            return result;
        }
    }

    private static int Add(int ruleset, int descriptor, LandlockAccess access)
    {
        PathBeneathAttributes attributes = new PathBeneathAttributes { Access = (ulong)access, Parent = descriptor };

        // SAFETY: the structure stands on this frame, and the kernel reads it during the call.
        return ToResult(NativeSyscall(AddRuleNumber, ruleset, PathBeneath, (nint)(&attributes), 0, 0, 0));
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int NativeControl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathBeneathAttributes
    {
        internal ulong Access;
        internal int Parent;
    }
}
