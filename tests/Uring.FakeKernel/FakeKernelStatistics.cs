using System;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Counters of a <see cref="FakeKernel"/>.</summary>
public sealed class FakeKernelStatistics
{
    private readonly int[] _issued = new int[256];

    /// <summary>Calls of <c>io_uring_enter</c>.</summary>
    public long EnterCount { get; internal set; }

    /// <summary>Entries that were taken.</summary>
    public long SubmittedCount { get; internal set; }

    /// <summary>Completions that were posted.</summary>
    public long CompletionCount { get; internal set; }

    /// <summary>Requests that needed a kernel worker.</summary>
    public long WorkerCount { get; internal set; }

    /// <summary>Called with every entry that is taken, in the order of submission.</summary>
    public Action<SubmissionQueueEntry>? Submitted { get; set; }

    /// <summary>Called with every completion that is posted.</summary>
    public Action<CompletionQueueEntry>? Posted { get; set; }

    /// <summary>Requests of an operation that were started.</summary>
    public int Issued(Opcode opcode)
    {
        return _issued[(byte)opcode];
    }

    internal void Count(Opcode opcode)
    {
        _issued[(byte)opcode]++;
    }
}
