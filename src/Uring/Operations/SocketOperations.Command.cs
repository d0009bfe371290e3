using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>Commands on sockets.</summary>
public static partial class SocketOperations
{
    /// <summary><c>io_uring_prep_cmd_sock</c>, <c>IORING_OP_URING_CMD</c>, 6.6: asks a socket for the length of one of
    /// its queues. Of liburing's arguments only those that these commands use.</summary>
    /// <remarks>Result: bytes (man 7 tcp, SIOCINQ and SIOCOUTQ), or -errno: EOPNOTSUPP (no socket, a family without
    /// such a queue, or a kernel before 6.6), EINVAL (a listening socket).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="command">Which queue.</param>
    /// <param name="socket">The connection's slot.</param>
    public static void PrepareCommandSocket(
        this ref SubmissionQueueEntry entry,
        SocketCommand command,
        FixedFileSlot socket)
    {
        // cmd_op shares the low half of off.
        EntryFields.SetFixed(ref entry, Opcode.Command, socket, offset: (ulong)command);
    }

    /// <summary><c>io_uring_prep_cmd_sock</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="command">Which queue.</param>
    /// <param name="socket">The connection's descriptor.</param>
    public static void PrepareCommandSocket(
        this ref SubmissionQueueEntry entry,
        SocketCommand command,
        int socket)
    {
        EntryFields.Set(ref entry, Opcode.Command, socket, offset: (ulong)command);
    }
}
