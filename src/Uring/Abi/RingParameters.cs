using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct io_sqring_offsets</c>: where the parts of the submission ring stand in its mapping, in
/// bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
public struct SubmissionRingOffsets
{
    /// <summary><c>head</c>: the kernel's read position.</summary>
    public uint Head;

    /// <summary><c>tail</c>: the application's write position.</summary>
    public uint Tail;

    /// <summary><c>ring_mask</c>.</summary>
    public uint RingMask;

    /// <summary><c>ring_entries</c>.</summary>
    public uint RingEntries;

    /// <summary><c>flags</c>: <see cref="SubmissionRingFlags"/>.</summary>
    public uint Flags;

    /// <summary><c>dropped</c>: number of invalid entries that the kernel dropped.</summary>
    public uint Dropped;

    /// <summary><c>array</c>: the indirection array; unused with <see cref="SetupFlags.NoSqArray"/>.</summary>
    public uint Array;

    /// <summary><c>resv1</c>.</summary>
    public uint Reserved;

    /// <summary><c>user_addr</c>: only with application memory.</summary>
    public ulong UserAddress;
}

/// <summary><c>struct io_cqring_offsets</c>: where the parts of the completion ring stand in its mapping, in
/// bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
public struct CompletionRingOffsets
{
    /// <summary><c>head</c>: the application's read position.</summary>
    public uint Head;

    /// <summary><c>tail</c>: the kernel's write position.</summary>
    public uint Tail;

    /// <summary><c>ring_mask</c>.</summary>
    public uint RingMask;

    /// <summary><c>ring_entries</c>.</summary>
    public uint RingEntries;

    /// <summary><c>overflow</c>: completions that found no room.</summary>
    public uint Overflow;

    /// <summary><c>cqes</c>: the entries.</summary>
    public uint Entries;

    /// <summary><c>flags</c>.</summary>
    public uint Flags;

    /// <summary><c>resv1</c>.</summary>
    public uint Reserved;

    /// <summary><c>user_addr</c>: only with application memory.</summary>
    public ulong UserAddress;
}

/// <summary><c>struct io_uring_params</c>: what a set-up asks for and what it got, 120 bytes.</summary>
/// <remarks>Source: <c>linux/io_uring.h</c>.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 120)]
public struct RingParameters
{
    /// <summary><c>sq_entries</c>: filled in by the kernel.</summary>
    public uint SubmissionEntries;

    /// <summary><c>cq_entries</c>: asked for with <see cref="SetupFlags.CqSize"/>, filled in by the kernel.</summary>
    public uint CompletionEntries;

    /// <summary><c>flags</c>.</summary>
    public SetupFlags Flags;

    /// <summary><c>sq_thread_cpu</c>: with <see cref="SetupFlags.SqAffinity"/>.</summary>
    public uint SqThreadCpu;

    /// <summary><c>sq_thread_idle</c>: milliseconds that the kernel thread spins before it sleeps; 0 is one
    /// second.</summary>
    public uint SqThreadIdleMilliseconds;

    /// <summary><c>features</c>: filled in by the kernel.</summary>
    public FeatureFlags Features;

    /// <summary><c>wq_fd</c>: a ring to share kernel workers with, with
    /// <see cref="SetupFlags.AttachWorkQueue"/>.</summary>
    public uint WorkQueueFileDescriptor;

    /// <summary><c>resv[0]</c>.</summary>
    public uint Reserved0;

    /// <summary><c>resv[1]</c>.</summary>
    public uint Reserved1;

    /// <summary><c>resv[2]</c>.</summary>
    public uint Reserved2;

    /// <summary><c>sq_off</c>.</summary>
    public SubmissionRingOffsets SubmissionOffsets;

    /// <summary><c>cq_off</c>.</summary>
    public CompletionRingOffsets CompletionOffsets;
}
