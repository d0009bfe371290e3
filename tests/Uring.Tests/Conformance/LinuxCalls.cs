using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Uring.Tests.Conformance;

/// <summary>Calls that scenarios need on Linux and .NET does not have.</summary>
internal static partial class LinuxCalls
{
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

    internal static void Sync()
    {
        NativeSync();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int NativeAdvise(int fileDescriptor, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void NativeSync();
}
