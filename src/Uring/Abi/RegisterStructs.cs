using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary><c>struct io_uring_getevents_arg</c>: the argument of a wait with a timeout; 5.11.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
public struct GetEventsArgument
{
    /// <summary><c>sigmask</c>: address of a signal mask, 0 for none.</summary>
    public ulong SignalMask;

    /// <summary><c>sigmask_sz</c>: bytes of that mask.</summary>
    public uint SignalMaskSize;

    /// <summary><c>min_wait_usec</c>: microseconds to wait for a full batch; 6.12, else 0.</summary>
    public uint MinimumWaitMicroseconds;

    /// <summary><c>ts</c>: address of a <see cref="KernelTimespec"/>, 0 to wait without end.</summary>
    public ulong Timespec;
}

/// <summary><c>struct io_uring_rsrc_register</c>: registers files or buffers; 5.13.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct ResourceRegister
{
    /// <summary><c>IORING_RSRC_REGISTER_SPARSE</c>: an empty table of <see cref="Count"/> slots; 5.19.</summary>
    public const uint Sparse = 1;

    /// <summary><c>nr</c>.</summary>
    public uint Count;

    /// <summary><c>flags</c>.</summary>
    public uint Flags;

    /// <summary><c>resv2</c>.</summary>
    public ulong Reserved;

    /// <summary><c>data</c>: address of the descriptors or vectors; 0 with <see cref="Sparse"/>.</summary>
    public ulong Data;

    /// <summary><c>tags</c>: address of the tags, or 0.</summary>
    public ulong Tags;
}

/// <summary><c>struct io_uring_rsrc_update</c>: changes a part of a table, or registers a ring descriptor.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct ResourceUpdate
{
    /// <summary><c>offset</c>: first slot; all ones picks one (ring descriptors).</summary>
    public uint Offset;

    /// <summary><c>resv</c>.</summary>
    public uint Reserved;

    /// <summary><c>data</c>: address of the descriptors, or the ring descriptor itself.</summary>
    public ulong Data;
}

/// <summary><c>struct io_uring_buf_reg</c>: registers a ring of provided buffers; 5.19.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
public struct BufferRingRegister
{
    /// <summary><c>ring_addr</c>: address of the ring, page-aligned.</summary>
    public ulong RingAddress;

    /// <summary><c>ring_entries</c>: a power of two, at most 32768.</summary>
    public uint RingEntries;

    /// <summary><c>bgid</c>: the buffer group.</summary>
    public ushort BufferGroup;

    /// <summary><c>flags</c>.</summary>
    public ushort Flags;

    /// <summary><c>min_left</c>: 0; reserved in older headers.</summary>
    public uint MinimumLeft;

    /// <summary><c>resv[0]</c>.</summary>
    public uint Reserved0;

    /// <summary><c>resv[1]</c>.</summary>
    public uint Reserved1;

    /// <summary><c>resv[2]</c>.</summary>
    public uint Reserved2;

    /// <summary><c>resv[3]</c>.</summary>
    public uint Reserved3;

    /// <summary><c>resv[4]</c>.</summary>
    public uint Reserved4;
}

/// <summary><c>struct io_uring_buf</c>: one provided buffer. The ring's tail shares the reserved half-word of
/// entry 0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct BufferRingEntry
{
    /// <summary>Where the ring's tail (<c>io_uring_buf_ring.tail</c>) stands: bytes from the start of entry
    /// 0.</summary>
    public const int TailOffset = 14;

    /// <summary><c>addr</c>.</summary>
    [FieldOffset(0)]
    public ulong Address;

    /// <summary><c>len</c>.</summary>
    [FieldOffset(8)]
    public uint Length;

    /// <summary><c>bid</c>: handed back in the completion.</summary>
    [FieldOffset(12)]
    public ushort BufferId;

    /// <summary><c>resv</c>; in entry 0 the ring's tail.</summary>
    [FieldOffset(14)]
    public ushort Tail;
}

/// <summary><c>struct io_uring_probe_op</c>: whether one operation is supported; 5.6.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
public struct ProbeOperation
{
    /// <summary><c>IO_URING_OP_SUPPORTED</c>.</summary>
    public const ushort Supported = 1;

    /// <summary><c>op</c>.</summary>
    public byte Opcode;

    /// <summary><c>resv</c>.</summary>
    public byte Reserved;

    /// <summary><c>flags</c>.</summary>
    public ushort Flags;

    /// <summary><c>resv2</c>.</summary>
    public uint Reserved2;
}

/// <summary><c>struct io_uring_probe</c>: the head of a probe's answer; <see cref="ProbeOperation"/> entries
/// follow it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct Probe
{
    /// <summary><c>last_op</c>: the last operation that the kernel knows.</summary>
    public byte LastOpcode;

    /// <summary><c>ops_len</c>: number of entries filled in.</summary>
    public byte OperationCount;

    /// <summary><c>resv</c>.</summary>
    public ushort Reserved;

    /// <summary><c>resv2[0]</c>.</summary>
    public uint Reserved0;

    /// <summary><c>resv2[1]</c>.</summary>
    public uint Reserved1;

    /// <summary><c>resv2[2]</c>.</summary>
    public uint Reserved2;
}

/// <summary><c>struct io_uring_restriction</c>: one thing that a restricted ring still allows; 5.10.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct Restriction
{
    /// <summary><c>opcode</c>: <c>IORING_RESTRICTION_*</c>.</summary>
    [FieldOffset(0)]
    public RestrictionKind Kind;

    /// <summary><c>register_op</c>.</summary>
    [FieldOffset(2)]
    public byte RegisterOperation;

    /// <summary><c>sqe_op</c>.</summary>
    [FieldOffset(2)]
    public byte SubmissionOpcode;

    /// <summary><c>sqe_flags</c>.</summary>
    [FieldOffset(2)]
    public byte SubmissionFlags;
}

/// <summary><c>IORING_RESTRICTION_*</c>: what one <see cref="Restriction"/> speaks of; 5.10.</summary>
public enum RestrictionKind : ushort
{
    /// <summary><c>IORING_RESTRICTION_REGISTER_OP</c>: allows an operation of <c>io_uring_register</c>.</summary>
    RegisterOperation = 0,

    /// <summary><c>IORING_RESTRICTION_SQE_OP</c>: allows an operation.</summary>
    SubmissionOpcode = 1,

    /// <summary><c>IORING_RESTRICTION_SQE_FLAGS_ALLOWED</c>: allows flags of entries.</summary>
    SubmissionFlagsAllowed = 2,

    /// <summary><c>IORING_RESTRICTION_SQE_FLAGS_REQUIRED</c>: flags that each entry must carry.</summary>
    SubmissionFlagsRequired = 3,
}
