using System.Runtime.CompilerServices;
using System.Threading;
using Uring.Abi;

namespace Uring;

/// <summary>
/// The completion queue of one ring: look at <see cref="ReadyCount"/> entries by index, then give them back at once
/// with <see cref="Advance"/>. One thread only.
/// </summary>
public sealed unsafe class CompletionQueue
{
    // SAFETY: all pointers lead into the ring's mappings, which live until Ring.Dispose; offsets come from the kernel.
    private readonly uint* _kernelHead;
    private readonly uint* _kernelTail;
    private readonly uint* _kernelOverflow;
    private readonly CompletionQueueEntry* _entries;
    private readonly uint _mask;
    private uint _head;

    internal CompletionQueue(byte* rings, in RingParameters parameters)
    {
        ref readonly CompletionRingOffsets offsets = ref parameters.CompletionOffsets;
        _kernelHead = (uint*)(rings + offsets.Head);
        _kernelTail = (uint*)(rings + offsets.Tail);
        _kernelOverflow = (uint*)(rings + offsets.Overflow);
        _entries = (CompletionQueueEntry*)(rings + offsets.Entries);
        _mask = *(uint*)(rings + offsets.RingMask);
        EntryCount = parameters.CompletionEntries;
        _head = *_kernelHead;
    }

    /// <summary>Number of entries, a power of two.</summary>
    public uint EntryCount { get; }

    /// <summary>Completions that can be looked at now.</summary>
    public uint ReadyCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked(Volatile.Read(ref *_kernelTail) - _head); // Acquire: entries are read only after the tail.
    }

    /// <summary>Completions that an old kernel dropped; 0 with <see cref="FeatureFlags.NoDrop"/>.</summary>
    public uint DroppedCount => Volatile.Read(ref *_kernelOverflow);

    /// <summary>One of the ready completions.</summary>
    /// <param name="index">0 is the oldest; below <see cref="ReadyCount"/>.</param>
    /// <returns>A reference into kernel memory: it is valid until <see cref="Advance"/>.</returns>
    public ref readonly CompletionQueueEntry this[uint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[unchecked(_head + index) & _mask];
    }

    /// <summary>Gives the oldest entries back to the kernel.</summary>
    /// <param name="count">At most <see cref="ReadyCount"/>.</param>
    public void Advance(uint count)
    {
        Invariant.Require(count <= ReadyCount, "only ready completions can be given back");
        _head = unchecked(_head + count);
        // A release store: the kernel may overwrite the entries as soon as it sees the head.
        Volatile.Write(ref *_kernelHead, _head);
    }
}
