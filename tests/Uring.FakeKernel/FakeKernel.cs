using System;
using System.Collections.Generic;
using Uring.Abi;
using Uring.Kernel;

namespace Uring.FakeKernel;

/// <summary>
/// A kernel in memory: it reads the real bytes of submission entries from the memory that it mapped, and writes real
/// completions, with the link, skip, timeout and slot rules of Linux 6.18 on a ring with SINGLE_ISSUER|DEFER_TASKRUN.
/// Single-threaded and deterministic: nothing happens but in calls, and time is virtual.
/// </summary>
/// <remarks>
/// <see cref="Enter"/> never sleeps. Where Linux would, it asks <see cref="Idle"/> for something to happen, then moves
/// the clock to the next timer, and where there is none, throws: the program would hang. What a server never does
/// rightly (<see cref="IsStrict"/>) throws too. KernelConformanceTests hold it to Linux, behaviour by behaviour.
/// </remarks>
public sealed unsafe partial class FakeKernel : IKernel
{
    /// <summary>All 18 bits of 6.18.</summary>
    public const FeatureFlags AllFeatures = (FeatureFlags)0x3FFFF;

    private const SetupFlags KnownSetup = SetupFlags.CqSize | SetupFlags.Clamp | SetupFlags.Disabled
        | SetupFlags.SubmitAll | SetupFlags.CooperativeTaskRun | SetupFlags.TaskRunFlag | SetupFlags.SingleIssuer
        | SetupFlags.DeferTaskRun | SetupFlags.NoSqArray;

    private const uint SubmissionEntriesMax = 32768;

    private readonly List<FakeRing> _rings = [];
    private readonly Dictionary<nint, FakeRing> _mappings = [];

    public FakeKernel()
    {
        Files = new FakeFileSystem(() => NowNanoseconds);
    }

    /// <summary>The files.</summary>
    public FakeFileSystem Files { get; }

    /// <summary>Which requests fail, and how.</summary>
    public FaultPlan Faults { get; } = new FaultPlan();

    /// <summary>What was counted so far.</summary>
    public FakeKernelStatistics Statistics { get; } = new FakeKernelStatistics();

    /// <summary>What set-up reports; a test takes bits away.</summary>
    public FeatureFlags Features { get; set; } = AllFeatures;

    /// <summary>Set-up flags that this kernel knows; others give EINVAL. SQPOLL is not modelled.</summary>
    public SetupFlags KnownSetupFlags { get; set; } = KnownSetup;

    /// <summary>Operations that the probe denies.</summary>
    public HashSet<Opcode> MissingOperations { get; } = [];

    /// <summary>Whether entries that Linux refuses for a mistake of ours throw; off, they get their real errno.
    /// </summary>
    public bool IsStrict { get; set; } = true;

    /// <summary>errno of the next set-ups, first to last; 0 lets one pass.</summary>
    public Queue<int> SetupErrors { get; } = new Queue<int>();

    /// <summary>errno of the next maps, first to last; 0 lets one pass.</summary>
    public Queue<int> MapErrors { get; } = new Queue<int>();

    /// <summary>errno of every registration of a kind.</summary>
    public Dictionary<RegisterOpcode, int> RegisterErrors { get; } = [];

    /// <summary>errno of the next enters, first to last, before anything is submitted; 0 lets one pass.</summary>
    public Queue<int> EnterErrors { get; } = new Queue<int>();

    /// <inheritdoc/>
    public int Setup(uint entries, RingParameters* parameters)
    {
        if (SetupErrors.TryDequeue(out int error) && error != 0)
        {
            return -error;
        }

        SetupFlags flags = parameters->Flags;
        bool defers = (flags & SetupFlags.DeferTaskRun) != 0;
        bool clamps = (flags & SetupFlags.Clamp) != 0;
        bool invalid = (flags & ~KnownSetupFlags) != 0 || (defers && (flags & SetupFlags.SingleIssuer) == 0)
            || entries == 0 || (entries > SubmissionEntriesMax && !clamps);
        if (invalid)
        {
            return -Errno.EINVAL;
        }

        uint submission = RoundUp(Math.Min(entries, SubmissionEntriesMax));
        uint completion = submission * 2;
        if ((flags & SetupFlags.CqSize) != 0)
        {
            uint wanted = parameters->CompletionEntries;
            if (wanted == 0 || (wanted > SubmissionEntriesMax * 2 && !clamps))
            {
                return -Errno.EINVAL;
            }

            completion = RoundUp(Math.Min(wanted, SubmissionEntriesMax * 2));
            if (completion < submission)
            {
                return -Errno.EINVAL;
            }
        }

        parameters->SubmissionEntries = submission;
        parameters->CompletionEntries = completion;
        parameters->Features = Features;
        int descriptor = NextDescriptor();
        FakeRing ring = new FakeRing(this, descriptor, ref *parameters);
        _rings.Add(ring);
        _descriptors[descriptor] = new DescriptorEntry(null, ring, OwnedByTest: false);
        return descriptor;
    }

    /// <inheritdoc/>
    public int Map(int ring, ulong offset, nuint length, out void* address)
    {
        address = null;
        if (MapErrors.TryDequeue(out int error) && error != 0)
        {
            return -error;
        }

        FakeRing? target = RingAt(ring);
        if (target is null)
        {
            return -Errno.EBADF;
        }

        bool entries = offset == 0x10000000;
        if ((!entries && offset != 0 && offset != 0x8000000)
            || length > (entries ? target.EntriesLength : target.RingsLength))
        {
            return -Errno.EINVAL;
        }

        address = target.Memory(offset);
        target.MappingCount++;
        _mappings[(nint)address] = target;
        return 0;
    }

    /// <inheritdoc/>
    public int Unmap(void* address, nuint length)
    {
        if (!_mappings.Remove((nint)address, out FakeRing? ring))
        {
            return IsStrict ? throw new FakeKernelException("munmap of what is not mapped") : -Errno.EINVAL;
        }

        ring.MappingCount--;
        FreeUnused(ring);
        return 0;
    }

    /// <inheritdoc/>
    public int Close(int fileDescriptor)
    {
        if (!_descriptors.Remove(fileDescriptor, out DescriptorEntry? entry))
        {
            Misuse($"close of descriptor {fileDescriptor}, which is not open");
            return -Errno.EBADF;
        }

        entry.File?.Drop();
        if (entry.Ring is not null)
        {
            entry.Ring.IsDescriptorClosed = true;
            FreeUnused(entry.Ring);
        }

        return 0;
    }

    /// <summary>Called before a descriptor's status is told, so that the outside world may act between any two steps of
    /// a look-up; returns an errno to tell instead, or 0.</summary>
    public Func<int>? TellingStatus { get; set; }

    /// <inheritdoc/>
    public int FileStatus(int fileDescriptor, Statx* status)
    {
        if (TellingStatus?.Invoke() is { } error and not 0)
        {
            return -error;
        }

        return WriteStatus(fileDescriptor, (ulong)status);
    }

    /// <inheritdoc/>
    public int OpenDirectory(byte* path)
    {
        string text = UserMemory.ReadPath((ulong)path);
        PathWalk walk = new PathWalk([Files.Root], ResolveFlags.None, mayWait: true);
        int result = walk.Find(text + "/", OpenFlags.Path, out IReadOnlyList<FakeNode> trail);
        return result < 0 ? result : AddDescriptor(new NodeFile(trail, pathOnly: true), ownedByTest: false);
    }

    /// <inheritdoc/>
    public int CreateEvent()
    {
        return AddDescriptor(new EventFile(), ownedByTest: false);
    }

    /// <inheritdoc/>
    public int SignalEvent(int eventDescriptor)
    {
        // From any thread: the signal is taken in by the next enter.
        _signals.Enqueue(eventDescriptor);
        return 0;
    }

    internal void Misuse(string what)
    {
        if (IsStrict)
        {
            throw new FakeKernelException(what);
        }
    }

    private static uint RoundUp(uint count)
    {
        return System.Numerics.BitOperations.RoundUpToPowerOf2(count);
    }

    private void FreeUnused(FakeRing ring)
    {
        // Mappings hold a ring as its descriptor does, and so does its registration with a thread.
        if (ring is { IsDescriptorClosed: true, MappingCount: 0, IsRegistered: false, IsFreed: false })
        {
            ring.Free();
            _rings.Remove(ring);
        }
    }
}
