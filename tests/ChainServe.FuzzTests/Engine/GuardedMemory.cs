using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// Pages between two that nobody may touch: an input that ends where they end, or begins where they begin, cannot be
/// read beyond without the end of the process. The pages are those of a file, so that the input outlives the process.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Pages = 16;
    private const int PageLength = 4096;
    private const int ProtectionNone = 0;
    private const int ProtectionReadWrite = 3;
    private const int MapShared = 0x01;
    private const int MapPrivateAnonymous = 0x22;
    private const int MapFixed = 0x10;

    private readonly string _path;
    private readonly byte* _start;

    /// <param name="path">Of the file; it holds the length of the last input, a page further the pages themselves.
    /// </param>
    public GuardedMemory(string path)
    {
        _path = path;
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(file, (1 + Pages) * PageLength);
            _start = Map(null, (3 + Pages) * PageLength, ProtectionNone, MapPrivateAnonymous, -1, 0);

            // The length, a guard, the input, a guard.
            int descriptor = (int)file.DangerousGetHandle();
            Map(_start, PageLength, ProtectionReadWrite, MapShared | MapFixed, descriptor, 0);
            Map(_start + (2 * PageLength), Length, ProtectionReadWrite, MapShared | MapFixed, descriptor, PageLength);
        }
    }

    /// <summary>The longest input.</summary>
    public static int Length => Pages * PageLength;

    private byte* First => _start + (2 * PageLength);

    public ReadOnlySpan<byte> PlaceAtEnd(ReadOnlySpan<byte> input)
    {
        return Place(input, First + (Length - input.Length));
    }

    public ReadOnlySpan<byte> PlaceAtStart(ReadOnlySpan<byte> input)
    {
        return Place(input, First);
    }

    /// <summary>Lets the kernel read one byte, which says what a read of our own would do.</summary>
    /// <param name="offset">From the first byte that may be read; −1 and <see cref="Length"/> are in the guards.
    /// </param>
    public bool IsReadable(int offset)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.DeleteOnClose);
        return write((int)file.DangerousGetHandle(), First + offset, 1) == 1;
    }

    public void Dispose()
    {
        _ = munmap(_start, (3 + Pages) * PageLength);
        File.Delete(_path);
    }

    private ReadOnlySpan<byte> Place(ReadOnlySpan<byte> input, byte* place)
    {
        *(int*)_start = input.Length;
        *(int*)(_start + 4) = (int)(place - First);
        input.CopyTo(new Span<byte>(place, input.Length));
        return new ReadOnlySpan<byte>(place, input.Length);
    }

    private static byte* Map(byte* address, nint length, int protection, int flags, int descriptor, nint offset)
    {
        byte* mapped = mmap(address, length, protection, flags, descriptor, offset);
        return mapped == (byte*)-1 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : mapped;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial byte* mmap(
        byte* address, nint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(byte* address, nint length);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* bytes, nint count);
}
