using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>One ring: its memory, its tables, and the requests that are in it.</summary>
internal sealed unsafe partial class FakeRing
{
    private const uint HeadsLength = 320;

    private readonly byte* _rings;
    private readonly SubmissionQueueEntry* _entries;
    private readonly uint _submissionEntries;
    private readonly uint _completionEntries;
    private readonly uint _arrayOffset;
    private uint _submissionHead;
    private uint _completionTail;

    internal FakeRing(FakeKernel kernel, int descriptor, ref RingParameters parameters)
    {
        Kernel = kernel;
        Descriptor = descriptor;
        Setup = parameters.Flags;
        IsDisabled = (Setup & SetupFlags.Disabled) != 0;
        OwnerThread = IsDisabled ? 0 : Environment.CurrentManagedThreadId;
        _submissionEntries = parameters.SubmissionEntries;
        _completionEntries = parameters.CompletionEntries;
        _arrayOffset = HeadsLength + (_completionEntries * (uint)sizeof(CompletionQueueEntry));
        RingsLength = _arrayOffset + (_submissionEntries * sizeof(uint));
        EntriesLength = _submissionEntries * (uint)sizeof(SubmissionQueueEntry);

        // SAFETY: both blocks live until Free, which the kernel calls when descriptor and mappings are gone.
        _rings = (byte*)NativeMemory.AllocZeroed(RingsLength);
        _entries = (SubmissionQueueEntry*)NativeMemory.AllocZeroed(EntriesLength);
        *Word(256) = _submissionEntries - 1;
        *Word(260) = _completionEntries - 1;
        *Word(264) = _submissionEntries;
        *Word(268) = _completionEntries;
        Describe(ref parameters);
    }

    internal FakeKernel Kernel { get; }

    internal int Descriptor { get; }

    internal SetupFlags Setup { get; }

    internal nuint RingsLength { get; }

    internal nuint EntriesLength { get; }

    internal bool IsDisabled { get; set; }

    internal int OwnerThread { get; set; }

    internal int MappingCount { get; set; }

    internal bool IsDescriptorClosed { get; set; }

    internal bool IsRegistered { get; set; }

    internal bool IsFreed { get; private set; }

    /// <summary>The fixed-file table, or null.</summary>
    internal OpenFile?[]? Slots { get; set; }

    internal Dictionary<ushort, FakeBufferRing> BufferRings { get; } = [];

    internal IoVector[]? Buffers { get; set; }

    internal RingLimits? Limits { get; set; }

    internal bool IsDeferred => (Setup & SetupFlags.DeferTaskRun) != 0;

    internal uint ReadyCount => unchecked(_completionTail - *Word(128));

    internal void* Memory(ulong offset)
    {
        return offset == 0x10000000 ? _entries : _rings;
    }

    /// <summary>Puts a file into a slot, or null; what was there loses its reference.</summary>
    internal void SetSlot(uint slot, OpenFile? file)
    {
        OpenFile? old = Slots![slot];
        Slots[slot] = file?.Hold();
        old?.Drop();
    }

    /// <summary><c>io_fixed_fd_install</c>: what an accept or an open made, into its slot.</summary>
    internal int Install(uint fileIndex, OpenFile file)
    {
        if (Slots is null)
        {
            return -Errno.ENXIO;
        }

        if (fileIndex == uint.MaxValue)
        {
            int free = Array.IndexOf(Slots, null);
            if (free >= 0)
            {
                SetSlot((uint)free, file);
            }

            return free >= 0 ? free : -Errno.ENFILE;
        }

        if (fileIndex > Slots.Length)
        {
            return -Errno.EINVAL;
        }

        SetSlot(fileIndex - 1, file);
        return 0;
    }

    /// <summary>The ring is gone: its requests end without completions, and its slots are emptied.</summary>
    internal void Free()
    {
        IsFreed = true;
        foreach (FakeRequest request in InFlight.ToArray())
        {
            request.File?.Waits.Remove(request);
            request.File?.Drop();
        }

        InFlight.Clear();
        _timers.Clear();
        _stalled.Clear();
        for (uint slot = 0; Slots is not null && slot < Slots.Length; slot++)
        {
            SetSlot(slot, null);
        }

        // SAFETY: nothing is mapped any more, and the kernel forgets this ring with this call.
        NativeMemory.Free(_rings);
        NativeMemory.Free(_entries);
    }

    private static SubmissionRingOffsets SubmissionOffsets(uint array)
    {
        return new SubmissionRingOffsets
        {
            Head = 0,
            Tail = 64,
            RingMask = 256,
            RingEntries = 264,
            Dropped = 272,
            Flags = 276,
            Array = array,
        };
    }

    private void Describe(ref RingParameters parameters)
    {
        parameters.SubmissionOffsets = SubmissionOffsets(
            (Setup & SetupFlags.NoSqArray) != 0 ? 0 : _arrayOffset);
        parameters.CompletionOffsets = new CompletionRingOffsets
        {
            Head = 128,
            Tail = 192,
            RingMask = 260,
            RingEntries = 268,
            Flags = 280,
            Overflow = 284,
            Entries = HeadsLength,
        };
    }

    private uint* Word(uint offset)
    {
        // SAFETY: all offsets are constants within the heads' area.
        return (uint*)(_rings + offset);
    }

    private bool TakeEntry(out SubmissionQueueEntry entry)
    {
        uint tail = *Word(64);
        if (tail == _submissionHead)
        {
            entry = default;
            return false;
        }

        uint index = _submissionHead & (_submissionEntries - 1);
        if ((Setup & SetupFlags.NoSqArray) == 0)
        {
            // SAFETY: the masked index lies in the array, the checked one in the entries.
            index = ((uint*)(_rings + _arrayOffset))[index];
            if (index >= _submissionEntries)
            {
                throw new FakeKernelException($"the submission array names entry {index} of {_submissionEntries}");
            }
        }

        entry = _entries[index];
        unchecked
        {
            _submissionHead++;
        }

        *Word(0) = _submissionHead;
        return true;
    }

    private bool TryPut(in CompletionQueueEntry completion)
    {
        if (ReadyCount > _completionEntries)
        {
            throw new FakeKernelException("the completion queue's head passed its tail");
        }

        if (ReadyCount == _completionEntries)
        {
            return false;
        }

        // SAFETY: the masked index lies in the completion entries.
        CompletionQueueEntry* target =
            (CompletionQueueEntry*)(_rings + HeadsLength) + (_completionTail & (_completionEntries - 1));
        *target = completion;
        unchecked
        {
            _completionTail++;
        }

        *Word(192) = _completionTail;
        return true;
    }

    private void SetOverflowFlag(bool on)
    {
        SubmissionRingFlags flags = (SubmissionRingFlags)(*Word(276));
        flags = on ? flags | SubmissionRingFlags.CqOverflow : flags & ~SubmissionRingFlags.CqOverflow;
        *Word(276) = (uint)flags;
    }
}
