using System.Runtime.InteropServices;
using System.Text;
using Uring.Abi;

namespace Uring.Kernel;

/// <summary>
/// The system calls themselves: the only P/Invokes of the library, through glibc's or musl's <c>syscall(2)</c> where
/// the C library has no wrapper. Stateless; one instance serves every thread.
/// </summary>
/// <remarks>
/// <c>syscall()</c> answers -1 and sets errno, so each call turns that into -errno at once; a caller that tests for
/// -EINTR on the raw value tests for nothing (that bug killed a reactor elsewhere). None of these calls suppresses the
/// GC transition: each may block or run kernel task work.
/// </remarks>
public sealed unsafe partial class LinuxKernel : IKernel
{
    /// <summary>The instance to use.</summary>
    public static readonly LinuxKernel Instance = new LinuxKernel();

    // The three numbers are the same on every architecture (the table was unified before 5.1).
    private const long SetupNumber = 425;
    private const long EnterNumber = 426;
    private const long RegisterNumber = 427;

    private const int ProtectReadWrite = 0x1 | 0x2;
    private const int MapSharedPopulate = 0x01 | 0x8000;
    private const int PathDirectoryCloseOnExec = 0x200000 | 0x10000 | 0x80000;
    private const int PathDirectoryCloseOnExecArm64 = 0x200000 | 0x4000 | 0x80000;
    private const int CloseOnExec = 0x80000;
    private const int WriteOnlyCloseOnExec = 0x1 | CloseOnExec;
    private const int SetPipeSize = 1031;
    private const int GetPipeSize = 1032;
    private const int CurrentDirectory = -100;
    private const int LockWithoutWaiting = 2 | 4;

    private LinuxKernel()
    {
    }

    /// <inheritdoc/>
    public int Setup(uint entries, RingParameters* parameters)
    {
        return ToResult(NativeSyscall(SetupNumber, (nint)entries, (nint)parameters, 0, 0, 0, 0));
    }

    /// <inheritdoc/>
    public int Enter(
        int ring,
        uint toSubmit,
        uint minimumComplete,
        EnterFlags flags,
        void* argument,
        nuint argumentSize)
    {
        return ToResult(NativeSyscall(
            EnterNumber, ring, (nint)toSubmit, (nint)minimumComplete, (nint)(uint)flags, (nint)argument,
            (nint)argumentSize));
    }

    /// <inheritdoc/>
    public int Register(int ring, RegisterOpcode opcode, void* argument, uint count)
    {
        return ToResult(NativeSyscall(
            RegisterNumber, ring, (nint)(uint)opcode, (nint)argument, (nint)count, 0, 0));
    }

    /// <inheritdoc/>
    public int Map(int ring, ulong offset, nuint length, out void* address)
    {
        void* mapped = NativeMap(null, length, ProtectReadWrite, MapSharedPopulate, ring, (long)offset);
        if ((nint)mapped == -1)
        {
            address = null;
            return -Marshal.GetLastPInvokeError();
        }

        address = mapped;
        return 0;
    }

    /// <inheritdoc/>
    public int Unmap(void* address, nuint length)
    {
        return ToResult(NativeUnmap(address, length));
    }

    /// <inheritdoc/>
    public int Close(int fileDescriptor)
    {
        return ToResult(NativeClose(fileDescriptor));
    }

    /// <inheritdoc/>
    public int FileStatus(int fileDescriptor, Statx* status)
    {
        byte empty = 0;
        return ToResult(NativeStatx(
            fileDescriptor, &empty, (int)AtFlags.EmptyPath, (uint)StatxMask.BasicStats, status));
    }

    /// <inheritdoc/>
    public int OpenDirectory(byte* path)
    {
        // O_DIRECTORY is one of the few flags whose value differs between the two architectures.
        int flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? PathDirectoryCloseOnExecArm64
            : PathDirectoryCloseOnExec;
        return ToResult(NativeOpen(path, flags));
    }

    /// <inheritdoc/>
    public int CreateEvent()
    {
        return ToResult(NativeEventFd(0, CloseOnExec));
    }

    /// <inheritdoc/>
    public int SignalEvent(int eventDescriptor)
    {
        ulong one = 1;
        nint written = NativeWrite(eventDescriptor, &one, sizeof(ulong));
        return written < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <inheritdoc/>
    public int CreatePipe(int length, PipeEnds* ends)
    {
        int result = ToResult(NativePipe(ends, CloseOnExec));
        if (result < 0)
        {
            return result;
        }

        result = ToResult(NativeControl(ends->Write, SetPipeSize, length));
        if (result is -Errno.EPERM or -Errno.EBUSY or -Errno.ENOMEM)
        {
            result = ToResult(NativeControl(ends->Write, GetPipeSize, 0));
        }

        if (result < 0)
        {
            NativeClose(ends->Read);
            NativeClose(ends->Write);
        }

        return result;
    }

    /// <inheritdoc/>
    public int OpenSink()
    {
        // SAFETY: the literal ends with a zero byte and does not move.
        fixed (byte* path = "/dev/null\0"u8)
        {
            return ToResult(NativeOpen(path, WriteOnlyCloseOnExec));
        }
    }

    /// <summary><c>statx(2)</c> of a path, which is not followed when it is a symbolic link.</summary>
    /// <param name="path">From the current directory on.</param>
    /// <param name="status">Filled in on success.</param>
    /// <returns>0 or -errno: ENOENT, EACCES, ENOTDIR, …</returns>
    public static int PathStatus(string path, out Statx status)
    {
        // SAFETY: path and structure stay where they are during the call, and the path ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(path + "\0"))
        fixed (Statx* target = &status)
        {
            *target = default;
            return ToResult(NativeStatx(
                CurrentDirectory, start, (int)AtFlags.SymlinkNoFollow, (uint)StatxMask.BasicStats, target));
        }
    }

    /// <summary><c>kill(2)</c>.</summary>
    /// <param name="process">Number of the process.</param>
    /// <param name="signal">Number of the signal.</param>
    /// <returns>0 or -errno: ESRCH when it has ended, EPERM when it is another user's.</returns>
    public static int SendSignal(int process, int signal)
    {
        return ToResult(NativeKill(process, signal));
    }

    /// <summary>Opens a directory and takes its lock (<c>flock(2)</c>), which nobody else can take until the descriptor
    /// is closed.</summary>
    /// <param name="path">From the current directory on.</param>
    /// <returns>The descriptor, or -errno: EAGAIN while another has the lock, ENOENT, EACCES, …</returns>
    public static int LockDirectory(string path)
    {
        // SAFETY: the path stays where it is during the call, and ends with a zero byte.
        fixed (byte* start = Encoding.UTF8.GetBytes(path + "/.\0"))
        {
            int descriptor = ToResult(NativeOpen(start, CloseOnExec));
            int result = descriptor < 0 ? descriptor : ToResult(NativeLock(descriptor, LockWithoutWaiting));
            if (result < 0 && descriptor >= 0)
            {
                NativeClose(descriptor);
            }

            return result < 0 ? result : descriptor;
        }
    }

    /// <summary><c>fcntl(2)</c> with an int.</summary>
    internal static int Control(int fileDescriptor, int command, int argument)
    {
        return ToResult(NativeControl(fileDescriptor, command, argument));
    }

    /// <summary>What a C function has answered, as 0, a positive number or -errno.</summary>
    internal static int ToResult(nint result)
    {
        return result == -1 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint NativeSyscall(
        long number,
        nint first,
        nint second,
        nint third,
        nint fourth,
        nint fifth,
        nint sixth);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* NativeMap(
        void* address,
        nuint length,
        int protection,
        int flags,
        int fileDescriptor,
        long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int NativeUnmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int NativeClose(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int NativeStatx(int directory, byte* path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    internal static partial int NativeOpen(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeKill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int NativeLock(int fileDescriptor, int operation);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int NativeEventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int fileDescriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int NativePipe(PipeEnds* ends, int flags);

    // Variadic in C: an int in the third place is passed alike on both architectures.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int NativeControl(int fileDescriptor, int command, int argument);
}
