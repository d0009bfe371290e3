using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Reads and writes with registered buffers and with vectors.</content>
public static partial class FileOperations
{
    /// <summary><c>io_uring_prep_read_fixed</c>, 5.1: a read into a registered buffer.</summary>
    /// <remarks>Result: bytes, or -errno as for a read, and EFAULT (outside the registered buffer).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareReadFixed(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        Span<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.ReadFixed, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_read_fixed</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareReadFixed(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        Span<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.Set(
            ref entry, Opcode.ReadFixed, fileDescriptor, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_write_fixed</c>, 5.1: a write from a registered buffer.</summary>
    /// <remarks>Result: bytes, or -errno as for a write, and EFAULT (outside the registered buffer).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareWriteFixed(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.WriteFixed, file, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_write_fixed</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="buffer">A part of the registered buffer.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareWriteFixed(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        ReadOnlySpan<byte> buffer,
        ulong offset,
        ushort bufferIndex)
    {
        EntryFields.Set(
            ref entry, Opcode.WriteFixed, fileDescriptor, EntryFields.AddressOf(buffer), (uint)buffer.Length, offset);
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_readv</c>, <c>IORING_OP_READV</c>, 5.1.</summary>
    /// <remarks>Result: bytes over all buffers, or -errno as for a read; fewer than asked break a link.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareReadVector(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.ReadVector, file, EntryFields.AddressOf(vectors), (uint)vectors.Length, offset);
    }

    /// <summary><c>io_uring_prep_readv</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareReadVector(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.Set(
            ref entry, Opcode.ReadVector, fileDescriptor, EntryFields.AddressOf(vectors), (uint)vectors.Length, offset);
    }

    /// <summary><c>io_uring_prep_writev</c>, <c>IORING_OP_WRITEV</c>, 5.1.</summary>
    /// <remarks>Result: bytes over all buffers, or -errno as for a write; fewer than asked break a link.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareWriteVector(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot file,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.WriteVector, file, EntryFields.AddressOf(vectors), (uint)vectors.Length, offset);
    }

    /// <summary><c>io_uring_prep_writev</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="fileDescriptor">The descriptor.</param>
    /// <param name="vectors">Native memory; it may go after the submit (but under SQPOLL), the buffers stay until the
    /// completion.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    public static void PrepareWriteVector(
        this ref SubmissionQueueEntry entry,
        int fileDescriptor,
        ReadOnlySpan<IoVector> vectors,
        ulong offset)
    {
        EntryFields.Set(
            ref entry, Opcode.WriteVector, fileDescriptor, EntryFields.AddressOf(vectors), (uint)vectors.Length,
            offset);
    }
}
