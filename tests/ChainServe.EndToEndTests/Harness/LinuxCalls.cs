using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Calls that the harness needs and .NET does not have, or not for every kind of file.</summary>
internal static partial class LinuxCalls
{
    private const int ReadWriteCloseOnExec = 0x80002;
    private const int Interrupted = 4;

    /// <summary>Opens a device for reading and writing.</summary>
    internal static int Open(string path)
    {
        return Require(NativeOpen(path, ReadWriteCloseOnExec), $"open {path}");
    }

    internal static void Close(int descriptor)
    {
        Require(NativeClose(descriptor), "close");
    }

    /// <returns>Bytes, or a negative errno.</returns>
    internal static int Read(int descriptor, byte[] buffer)
    {
        while (true)
        {
            int count = (int)NativeRead(descriptor, buffer, (nuint)buffer.Length);
            int error = Marshal.GetLastPInvokeError();
            if (count >= 0 || error != Interrupted)
            {
                return count >= 0 ? count : -error;
            }
        }
    }

    /// <returns>Bytes, or a negative errno.</returns>
    internal static int Write(int descriptor, byte[] bytes)
    {
        int count = (int)NativeWrite(descriptor, bytes, (nuint)bytes.Length);
        return count >= 0 ? count : -Marshal.GetLastPInvokeError();
    }

    /// <returns>0, or a negative errno.</returns>
    internal static int Mount(string source, string target, string type, ulong flags, string options)
    {
        int result = NativeMount(source, target, type, (nuint)flags, options);
        return result == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    /// <returns>0, or a negative errno.</returns>
    internal static int Unmount(string target, int flags)
    {
        return NativeUnmount(target, flags) == 0 ? 0 : -Marshal.GetLastPInvokeError();
    }

    private static int Require(int result, string what)
    {
        return result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), what);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int NativeClose(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint NativeRead(int descriptor, byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int descriptor, byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMount(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeUnmount(string target, int flags);
}
