using Uring.Abi;

namespace Uring;

/// <summary>Who runs the submissions and the task work of a ring.</summary>
public enum RingMode
{
    /// <summary>
    /// <c>SINGLE_ISSUER|DEFER_TASKRUN</c>: one thread submits, and task work runs when it waits. The mode for chains:
    /// on every other ring a link that went to a kernel worker runs the rest of its chain there, blocking. Since 6.1.
    /// </summary>
    Deferred,

    /// <summary><c>SINGLE_ISSUER|SQPOLL</c>: a kernel thread submits, so that a busy ring needs no system call; it
    /// takes a CPU of its own and runs with the credentials of the ring's creator.</summary>
    SubmissionPolling,

    /// <summary><c>SINGLE_ISSUER|COOP_TASKRUN|TASKRUN_FLAG</c>: task work runs at any system call, and a peek sees when
    /// one is due. Since 6.0.</summary>
    Cooperative,

    /// <summary>No mode flag: any thread may submit (one at a time).</summary>
    Default,
}

/// <summary>What a ring is asked for. The kernel may give less; see <see cref="RingFeatures"/>.</summary>
public sealed record RingOptions
{
    /// <summary>Entries of the submission queue: rounded up to a power of two, at most 32768.</summary>
    public uint SubmissionEntries { get; init; } = 256;

    /// <summary>Entries of the completion queue, at most 65536; 0 is twice the submission queue.</summary>
    public uint CompletionEntries { get; init; }

    /// <summary>Who submits and runs task work.</summary>
    public RingMode Mode { get; init; } = RingMode.Deferred;

    /// <summary>Milliseconds that the kernel thread of <see cref="RingMode.SubmissionPolling"/> spins before it
    /// sleeps; 0 is the kernel's default of one second.</summary>
    public uint SqThreadIdleMilliseconds { get; init; }

    /// <summary>CPU of that thread, or null for any.</summary>
    public uint? SqThreadCpu { get; init; }

    /// <summary><c>IORING_SETUP_R_DISABLED</c>: start disabled, register restrictions, then
    /// <see cref="Ring.Enable"/>. The thread that enables is the ring's thread.</summary>
    public bool StartDisabled { get; init; }

    /// <summary>The same as the kernel wants it.</summary>
    /// <returns>Parameters for one <c>io_uring_setup</c>.</returns>
    internal RingParameters ToParameters()
    {
        SetupFlags flags = SetupFlags.Clamp | SetupFlags.SubmitAll | SetupFlags.NoSqArray;
        flags |= Mode switch
        {
            RingMode.Deferred => SetupFlags.SingleIssuer | SetupFlags.DeferTaskRun,
            RingMode.SubmissionPolling => SetupFlags.SingleIssuer | SetupFlags.SqPoll,
            RingMode.Cooperative => SetupFlags.SingleIssuer | SetupFlags.CooperativeTaskRun
                | SetupFlags.TaskRunFlag,
            _ => SetupFlags.None,
        };
        flags |= CompletionEntries != 0 ? SetupFlags.CqSize : SetupFlags.None;
        flags |= SqThreadCpu.HasValue ? SetupFlags.SqAffinity : SetupFlags.None;
        flags |= StartDisabled ? SetupFlags.Disabled : SetupFlags.None;
        return new RingParameters
        {
            Flags = flags,
            CompletionEntries = CompletionEntries,
            SqThreadCpu = SqThreadCpu ?? 0,
            SqThreadIdleMilliseconds = SqThreadIdleMilliseconds,
        };
    }
}
