using System;
using Uring.Abi;
using Uring.Kernel;

namespace Uring;

/// <summary>
/// One io_uring: a submission and a completion queue. A ring belongs to the thread that made it (or that enabled it,
/// with <see cref="RingOptions.StartDisabled"/>): every call from elsewhere gives -EEXIST, and that thread must live as
/// long as the ring.
/// </summary>
/// <remarks>
/// Memory that entries point to is the application's and must stay until the completion that ends its use; what a chain
/// with silent steps points to, until the chain's last completion. Paths, <c>open_how</c>, vectors and timespecs may go
/// once the submit has returned (<see cref="FeatureFlags.SubmitStable"/>), except under
/// <see cref="RingMode.SubmissionPolling"/>. Source: man io_uring(7).
/// </remarks>
public sealed unsafe class Ring : IDisposable
{
    private const ulong RingsOffset = 0;
    private const ulong EntriesOffset = 0x10000000;

    private readonly IKernel _kernel;
    private readonly RingMapping _mapping;
    private readonly bool _kernelThreadSubmits;
    private EnterFlags _enterFlags;
    private int _enterDescriptor;
    private bool _disposed;

    private Ring(IKernel kernel, int fileDescriptor, in RingParameters parameters)
    {
        _kernel = kernel;
        FileDescriptor = fileDescriptor;
        _enterDescriptor = fileDescriptor;
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
        RingParameters parameters = ParametersOf(options);
        int descriptor = kernel.Setup(options.SubmissionEntries, &parameters);
        if (descriptor == -Errno.EINVAL)
        {
            parameters = ParametersOf(options);
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
    /// <exception cref="RingException">EBADFD: the ring was enabled before.</exception>
    public void Enable()
    {
        int result = _kernel.Register(FileDescriptor, RegisterOpcode.EnableRings, null, 0);
        if (result < 0)
        {
            throw new RingException("io_uring_register(ENABLE_RINGS)", -result);
        }

        RegisterRingDescriptor();
    }

    /// <summary>
    /// Reserves one single entry. When the queue is full, what it holds is submitted first.
    /// </summary>
    /// <param name="userData">Comes back in the completion.</param>
    /// <returns>The entry to prepare, all zero but for the user data.</returns>
    public ref SubmissionQueueEntry Next(ulong userData)
    {
        MakeRoom(1);
        ref SubmissionQueueEntry entry = ref SubmissionQueue.Reserve();
        entry.UserData = userData;
        return ref entry;
    }

    /// <summary>
    /// Reserves a whole chain. When the queue has too little room, what it holds is submitted first: a chain never
    /// crosses a submission.
    /// </summary>
    /// <param name="length">Number of steps; all of them must be taken before the next submit.</param>
    /// <returns>The chain to fill.</returns>
    public Chain BeginChain(int length)
    {
        MakeRoom((uint)length);
        return new Chain(SubmissionQueue, length);
    }

    /// <summary>Submits what is reserved, without waiting. On a deferred ring only the heads of chains start now; the
    /// rest runs when the ring waits.</summary>
    /// <returns>The number submitted, or -errno (EAGAIN, EBUSY, EEXIST, …).</returns>
    public int Submit()
    {
        uint toSubmit = SubmissionQueue.Publish();
        if (_kernelThreadSubmits)
        {
            return SubmissionQueue.NeedsWakeup()
                ? Enter(toSubmit, 0, EnterFlags.SqWakeup, null, 0)
                : (int)toSubmit;
        }

        return toSubmit == 0 ? 0 : Enter(toSubmit, 0, EnterFlags.None, null, 0);
    }

    /// <summary>Submits what is reserved and waits, in one system call.</summary>
    /// <param name="completions">How many completions must be ready before it returns; 0 runs task work only.</param>
    /// <returns>The number submitted, or -errno. With something submitted, EINTR is hidden by the kernel: look at the
    /// completion queue whatever the answer.</returns>
    public int SubmitAndWait(uint completions)
    {
        uint toSubmit = SubmissionQueue.Publish();
        return Enter(toSubmit, completions, WaitFlags(), null, 0);
    }

    /// <summary>Submits what is reserved and waits for at most a time, in one system call; since 5.11.</summary>
    /// <param name="completions">How many completions must be ready before it returns.</param>
    /// <param name="timeoutMilliseconds">The longest wait.</param>
    /// <returns>The number submitted, or -errno: ETIME when nothing was submitted and the time ran out.</returns>
    public int SubmitAndWait(uint completions, long timeoutMilliseconds)
    {
        uint toSubmit = SubmissionQueue.Publish();
        KernelTimespec timespec = KernelTimespec.FromMilliseconds(timeoutMilliseconds);
        GetEventsArgument argument = new GetEventsArgument { Timespec = (ulong)&timespec };

        // SAFETY: both structures are on this frame; the kernel reads them during the call only.
        return Enter(
            toSubmit, completions, WaitFlags() | EnterFlags.ExtendedArgument, &argument,
            (nuint)sizeof(GetEventsArgument));
    }

    /// <summary>Takes the oldest completion if there is one, without waiting (<c>io_uring_peek_cqe</c>). A deferred
    /// ring, or one whose completion queue overflowed, is entered to get at what waits there.</summary>
    /// <param name="completion">A copy of the completion.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPeek(out CompletionQueueEntry completion)
    {
        if (CompletionQueue.ReadyCount == 0)
        {
            bool mustEnter = (Features.Setup & SetupFlags.DeferTaskRun) != 0
                || (SubmissionQueue.Flags & (SubmissionRingFlags.CqOverflow | SubmissionRingFlags.TaskRun)) != 0;
            if (mustEnter)
            {
                Enter(0, 0, EnterFlags.GetEvents, null, 0);
            }

            if (CompletionQueue.ReadyCount == 0)
            {
                completion = default;
                return false;
            }
        }

        completion = CompletionQueue[0];
        CompletionQueue.Advance(1);
        return true;
    }

    /// <summary>Submits what is reserved and waits for one completion (<c>io_uring_wait_cqe</c>).</summary>
    /// <returns>A copy of the oldest completion.</returns>
    /// <exception cref="RingException">The wait failed with something else than EINTR.</exception>
    public CompletionQueueEntry Wait()
    {
        while (CompletionQueue.ReadyCount == 0)
        {
            int result = SubmitAndWait(1);
            if (result < 0 && result != -Errno.EINTR)
            {
                throw new RingException("io_uring_enter", -result);
            }
        }

        CompletionQueueEntry completion = CompletionQueue[0];
        CompletionQueue.Advance(1);
        return completion;
    }

    /// <summary>Unmaps the rings and closes the descriptor. Requests that still run are cancelled by the kernel, some
    /// 20–70 ms later; cancel and drain first where that matters, and free memory that they use only after.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if ((_enterFlags & EnterFlags.RegisteredRing) != 0)
        {
            ResourceUpdate update = new ResourceUpdate { Offset = (uint)_enterDescriptor };
            _kernel.Register(FileDescriptor, RegisterOpcode.UnregisterRingFileDescriptors, &update, 1);
        }

        // The mappings hold the ring as its descriptor does: fixed-slot sockets stay open until both are gone.
        _mapping.Unmap(_kernel);
        _kernel.Close(FileDescriptor);
    }

    private static RingParameters ParametersOf(RingOptions options)
    {
        SetupFlags flags = SetupFlags.Clamp | SetupFlags.SubmitAll | SetupFlags.NoSqArray;
        flags |= options.Mode switch
        {
            RingMode.Deferred => SetupFlags.SingleIssuer | SetupFlags.DeferTaskRun,
            RingMode.SubmissionPolling => SetupFlags.SingleIssuer | SetupFlags.SqPoll,
            RingMode.Cooperative => SetupFlags.SingleIssuer | SetupFlags.CooperativeTaskRun,
            _ => SetupFlags.None,
        };
        flags |= options.CompletionEntries != 0 ? SetupFlags.CqSize : SetupFlags.None;
        flags |= options.SqThreadCpu.HasValue ? SetupFlags.SqAffinity : SetupFlags.None;
        flags |= options.StartDisabled ? SetupFlags.Disabled : SetupFlags.None;
        return new RingParameters
        {
            Flags = flags,
            CompletionEntries = options.CompletionEntries,
            SqThreadCpu = options.SqThreadCpu ?? 0,
            SqThreadIdleMilliseconds = options.SqThreadIdleMilliseconds,
        };
    }

    private void RegisterRingDescriptor()
    {
        // A registered descriptor spares each enter the look-up of the file. It is per thread, and an optimisation only:
        // a kernel before 5.18 refuses, and the plain descriptor goes on working.
        ResourceUpdate update = new ResourceUpdate { Offset = uint.MaxValue, Data = (ulong)FileDescriptor };
        if (_kernel.Register(FileDescriptor, RegisterOpcode.RingFileDescriptors, &update, 1) == 1)
        {
            _enterDescriptor = (int)update.Offset;
            _enterFlags = EnterFlags.RegisteredRing;
        }
    }

    private void MakeRoom(uint count)
    {
        Invariant.Require(count <= SubmissionQueue.EntryCount, "a chain must fit into the submission queue");
        while (SubmissionQueue.FreeCount < count)
        {
            int result = Submit();
            if (_kernelThreadSubmits && SubmissionQueue.FreeCount < count)
            {
                result = Enter(0, 0, EnterFlags.SqWait | EnterFlags.SqWakeup, null, 0);
            }

            bool goesOn = result >= 0 || result == -Errno.EINTR || result == -Errno.EAGAIN || result == -Errno.EBUSY;
            Invariant.Require(goesOn, "a full submission queue must be accepted by the kernel");
        }
    }

    private EnterFlags WaitFlags()
    {
        return _kernelThreadSubmits && SubmissionQueue.NeedsWakeup()
            ? EnterFlags.GetEvents | EnterFlags.SqWakeup
            : EnterFlags.GetEvents;
    }

    private int Enter(uint toSubmit, uint completions, EnterFlags flags, void* argument, nuint argumentSize)
    {
        EnterCount++;
        return _kernel.Enter(
            _enterDescriptor, toSubmit, completions, flags | _enterFlags, argument, argumentSize);
    }
}
