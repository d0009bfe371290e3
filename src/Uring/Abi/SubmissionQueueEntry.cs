using System.Runtime.InteropServices;

namespace Uring.Abi;

/// <summary>
/// <c>struct io_uring_sqe</c>: one request, 64 bytes, in memory that the kernel reads. The Prepare methods of
/// <c>Uring.Operations</c> fill it; which fields an operation uses stands there. A reserved entry is all zero.
/// </summary>
/// <remarks>Source: <c>linux/io_uring.h</c>. Fields that share bytes in C share them here.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public struct SubmissionQueueEntry
{
    /// <summary><c>opcode</c>: what to do.</summary>
    [FieldOffset(0)]
    public Opcode Opcode;

    /// <summary><c>flags</c>: <c>IOSQE_*</c>; the link and skip flags belong to <see cref="Chain"/>.</summary>
    [FieldOffset(1)]
    public SubmissionFlags Flags;

    /// <summary><c>ioprio</c>: request priority; accept, recv and send flags of io_uring's own.</summary>
    [FieldOffset(2)]
    public ushort IoPriority;

    /// <summary><c>fd</c>: a file descriptor, or a fixed-file slot with
    /// <see cref="SubmissionFlags.FixedFile"/>.</summary>
    [FieldOffset(4)]
    public int FileDescriptor;

    /// <summary><c>off</c>: offset in the file, in bytes; 2^64-1 is the current position.</summary>
    [FieldOffset(8)]
    public ulong Offset;

    /// <summary><c>addr2</c>: a second address, for operations that take two.</summary>
    [FieldOffset(8)]
    public ulong Address2;

    /// <summary><c>addr</c>: address of the buffer, path or structure.</summary>
    [FieldOffset(16)]
    public ulong Address;

    /// <summary><c>splice_off_in</c>: offset to splice from.</summary>
    [FieldOffset(16)]
    public ulong SpliceOffsetIn;

    /// <summary><c>len</c>: bytes of the buffer, or number of vectors.</summary>
    [FieldOffset(24)]
    public uint Length;

    /// <summary><c>rw_flags</c>, <c>msg_flags</c>, <c>timeout_flags</c>, <c>cancel_flags</c>, …: flags of the
    /// operation.</summary>
    [FieldOffset(28)]
    public uint OperationFlags;

    /// <summary><c>user_data</c>: handed back in the completion, untouched.</summary>
    [FieldOffset(32)]
    public ulong UserData;

    /// <summary><c>buf_index</c>: index of a registered buffer.</summary>
    [FieldOffset(40)]
    public ushort BufferIndex;

    /// <summary><c>buf_group</c>: group of provided buffers, with <see cref="SubmissionFlags.BufferSelect"/>.</summary>
    [FieldOffset(40)]
    public ushort BufferGroup;

    /// <summary><c>personality</c>: id of registered credentials; 0 is the submitter's.</summary>
    [FieldOffset(42)]
    public ushort Personality;

    /// <summary><c>splice_fd_in</c>: the descriptor to splice from.</summary>
    [FieldOffset(44)]
    public int SpliceFileDescriptorIn;

    /// <summary><c>file_index</c>: fixed-file slot plus one for a direct descriptor; 0 asks for a normal one.</summary>
    [FieldOffset(44)]
    public uint FileIndex;

    /// <summary><c>addr3</c>: a third address.</summary>
    [FieldOffset(48)]
    public ulong Address3;

    /// <summary><c>__pad2</c>: must be zero for every operation of this library.</summary>
    [FieldOffset(56)]
    public ulong Reserved;
}
