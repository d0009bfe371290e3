using System.Runtime.CompilerServices;
using System.Threading;
using Uring.Abi;

namespace Uring;

/// <summary>
/// The submission queue of one ring: entries are reserved, filled, and published with the next submit. One thread only.
/// </summary>
public sealed unsafe class SubmissionQueue
{
    // SAFETY: all pointers lead into the ring's mappings, which live until Ring.Dispose; offsets come from the kernel.
    private readonly uint* _kernelHead;
    private readonly uint* _kernelTail;
    private readonly uint* _kernelFlags;
    private readonly SubmissionQueueEntry* _entries;
    private readonly uint _mask;
    private readonly bool _kernelThreadReads;
    private uint _tail;
    private uint _published;
    private int _openSteps;

    internal SubmissionQueue(byte* rings, SubmissionQueueEntry* entries, in RingParameters parameters)
    {
        ref readonly SubmissionRingOffsets offsets = ref parameters.SubmissionOffsets;
        _kernelHead = (uint*)(rings + offsets.Head);
        _kernelTail = (uint*)(rings + offsets.Tail);
        _kernelFlags = (uint*)(rings + offsets.Flags);
        _entries = entries;
        _mask = *(uint*)(rings + offsets.RingMask);
        EntryCount = parameters.SubmissionEntries;
        _kernelThreadReads = (parameters.Flags & SetupFlags.SqPoll) != 0;
        _tail = *_kernelTail;
        _published = _tail;
        if ((parameters.Flags & SetupFlags.NoSqArray) == 0)
        {
            // The indirection array is set to the identity once; entries are then taken in ring order, as without it.
            uint* array = (uint*)(rings + offsets.Array);
            for (uint index = 0; index < EntryCount; index++)
            {
                array[index] = index;
            }
        }
    }

    /// <summary>Number of entries, a power of two.</summary>
    public uint EntryCount { get; }

    /// <summary>Entries that can be reserved now.</summary>
    public uint FreeCount
    {
        get
        {
            // Only the kernel's own thread moves the head while we look; without one a plain read is enough, and the
            // volatile read costs nothing on x86-64.
            uint head = Volatile.Read(ref *_kernelHead);
            return EntryCount - unchecked(_tail - head);
        }
    }

    /// <summary>Entries reserved that the kernel has not taken yet, whether submitted or not.</summary>
    public uint PendingCount => EntryCount - FreeCount;

    internal SubmissionRingFlags Flags
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (SubmissionRingFlags)Volatile.Read(ref *_kernelFlags);
    }

    /// <summary>The next entry, all zero. The caller has checked that one is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref SubmissionQueueEntry Reserve()
    {
        Invariant.Require(_openSteps == 0, "an entry between the steps of a chain would cut it");
        return ref Take();
    }

    /// <summary>From here on only the steps of one chain can be reserved, until the last of them.</summary>
    /// <param name="length">Number of steps; the caller has checked that they are free.</param>
    internal void OpenChain(int length)
    {
        Invariant.Require(_openSteps == 0, "a chain must be filled in full before the next one");
        _openSteps = length;
    }

    /// <summary>The entry of the next step, all zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref SubmissionQueueEntry ReserveStep()
    {
        Invariant.Require(_openSteps > 0, "a chain has no more steps than were reserved");
        _openSteps--;
        return ref Take();
    }

    /// <summary>Makes all reserved entries visible to the kernel.</summary>
    /// <returns>How many the kernel has not taken yet, as <c>to_submit</c>.</returns>
    internal uint Publish()
    {
        Invariant.Require(_openSteps == 0, "a chain must be filled in full before it is submitted");
        uint count = unchecked(_tail - _published);
        if (count != 0)
        {
            // A release store: the kernel's thread must see the entries before the tail. Without that thread the
            // system call orders, and the store is a plain one on x86-64 anyway.
            Volatile.Write(ref *_kernelTail, _tail);
            _published = _tail;
        }

        return _kernelThreadReads ? count : unchecked(_tail - *_kernelHead);
    }

    /// <summary>Whether the kernel's submission thread sleeps and must be woken.</summary>
    internal bool NeedsWakeup()
    {
        // A full fence between the tail and the flags: without it our store and its load may pass each other, and both
        // sides wait for the other (liburing issue 541).
        Interlocked.MemoryBarrier();
        return (Flags & SubmissionRingFlags.NeedWakeup) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref SubmissionQueueEntry Take()
    {
        ref SubmissionQueueEntry entry = ref _entries[_tail & _mask];
        // Old kernels ignore fields that they do not know, and an operation reads fields that its Prepare does not set
        // (a stale file_index turns a plain open into a direct one): every entry starts from zero.
        entry = default;
        unchecked
        {
            _tail++;
        }

        return ref entry;
    }
}
