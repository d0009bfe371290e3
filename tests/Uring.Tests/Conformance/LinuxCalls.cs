using System;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>Calls that scenarios need on Linux and .NET does not have.</summary>
internal static partial class LinuxCalls
{
    /// <summary>A mount and evicted names are felt by everybody on the machine: only where somebody said so.</summary>
    internal static void SkipUnlessMachineIsOurs()
    {
        const string Name = "CHAINSERVE_TEST_MACHINE_IS_OURS";
        Skip.IfNot(
            Environment.GetEnvironmentVariable(Name) == "1",
            $"mounts and evicts caches for the whole machine: needs root and {Name}=1");
    }

    internal static void MakeFifo(string path)
    {
        const uint Permissions = 0x1A4; // 0644
        Assert.Equal(0, NativeMakeFifo(path, Permissions));
    }

    internal static void EvictPages(string path)
    {
        const int DontNeed = 4;
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        Assert.Equal(0, NativeAdvise((int)file.DangerousGetHandle(), 0, 0, DontNeed));
    }

    internal static bool MountMemory(string path)
    {
        return NativeMount("none", path, "tmpfs", 0, 0) == 0;
    }

    internal static void Unmount(string path)
    {
        const int Detach = 2;
        Assert.Equal(0, NativeUnmount(path, Detach));
    }

    internal static bool MakeZeroDevice(string path)
    {
        const uint CharacterDevice = 0x21A4; // S_IFCHR | 0644
        const ulong Zero = (1 << 8) | 5;
        return NativeMakeNode(path, CharacterDevice, Zero) == 0;
    }

    internal static void Sync()
    {
        NativeSync();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mknod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMakeNode(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMount(string source, string target, string type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeUnmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int NativeAdvise(int fileDescriptor, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void NativeSync();
}
