using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Receives, into one buffer or one of a group.</content>
public static partial class SocketOperations
{
    /// <summary><c>io_uring_prep_recv</c>, <c>IORING_OP_RECV</c>, 5.6.</summary>
    /// <remarks>Result: bytes, 0 at the end of the stream (a link goes on), or -errno: ECONNRESET, ECANCELED, EAGAIN
    /// (with <see cref="MessageFlags.DontWait"/>), ETIMEDOUT, …</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="buffer">Filled by the kernel; native memory, the kernel's until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>; with <see cref="MessageFlags.WaitAll"/> a short receive breaks a link.</param>
    public static void PrepareReceive(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        Span<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.Receive, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_recv</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="buffer">Filled by the kernel; native memory, the kernel's until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareReceive(
        this ref SubmissionQueueEntry entry,
        int socket,
        Span<byte> buffer,
        MessageFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Receive, socket, EntryFields.AddressOf(buffer), (uint)buffer.Length);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_recv</c> with <c>IOSQE_BUFFER_SELECT</c>: the kernel takes a buffer of the group when
    /// data is there; a waiting receive holds none. 5.19 with a buffer ring.</summary>
    /// <remarks>Result: bytes, with the buffer id in the flags; 0 at the end of the stream; or -errno: ENOBUFS when the
    /// group is empty (the data stays in the socket), else as above. With <see cref="ReceiveSendFlags.Bundle"/> (6.10)
    /// it may fill several buffers: the one named, then those that <see cref="BufferRing.After"/> gives.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="bufferGroup">A registered <see cref="BufferRing"/>.</param>
    /// <param name="flags">io_uring's own flags; <see cref="ReceiveSendFlags.PollFirst"/> where data is unlikely.
    /// </param>
    public static void PrepareReceiveSelect(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ushort bufferGroup,
        ReceiveSendFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.Receive, socket);
        entry.Flags |= SubmissionFlags.BufferSelect;
        entry.BufferGroup = bufferGroup;
        entry.IoPriority = (ushort)flags;
    }

    /// <summary><c>io_uring_prep_recv</c> with <c>IOSQE_BUFFER_SELECT</c> on a normal descriptor; see the form for
    /// slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="bufferGroup">A registered <see cref="BufferRing"/>.</param>
    /// <param name="flags">io_uring's own flags; <see cref="ReceiveSendFlags.PollFirst"/> where data is unlikely.
    /// </param>
    public static void PrepareReceiveSelect(
        this ref SubmissionQueueEntry entry,
        int socket,
        ushort bufferGroup,
        ReceiveSendFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Receive, socket);
        entry.Flags |= SubmissionFlags.BufferSelect;
        entry.BufferGroup = bufferGroup;
        entry.IoPriority = (ushort)flags;
    }

    /// <summary><c>io_uring_prep_recv_multishot</c>, 6.0: a completion for each arrival, each with a buffer of the
    /// group, until one comes without <c>IORING_CQE_F_MORE</c>.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="bufferGroup">A registered <see cref="BufferRing"/>.</param>
    public static void PrepareReceiveMultishot(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ushort bufferGroup)
    {
        entry.PrepareReceiveSelect(socket, bufferGroup, ReceiveSendFlags.Multishot);
    }

    /// <summary><c>io_uring_prep_recv_multishot</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="bufferGroup">A registered <see cref="BufferRing"/>.</param>
    public static void PrepareReceiveMultishot(
        this ref SubmissionQueueEntry entry,
        int socket,
        ushort bufferGroup)
    {
        entry.PrepareReceiveSelect(socket, bufferGroup, ReceiveSendFlags.Multishot);
    }
}
