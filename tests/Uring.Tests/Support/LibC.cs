using System;
using System.Runtime.InteropServices;
using Xunit;

namespace Uring.Tests.Support;

/// <summary>The few system calls that tests need beside the library's own.</summary>
internal static unsafe partial class LibC
{
    private const int UnixStream = 1;
    private const long ThreadKill = 234;
    private const long ThreadKillArm64 = 131;

    /// <summary>A pipe: read end, write end.</summary>
    internal static (int Read, int Write) Pipe()
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, NativePipe(ends, 0));
        return (ends[0], ends[1]);
    }

    /// <summary>Two connected stream sockets.</summary>
    internal static (int First, int Second) SocketPair()
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, NativeSocketPair(UnixStream, UnixStream, 0, ends));
        return (ends[0], ends[1]);
    }

    internal static int Read(int fileDescriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)NativeRead(fileDescriptor, start, (nuint)buffer.Length);
        }
    }

    internal static int Write(int fileDescriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return (int)NativeWrite(fileDescriptor, start, (nuint)bytes.Length);
        }
    }

    /// <summary>Sends a signal to one thread of this process.</summary>
    internal static void SignalThread(int thread, int signal)
    {
        long number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ThreadKillArm64 : ThreadKill;
        NativeSyscall(number, Environment.ProcessId, thread, signal);
    }

    /// <summary>Whether a descriptor number is open.</summary>
    internal static bool IsOpen(int fileDescriptor)
    {
        return NativeControl(fileDescriptor, 1) >= 0;
    }

    internal static void Close(params ReadOnlySpan<int> fileDescriptors)
    {
        foreach (int fileDescriptor in fileDescriptors)
        {
            Assert.Equal(0, NativeClose(fileDescriptor));
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int NativePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int NativeSocketPair(int domain, int kind, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint NativeRead(int fileDescriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint NativeWrite(int fileDescriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int NativeControl(int fileDescriptor, int command);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint NativeSyscall(long number, nint first, nint second, nint third);
}
