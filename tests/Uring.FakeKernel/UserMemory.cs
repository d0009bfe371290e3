using System;
using System.Text;

namespace Uring.FakeKernel;

/// <summary>The addresses in entries, as memory: the one place where the fake follows its caller's pointers.</summary>
internal static unsafe class UserMemory
{
    internal static Span<byte> Bytes(ulong address, long length)
    {
        if (address == 0 && length > 0)
        {
            throw new FakeKernelException("EFAULT: a request points to address 0");
        }

        // SAFETY: the caller's contract with a real kernel is that this memory is valid until the completion.
        return new Span<byte>((void*)address, checked((int)length));
    }

    internal static T Read<T>(ulong address)
        where T : unmanaged
    {
        Bytes(address, sizeof(T));

        // SAFETY: as above, for one structure.
        return *(T*)address;
    }

    internal static void Write<T>(ulong address, in T value)
        where T : unmanaged
    {
        Bytes(address, sizeof(T));

        // SAFETY: as above, for one structure.
        *(T*)address = value;
    }

    internal static string ReadPath(ulong address)
    {
        const int PathLengthMax = 4096;

        // SAFETY: as above; a path ends with a zero byte.
        ReadOnlySpan<byte> bytes = new ReadOnlySpan<byte>((void*)address, PathLengthMax);
        int length = 0;
        byte* start = (byte*)address;
        while (length < PathLengthMax && start[length] != 0)
        {
            length++;
        }

        return Encoding.UTF8.GetString(bytes[..length]);
    }
}
