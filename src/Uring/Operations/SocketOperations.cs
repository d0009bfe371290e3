using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>
/// Operations on sockets, with liburing's names and argument order. Each fills a reserved entry and touches neither the
/// link and skip flags nor the user data. Spans and structures must be native memory (<see cref="NativeRegion"/>) that
/// stays until the completion, unless a text below says less.
/// </summary>
public static class SocketOperations
{
    /// <summary><c>io_uring_prep_accept_direct</c>, <c>IORING_OP_ACCEPT</c>, 5.19 for direct: takes a connection into a
    /// slot that the caller picked; what was in the slot is closed.</summary>
    /// <remarks>Result 0, or -errno: ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM, ECANCELED, EINVAL (no such slot: the
    /// connection is accepted and dropped).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="listener">Descriptor of a listening socket.</param>
    /// <param name="flags">Flags of the new socket, without close-on-exec.</param>
    /// <param name="slot">Where the connection goes.</param>
    public static void PrepareAcceptDirect(
        this ref SubmissionQueueEntry entry,
        int listener,
        SocketCreationFlags flags,
        FixedFileSlot slot)
    {
        EntryFields.Set(ref entry, Opcode.Accept, listener);
        entry.OperationFlags = (uint)flags;
        entry.FileIndex = slot.FileIndex;
    }

    /// <summary><c>io_uring_prep_accept</c>, 5.5: takes a connection into a normal descriptor.</summary>
    /// <remarks>Result: the descriptor, or -errno as above.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="listener">Descriptor of a listening socket.</param>
    /// <param name="flags">Flags of the new socket.</param>
    public static void PrepareAccept(
        this ref SubmissionQueueEntry entry,
        int listener,
        SocketCreationFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.Accept, listener);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_multishot_accept</c>, 5.19: a completion for every connection, each a normal
    /// descriptor, until one comes without <c>IORING_CQE_F_MORE</c>.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="listener">Descriptor of a listening socket.</param>
    /// <param name="flags">Flags of the new sockets.</param>
    public static void PrepareMultishotAccept(
        this ref SubmissionQueueEntry entry,
        int listener,
        SocketCreationFlags flags)
    {
        entry.PrepareAccept(listener, flags);
        entry.IoPriority = (ushort)AcceptFlags.Multishot;
    }

    /// <summary><c>io_uring_prep_multishot_accept_direct</c>, 5.19: as above, into slots that the kernel picks; the
    /// result is the slot. A full table ends it with ENFILE, and the connection is lost.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="listener">Descriptor of a listening socket.</param>
    /// <param name="flags">Flags of the new sockets, without close-on-exec.</param>
    public static void PrepareMultishotAcceptDirect(
        this ref SubmissionQueueEntry entry,
        int listener,
        SocketCreationFlags flags)
    {
        entry.PrepareMultishotAccept(listener, flags);
        entry.FileIndex = uint.MaxValue; // IORING_FILE_INDEX_ALLOC
    }

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
    /// group is empty (the data stays in the socket), else as above.</remarks>
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

    /// <summary><c>io_uring_prep_sendmsg</c>, <c>IORING_OP_SENDMSG</c>, 5.3: several buffers in one send.</summary>
    /// <remarks>Result as for a send. The header and its vectors may go after the submit (but under SQPOLL); what the
    /// vectors point to stays until the completion.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="message">Native memory.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendMessage(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        in MessageHeader message,
        MessageFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.SendMessage, socket, EntryFields.AddressOf(message), 1);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_recvmsg</c>, <c>IORING_OP_RECVMSG</c>, 5.3.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="message">Native memory, written by the kernel, until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareReceiveMessage(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ref MessageHeader message,
        MessageFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.ReceiveMessage, socket, EntryFields.AddressOf(message), 1);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_shutdown</c>, <c>IORING_OP_SHUTDOWN</c>, 5.11. Always runs in a kernel worker.</summary>
    /// <remarks>Result 0, or -errno: ENOTCONN, EBADF. A receive that waits is woken with 0.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="how">Which direction ends.</param>
    public static void PrepareShutdown(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ShutdownDirection how)
    {
        EntryFields.SetFixed(ref entry, Opcode.Shutdown, socket, 0, (uint)how);
    }

    /// <summary><c>io_uring_prep_connect</c>, <c>IORING_OP_CONNECT</c>, 5.5.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">Descriptor of the socket.</param>
    /// <param name="address">A <c>struct sockaddr_*</c>; may go after the submit (but under SQPOLL).</param>
    public static void PrepareConnect(
        this ref SubmissionQueueEntry entry,
        int socket,
        ReadOnlySpan<byte> address)
    {
        EntryFields.Set(
            ref entry, Opcode.Connect, socket, EntryFields.AddressOf(address), 0, (ulong)address.Length);
    }
}
