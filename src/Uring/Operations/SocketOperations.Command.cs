using System.Runtime.CompilerServices;
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

    /// <summary><c>io_uring_prep_cmd_sock</c>, <c>IORING_OP_URING_CMD</c>, 6.7: sets an option of a socket.</summary>
    /// <remarks>Result: 0, or -errno as of <c>setsockopt</c> (man 2): EOPNOTSUPP (no socket, a family without queues,
    /// as AF_UNIX, or a kernel before 6.7), ENOPROTOOPT, EINVAL (a value that is too short).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="command"><see cref="SocketCommand.SetOption"/>.</param>
    /// <param name="socket">The socket's slot.</param>
    /// <param name="level">Whose option it is.</param>
    /// <param name="option">Which one.</param>
    /// <param name="value">Its value; must stay until the completion.</param>
    public static void PrepareCommandSocket<T>(
        this ref SubmissionQueueEntry entry,
        SocketCommand command,
        FixedFileSlot socket,
        SocketLevel level,
        SocketOption option,
        in T value)
        where T : unmanaged
    {
        // level and optname share addr, optlen is where file_index is, and optval where addr3 is.
        ulong names = (uint)level | ((ulong)(uint)option << 32);
        EntryFields.SetFixed(ref entry, Opcode.Command, socket, names, offset: (ulong)command);
        entry.FileIndex = (uint)Unsafe.SizeOf<T>();
        entry.Address3 = EntryFields.AddressOf(value);
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
