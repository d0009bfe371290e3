using System;
using Uring.Abi;
using Uring.Kernel;

namespace Uring;

/// <summary>
/// One io_uring: a submission and a completion queue. A ring belongs to the thread that made it (or that enabled it,
/// with <see cref="RingOptions.StartDisabled"/>): calls from elsewhere give -EEXIST (but under
/// <see cref="RingMode.Default"/>), and that thread must live as long as the ring.
/// </summary>
/// <remarks>
/// Memory that entries point to is the application's and must stay until the completion that ends its use; what a chain
/// with silent steps points to, until the chain's last completion. Paths, <c>open_how</c>, vectors and timespecs may go
/// once the submit has returned (<see cref="FeatureFlags.SubmitStable"/>), except under
/// <see cref="RingMode.SubmissionPolling"/>. Source: man io_uring(7).
/// </remarks>
public sealed unsafe partial class Ring : IDisposable
{
    private const ulong RingsOffset = 0;
    private const ulong EntriesOffset = 0x10000000;

    private readonly IKernel _kernel;
    private readonly RingMapping _mapping;
    private readonly bool _kernelThreadSubmits;
    private int _registeredIndex;
    private int _registeredThread;
    private bool _disposed;

    private Ring(IKernel kernel, int fileDescriptor, in RingParameters parameters)
    {
        _kernel = kernel;
        FileDescriptor = fileDescriptor;
        Features = new RingFeatures(parameters);
        _kernelThreadSubmits = (parameters.Flags & SetupFlags.SqPoll) != 0;
        _mapping = RingMapping.Map(kernel, fileDescriptor, parameters, RingsOffset, EntriesOffset);
        SubmissionQueue = new SubmissionQueue(_mapping.Rings, _mapping.Entries, parameters);
        CompletionQueue = new CompletionQueue(_mapping.Rings, parameters);
    }

    /// <summary>What this ring got and what its kernel can do.</summary>
    public RingFeatures Features { get; }

    /// <summary>The submission queue.</summary>
    public SubmissionQueue SubmissionQueue { get; }

    /// <summary>The completion queue.</summary>
    public CompletionQueue CompletionQueue { get; }

    /// <summary>The ring's descriptor: close-on-exec, closed by <see cref="Dispose"/>.</summary>
    public int FileDescriptor { get; }

    /// <summary>The kernel behind this ring.</summary>
    public IKernel Kernel => _kernel;

    /// <summary>How often <c>io_uring_enter</c> was called.</summary>
    public long EnterCount { get; private set; }

    /// <summary>Whether <see cref="Dispose"/> has run: the descriptor's number may be another file's by now.</summary>
    internal bool IsDisposed => _disposed;

    /// <summary>
    /// Makes a ring on the calling thread. Set-up flags that only tune (<c>NO_SQARRAY</c>) are dropped where the kernel
    /// refuses them; the mode's own flags are not.
    /// </summary>
    /// <param name="options">What to ask for.</param>
    /// <param name="kernel">The kernel, or null for Linux.</param>
    /// <returns>The ring; owned by the caller.</returns>
    /// <exception cref="RingException">ENOSYS, EPERM, EINVAL, ENOMEM, EMFILE, ENFILE: see its message.</exception>
    public static Ring Create(RingOptions options, IKernel? kernel = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        kernel ??= LinuxKernel.Instance;
        RingParameters parameters = options.ToParameters();
        int descriptor = kernel.Setup(options.SubmissionEntries, &parameters);
        if (descriptor == -Errno.EINVAL)
        {
            parameters = options.ToParameters();
            parameters.Flags &= ~SetupFlags.NoSqArray;
            descriptor = kernel.Setup(options.SubmissionEntries, &parameters);
        }

        if (descriptor < 0)
        {
            throw new RingException("io_uring_setup", -descriptor);
        }

        Ring ring;
        try
        {
            ring = new Ring(kernel, descriptor, parameters);
        }
        catch (RingException)
        {
            kernel.Close(descriptor);
            throw;
        }

        try
        {
            ring.Features.ReadProbe(kernel, descriptor);
            if (!options.StartDisabled)
            {
                ring.RegisterRingDescriptor();
            }
        }
        catch (RingException)
        {
            ring.Dispose();
            throw;
        }

        return ring;
    }

    /// <summary>Enables a ring that was made with <see cref="RingOptions.StartDisabled"/>, and binds it to the calling
    /// thread; since 5.10.</summary>
    /// <exception cref="RingException">EBADFD: the ring is enabled already; EBADF: it is disposed.</exception>
    public void Enable()
    {
        int result = Register(RegisterOpcode.EnableRings, null, 0);
        if (result < 0)
        {
            throw new RingException("io_uring_register(ENABLE_RINGS)", -result);
        }

        RegisterRingDescriptor();
    }

    /// <summary>Submits what is reserved and waits for at most a time, in one system call; since 5.11.</summary>
    /// <param name="completions">How many completions must be ready before it returns.</param>
    /// <param name="timeoutMilliseconds">The longest wait, not negative.</param>
    /// <returns>The number submitted, or -errno: ETIME when nothing was submitted and the time ran out.</returns>
    public int SubmitAndWait(uint completions, long timeoutMilliseconds)
    {
        return SubmitAndWait(completions, timeoutMilliseconds, 0);
    }

    /// <summary>As above, but it also returns after a shorter time with whatever is ready by then
    /// (<c>io_uring_submit_and_wait_min_timeout</c>); since 6.12, <see cref="FeatureFlags.MinimumTimeout"/>.</summary>
    /// <param name="completions">How many completions make it return at once.</param>
    /// <param name="timeoutMilliseconds">The longest wait, when there is not one completion; not negative.</param>
    /// <param name="minimumWaitMicroseconds">After this time one completion is enough; 0 is the form above.</param>
    /// <returns>The number submitted, or -errno: ETIME; EINVAL on a kernel before 6.12.</returns>
    public int SubmitAndWait(uint completions, long timeoutMilliseconds, uint minimumWaitMicroseconds)
    {
        uint toSubmit = Publish();
        KernelTimespec timespec = KernelTimespec.FromMilliseconds(timeoutMilliseconds);
        GetEventsArgument argument = new GetEventsArgument
        {
            MinimumWaitMicroseconds = minimumWaitMicroseconds,
            Timespec = (ulong)&timespec,
        };

        // SAFETY: both structures are on this frame; the kernel reads them during the call only.
        return Enter(
            toSubmit, completions, WakeupFlag() | EnterFlags.GetEvents | EnterFlags.ExtendedArgument, &argument,
            (nuint)sizeof(GetEventsArgument));
    }

    /// <summary><c>IORING_REGISTER_IOWQ_MAX_WORKERS</c>, 5.15: bounds the kernel workers that run what cannot be done
    /// inline, per NUMA node. By default the bounded ones are min(entries, 4 × CPUs).</summary>
    /// <param name="bounded">Workers for files, whose work ends in bounded time; 0 leaves the limit.</param>
    /// <param name="unbounded">Workers for the rest, such as sockets and pipes; 0 leaves the limit.</param>
    /// <returns>The limits before the call.</returns>
    /// <exception cref="RingException">EINVAL: older kernel; EEXIST: not the ring's thread.</exception>
    public (uint Bounded, uint Unbounded) SetMaxWorkers(uint bounded, uint unbounded)
    {
        uint* limits = stackalloc uint[2] { bounded, unbounded };

        // SAFETY: the two numbers are on this frame; the kernel reads and writes them during the call only.
        int result = Register(RegisterOpcode.WorkQueueMaxWorkers, limits, 2);
        return result >= 0
            ? (limits[0], limits[1])
            : throw new RingException("io_uring_register(IOWQ_MAX_WORKERS)", -result);
    }

    /// <summary>Unmaps the rings and closes the descriptor. Requests that still run are cancelled by the kernel, some
    /// 20–70 ms later; cancel and drain first where that matters, and free memory that they use only after. Call it on
    /// the ring's thread: that thread's registration of the ring keeps it, and every file in its slots, alive until the
    /// thread ends.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (_registeredThread != 0)
        {
            // SAFETY: the structure is on this frame; the kernel reads it during the call only.
            ResourceUpdate update = new ResourceUpdate { Offset = (uint)_registeredIndex };
            Register(RegisterOpcode.UnregisterRingFileDescriptors, &update, 1);
        }

        _disposed = true;

        // The mappings hold the ring as its descriptor does: fixed-slot sockets stay open until both are gone.
        _mapping.Unmap(_kernel);
        _kernel.Close(FileDescriptor);
    }

    /// <summary><c>io_uring_register(2)</c> on this ring.</summary>
    /// <param name="opcode">What to register.</param>
    /// <param name="argument">As the operation says; read during the call, or as the caller says.</param>
    /// <param name="count">As the operation says.</param>
    /// <returns>As the operation says, or -errno; -EBADF when the ring is disposed, because its number may name another
    /// ring by then.</returns>
    internal int Register(RegisterOpcode opcode, void* argument, uint count)
    {
        return _disposed ? -Errno.EBADF : _kernel.Register(FileDescriptor, opcode, argument, count);
    }

    private void RegisterRingDescriptor()
    {
        // A registered descriptor spares each enter the look-up of the file. It is an optimisation only: a kernel
        // before 5.18 refuses, and the plain descriptor goes on working.
        ResourceUpdate update = new ResourceUpdate { Offset = uint.MaxValue, Data = (ulong)FileDescriptor };

        // SAFETY: the structure is on this frame; the kernel reads and writes it during the call only.
        if (Register(RegisterOpcode.RingFileDescriptors, &update, 1) == 1)
        {
            _registeredIndex = (int)update.Offset;
            _registeredThread = Environment.CurrentManagedThreadId;
        }
    }

    private int Enter(uint toSubmit, uint completions, EnterFlags flags)
    {
        return Enter(toSubmit, completions, flags, null, 0);
    }

    private int Enter(
        uint toSubmit,
        uint completions,
        EnterFlags flags,
        void* argument,
        nuint argumentSize)
    {
        EnterCount++;

        // The index is the registering thread's own: on another thread the same number names that thread's ring.
        return Environment.CurrentManagedThreadId == _registeredThread
            ? _kernel.Enter(
                _registeredIndex, toSubmit, completions, flags | EnterFlags.RegisteredRing, argument, argumentSize)
            : _kernel.Enter(FileDescriptor, toSubmit, completions, flags, argument, argumentSize);
    }
}
