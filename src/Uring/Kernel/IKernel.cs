using Uring.Abi;

namespace Uring.Kernel;

/// <summary>
/// The only seam between this library and the kernel. <see cref="LinuxKernel"/> makes the system calls; a fake behind
/// the same calls sees the real bytes of the rings.
/// </summary>
/// <remarks>
/// Every method returns what the kernel returns: a value of 0 or above, or a negative errno (<see cref="Errno"/>). None
/// throws. On the request path only <see cref="Enter"/> is called, once per batch.
/// </remarks>
public unsafe interface IKernel
{
    /// <summary><c>io_uring_setup(2)</c>, since 5.1.</summary>
    /// <param name="entries">Size of the submission queue asked for.</param>
    /// <param name="parameters">In: flags and sizes; out: what was made. Owned by the caller.</param>
    /// <returns>The ring's descriptor (close-on-exec), or -errno: ENOSYS, EPERM, EINVAL, ENOMEM, EMFILE,
    /// ENFILE.</returns>
    public int Setup(uint entries, RingParameters* parameters);

    /// <summary><c>io_uring_enter(2)</c>, since 5.1: submits, and waits with
    /// <see cref="EnterFlags.GetEvents"/>.</summary>
    /// <param name="ring">The ring's descriptor, or its index with <see cref="EnterFlags.RegisteredRing"/>.</param>
    /// <param name="toSubmit">How many entries to take from the submission queue.</param>
    /// <param name="minimumComplete">How many completions to wait for.</param>
    /// <param name="flags">The call's flags.</param>
    /// <param name="argument">A <see cref="GetEventsArgument"/>, or null; read during the call only.</param>
    /// <param name="argumentSize">Bytes of the argument.</param>
    /// <returns>The number submitted, or -errno: EINTR, ETIME, EAGAIN, EBUSY, EEXIST (not the ring's thread),
    /// …</returns>
    public int Enter(
        int ring,
        uint toSubmit,
        uint minimumComplete,
        EnterFlags flags,
        void* argument,
        nuint argumentSize);

    /// <summary><c>io_uring_register(2)</c>, since 5.1.</summary>
    /// <param name="ring">The ring's descriptor.</param>
    /// <param name="opcode">What to register.</param>
    /// <param name="argument">As the operation says; who owns it until when stands there.</param>
    /// <param name="count">As the operation says.</param>
    /// <returns>As the operation says, or -errno.</returns>
    public int Register(int ring, RegisterOpcode opcode, void* argument, uint count);

    /// <summary><c>mmap(2)</c> of a part of a ring: shared, readable, writable, pre-faulted.</summary>
    /// <param name="ring">The ring's descriptor.</param>
    /// <param name="offset">Which part: 0 the rings, 0x10000000 the entries.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="address">The mapping; owned by the caller until <see cref="Unmap"/>.</param>
    /// <returns>0 or -errno.</returns>
    public int Map(int ring, ulong offset, nuint length, out void* address);

    /// <summary><c>munmap(2)</c>.</summary>
    /// <param name="address">A mapping of <see cref="Map"/>.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns>0 or -errno.</returns>
    public int Unmap(void* address, nuint length);

    /// <summary><c>close(2)</c>.</summary>
    /// <param name="fileDescriptor">A descriptor of the process that the caller owns.</param>
    /// <returns>0 or -errno. The descriptor is gone either way.</returns>
    public int Close(int fileDescriptor);

    /// <summary>What the kernel knows of an open file: <c>statx(2)</c> with <c>AT_EMPTY_PATH</c>, since 4.11. It looks
    /// at the descriptor only, so that no path is walked twice.</summary>
    /// <param name="fileDescriptor">An open descriptor.</param>
    /// <param name="status">Filled in with <see cref="StatxMask.BasicStats"/>.</param>
    /// <returns>0 or -errno.</returns>
    public int FileStatus(int fileDescriptor, Statx* status);

    /// <summary><c>open(2)</c> of a directory with <c>O_PATH|O_DIRECTORY|O_CLOEXEC</c>: the descriptor that
    /// <c>openat2</c> starts from.</summary>
    /// <param name="path">The path, ended by a zero byte.</param>
    /// <returns>A descriptor, or -errno.</returns>
    public int OpenDirectory(byte* path);

    /// <summary><c>eventfd(2)</c>: a counter that another thread raises to wake a ring.</summary>
    /// <returns>A descriptor, or -errno.</returns>
    public int CreateEvent();

    /// <summary>Raises the counter of an event descriptor by one; from any thread.</summary>
    /// <param name="eventDescriptor">A descriptor of <see cref="CreateEvent"/>.</param>
    /// <returns>0 or -errno.</returns>
    public int SignalEvent(int eventDescriptor);

    /// <summary><c>pipe2(2)</c> with <c>O_CLOEXEC</c>, then <c>fcntl(2)</c> with <c>F_SETPIPE_SZ</c>, since 2.6.35. The
    /// ends wait: a splice says with <see cref="SpliceFlags.NonBlock"/> that it does not.</summary>
    /// <param name="length">Bytes that the pipe shall hold; rounded up to a power of two, at least a page.</param>
    /// <param name="ends">Filled in on success; the caller closes both.</param>
    /// <returns>What the pipe really holds, in bytes, or -errno: EMFILE, ENFILE, ENOMEM. Where the size is refused
    /// (above <c>fs.pipe-max-size</c> or the user's <c>fs.pipe-user-pages-*</c>, or no memory) the pipe keeps its
    /// default: 65,536, and less for a user with very many pipes.</returns>
    public int CreatePipe(int length, PipeEnds* ends);

    /// <summary><c>open(2)</c> of <c>/dev/null</c> with <c>O_WRONLY|O_CLOEXEC</c>: where the rest of a pipe is spliced
    /// to, to empty it without copying.</summary>
    /// <returns>A descriptor, which the caller closes, or -errno: EMFILE, ENFILE, ENOENT (a root without /dev).
    /// </returns>
    public int OpenSink();
}
