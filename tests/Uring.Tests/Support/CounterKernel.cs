using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Uring.Abi;
using Uring.Kernel;

namespace Uring.Tests.Support;

/// <summary>A kernel of no operations: it takes entries and posts one completion for each, with its counters starting
/// where a test wants them. For the arithmetic of the queues, which Linux reaches only after 2^32 requests.</summary>
internal sealed unsafe class CounterKernel(uint start, bool knowsNoSqArray = true) : IKernel, IDisposable
{
    private const int RingsLength = 64 * 1024;
    private const uint EntriesAt = 4096;

    private readonly byte* _rings = (byte*)NativeMemory.AllocZeroed(RingsLength);
    private readonly byte* _entries = (byte*)NativeMemory.AllocZeroed(RingsLength);
    private RingParameters _parameters;

    /// <summary>Taken entries, in order.</summary>
    internal List<SubmissionQueueEntry> Taken { get; } = [];

    /// <summary>How many entries the next enters take at most.</summary>
    internal int TakeAtMost { get; set; } = int.MaxValue;

    /// <summary>Whether the indirection array was found in place.</summary>
    internal bool HasArray => (_parameters.Flags & SetupFlags.NoSqArray) == 0;

    internal SubmissionRingFlags Flags
    {
        set => *Word(16) = (uint)value;
    }

    private uint* SubmissionHead => Word(0);

    private uint* SubmissionTail => Word(4);

    private uint* CompletionHead => Word(8);

    private uint* CompletionTail => Word(12);

    public int Setup(uint entries, RingParameters* parameters)
    {
        if (!knowsNoSqArray && (parameters->Flags & SetupFlags.NoSqArray) != 0)
        {
            return -Errno.EINVAL;
        }

        parameters->SubmissionEntries = entries;
        parameters->CompletionEntries = entries * 2;
        parameters->Features = FeatureFlags.SingleMap | FeatureFlags.NoDrop;
        parameters->SubmissionOffsets = new SubmissionRingOffsets
        {
            Head = 0,
            Tail = 4,
            Flags = 16,
            RingMask = 20,
            Array = HasSqArray(parameters->Flags) ? 256u : 0,
        };
        parameters->CompletionOffsets = new CompletionRingOffsets
        {
            Head = 8,
            Tail = 12,
            RingMask = 24,
            Overflow = 28,
            Entries = EntriesAt,
        };
        *SubmissionHead = *SubmissionTail = *CompletionHead = *CompletionTail = start;
        *Word(20) = entries - 1;
        *Word(24) = (entries * 2) - 1;
        _parameters = *parameters;
        return 1000;
    }

    public int Enter(
        int ring,
        uint toSubmit,
        uint minimumComplete,
        EnterFlags flags,
        void* argument,
        nuint argumentSize)
    {
        int taken = 0;
        while (taken < toSubmit && taken < TakeAtMost && *SubmissionHead != *SubmissionTail)
        {
            uint place = *SubmissionHead & *Word(20);
            uint index = HasArray ? *Word(256 + (place * 4)) : place;
            SubmissionQueueEntry entry = ((SubmissionQueueEntry*)_entries)[index];
            Taken.Add(entry);
            ((CompletionQueueEntry*)(_rings + EntriesAt))[*CompletionTail & *Word(24)] =
                new CompletionQueueEntry { UserData = entry.UserData, Result = (int)entry.Length };
            unchecked
            {
                (*CompletionTail)++;
                (*SubmissionHead)++;
            }

            taken++;
        }

        return taken;
    }

    public int Register(int ring, RegisterOpcode opcode, void* argument, uint count)
    {
        return opcode == RegisterOpcode.Probe ? 0 : -Errno.EINVAL;
    }

    public int Map(int ring, ulong offset, nuint length, out void* address)
    {
        address = offset == 0 ? _rings : _entries;
        return length <= RingsLength ? 0 : -Errno.ENOMEM;
    }

    public int Unmap(void* address, nuint length)
    {
        return 0;
    }

    public int Close(int fileDescriptor)
    {
        return 0;
    }

    public int FileStatus(int fileDescriptor, Statx* status)
    {
        return -Errno.ENOSYS;
    }

    public int OpenDirectory(byte* path)
    {
        return -Errno.ENOSYS;
    }

    public int CreateEvent()
    {
        return -Errno.ENOSYS;
    }

    public int SignalEvent(int eventDescriptor)
    {
        return -Errno.ENOSYS;
    }

    public int CreatePipe(int length, PipeEnds* ends)
    {
        return -Errno.ENOSYS;
    }

    public int OpenSink()
    {
        return -Errno.ENOSYS;
    }

    public void Dispose()
    {
        NativeMemory.Free(_rings);
        NativeMemory.Free(_entries);
    }

    private static bool HasSqArray(SetupFlags flags)
    {
        return (flags & SetupFlags.NoSqArray) == 0;
    }

    private uint* Word(uint offset)
    {
        return (uint*)(_rings + offset);
    }
}
