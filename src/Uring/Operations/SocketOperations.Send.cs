using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Sends of one buffer, with and without copy.</content>
public static partial class SocketOperations
{
    /// <summary><c>io_uring_prep_send</c>, <c>IORING_OP_SEND</c>, 5.6.</summary>
    /// <remarks>Result: bytes taken into the socket's buffer, or -errno: EPIPE, ECONNRESET, ECANCELED, … In a chain it
    /// must carry <see cref="MessageFlags.WaitAll"/>: otherwise a short send counts as success. A send with it that is
    /// cut off answers with the bytes sent so far and breaks the link.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="buffer">Read by the kernel; native memory, unchanged until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSend(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ReadOnlySpan<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.Send, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_send</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="buffer">Read by the kernel; native memory, unchanged until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSend(
        this ref SubmissionQueueEntry entry,
        int socket,
        ReadOnlySpan<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Send, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_send_zc</c>, 6.0: a send without copy. Two completions: the result, then one with
    /// <c>IORING_CQE_F_NOTIF</c>, and only then the buffer is free. Refuses the skip flag.</summary>
    /// <remarks>First result: bytes, or -errno as for a send, and ENOMEM (RLIMIT_MEMLOCK), EINVAL (skip flag). A link
    /// goes on before the notification.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="buffer">Native memory, unchanged until the notification.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendZeroCopy(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ReadOnlySpan<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.SendZeroCopy, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_send_zc</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="buffer">Native memory, unchanged until the notification.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendZeroCopy(
        this ref SubmissionQueueEntry entry,
        int socket,
        ReadOnlySpan<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.Set(
            ref entry, Opcode.SendZeroCopy, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_send_zc_fixed</c>, 6.0: as above from a registered buffer, which is pinned already.
    /// </summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="buffer">A part of the registered buffer, unchanged until the notification.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    /// <param name="bufferIndex">Which registered buffer (<see cref="FixedBuffers"/>).</param>
    public static void PrepareSendZeroCopyFixed(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ReadOnlySpan<byte> buffer,
        MessageFlags flags,
        ushort bufferIndex)
    {
        entry.PrepareSendZeroCopy(socket, buffer, flags);
        entry.IoPriority = (ushort)ReceiveSendFlags.FixedBuffer;
        entry.BufferIndex = bufferIndex;
    }

    /// <summary><c>io_uring_prep_send_bundle</c>, 6.10: sends what a group of provided buffers holds, in ring order.
    /// </summary>
    /// <remarks>Result: bytes over all buffers that were taken, or -errno: ENOBUFS (an empty group), EINVAL (older
    /// kernel), else as for a send. The flags name the first buffer; <see cref="BufferRing.After"/> gives the next
    /// ones.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="bufferGroup">A registered <see cref="BufferRing"/>.</param>
    /// <param name="length">Bytes at most; 0 is all.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendBundle(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ushort bufferGroup,
        uint length,
        MessageFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.Send, socket, 0, length);
        entry.Flags |= SubmissionFlags.BufferSelect;
        entry.BufferGroup = bufferGroup;
        entry.IoPriority = (ushort)ReceiveSendFlags.Bundle;
        entry.OperationFlags = (uint)flags;
    }
}
