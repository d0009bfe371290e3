using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <content>Sends and receives of several buffers.</content>
public static partial class SocketOperations
{
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

    /// <summary><c>io_uring_prep_sendmsg</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="message">Native memory.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendMessage(
        this ref SubmissionQueueEntry entry,
        int socket,
        in MessageHeader message,
        MessageFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.SendMessage, socket, EntryFields.AddressOf(message), 1);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_sendmsg_zc</c>, <c>IORING_OP_SENDMSG_ZC</c>, 6.1: several buffers without copy, with
    /// two completions as <c>send_zc</c> has.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's slot.</param>
    /// <param name="message">Native memory; the header may go after the submit (but under SQPOLL), what its vectors
    /// point to stays until the notification.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareSendMessageZeroCopy(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        in MessageHeader message,
        MessageFlags flags)
    {
        EntryFields.SetFixed(ref entry, Opcode.SendMessageZeroCopy, socket, EntryFields.AddressOf(message), 1);
        entry.OperationFlags = (uint)flags;
    }

    /// <summary><c>io_uring_prep_recvmsg</c>, <c>IORING_OP_RECVMSG</c>, 5.3.</summary>
    /// <remarks>Result: bytes, or -errno as for a receive. The header is written at the completion.</remarks>
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

    /// <summary><c>io_uring_prep_recvmsg</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="message">Native memory, written by the kernel, until the completion.</param>
    /// <param name="flags"><c>MSG_*</c>.</param>
    public static void PrepareReceiveMessage(
        this ref SubmissionQueueEntry entry,
        int socket,
        ref MessageHeader message,
        MessageFlags flags)
    {
        EntryFields.Set(ref entry, Opcode.ReceiveMessage, socket, EntryFields.AddressOf(message), 1);
        entry.OperationFlags = (uint)flags;
    }
}
