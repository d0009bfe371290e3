using System;
using Uring.Abi;
using Uring.Registered;

namespace Uring.Operations;

/// <summary>
/// Operations on sockets, with liburing's names and argument order. Each fills a reserved entry and touches neither the
/// link and skip flags nor the user data. Spans and structures must be native memory (<see cref="NativeRegion"/>) that
/// stays until the completion, unless a text below says less.
/// </summary>
public static partial class SocketOperations
{
    /// <summary><c>io_uring_prep_accept_direct</c>, <c>IORING_OP_ACCEPT</c>, 5.19 for direct: takes a connection into a
    /// slot that the caller picked; what was in the slot is closed.</summary>
    /// <remarks>Result 0, or -errno: ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM, ECANCELED, EINVAL (no such slot:
    /// the connection is accepted and dropped).</remarks>
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

    /// <summary><c>io_uring_prep_accept_direct</c> with the client's address.</summary>
    /// <remarks>Result as above; the address is there when it is 0.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="listener">Descriptor of a listening socket.</param>
    /// <param name="address">Gets a <c>struct sockaddr_*</c>, cut to its length; native memory, the kernel's until the
    /// completion.</param>
    /// <param name="addressLength">Bytes of <paramref name="address"/>; gets the bytes of the whole address. Native
    /// memory, the kernel's until the completion.</param>
    /// <param name="flags">Flags of the new socket, without close-on-exec.</param>
    /// <param name="slot">Where it goes.</param>
    public static void PrepareAcceptDirect(
        this ref SubmissionQueueEntry entry,
        int listener,
        Span<byte> address,
        ref uint addressLength,
        SocketCreationFlags flags,
        FixedFileSlot slot)
    {
        entry.PrepareAcceptDirect(listener, flags, slot);
        entry.Address = EntryFields.AddressOf(address);
        entry.Offset = EntryFields.AddressOf(in addressLength);
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

    /// <summary><c>io_uring_prep_connect</c>, <c>IORING_OP_CONNECT</c>, 5.5: on a normal descriptor.</summary>
    /// <remarks>Result 0, or -errno: ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ECANCELED, …</remarks>
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

    /// <summary><c>io_uring_prep_connect</c> on a slot; see the form for descriptors.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The socket's slot.</param>
    /// <param name="address">A <c>struct sockaddr_*</c>; may go after the submit (but under SQPOLL).</param>
    public static void PrepareConnect(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ReadOnlySpan<byte> address)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.Connect, socket, EntryFields.AddressOf(address), 0, (ulong)address.Length);
    }

    /// <summary><c>io_uring_prep_socket</c>, <c>IORING_OP_SOCKET</c>, 5.19: makes a socket.</summary>
    /// <remarks>Result: the descriptor, or -errno: EMFILE, ENFILE, EACCES, EINVAL, ENOBUFS.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="domain">Family of its addresses.</param>
    /// <param name="kind">Stream or datagrams.</param>
    /// <param name="flags">Flags of the new socket.</param>
    /// <param name="protocol">0 for the family's own.</param>
    public static void PrepareSocket(
        this ref SubmissionQueueEntry entry,
        SocketDomain domain,
        SocketKind kind,
        SocketCreationFlags flags = SocketCreationFlags.None,
        int protocol = 0)
    {
        EntryFields.Set(
            ref entry, Opcode.Socket, (int)domain, 0, (uint)protocol, (ulong)kind | (ulong)flags);
    }

    /// <summary><c>io_uring_prep_socket_direct</c>, 5.19: makes a socket in a slot; what was in it is closed.</summary>
    /// <remarks>Result 0 (the slot, with <see cref="FixedFileSlot.Allocate"/>), or -errno: as above, ENFILE (no free
    /// slot), EINVAL (close-on-exec).</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="domain">Family of its addresses.</param>
    /// <param name="kind">Stream or datagrams.</param>
    /// <param name="flags">Flags of the new socket, without close-on-exec.</param>
    /// <param name="protocol">0 for the family's own.</param>
    /// <param name="slot">Where the socket goes.</param>
    public static void PrepareSocketDirect(
        this ref SubmissionQueueEntry entry,
        SocketDomain domain,
        SocketKind kind,
        SocketCreationFlags flags,
        int protocol,
        FixedFileSlot slot)
    {
        entry.PrepareSocket(domain, kind, flags, protocol);
        entry.FileIndex = slot.FileIndex;
    }

    /// <summary><c>io_uring_prep_bind</c>, <c>IORING_OP_BIND</c>, 6.11.</summary>
    /// <remarks>Result 0, or -errno: EADDRINUSE, EACCES, EINVAL.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The socket's slot.</param>
    /// <param name="address">A <c>struct sockaddr_*</c>; may go after the submit (but under SQPOLL).</param>
    public static void PrepareBind(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        ReadOnlySpan<byte> address)
    {
        EntryFields.SetFixed(
            ref entry, Opcode.Bind, socket, EntryFields.AddressOf(address), 0, (ulong)address.Length);
    }

    /// <summary><c>io_uring_prep_listen</c>, <c>IORING_OP_LISTEN</c>, 6.11.</summary>
    /// <remarks>Result 0, or -errno: EADDRINUSE, EOPNOTSUPP.</remarks>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The socket's slot.</param>
    /// <param name="backlog">Connections that may wait for an accept.</param>
    public static void PrepareListen(
        this ref SubmissionQueueEntry entry,
        FixedFileSlot socket,
        uint backlog)
    {
        EntryFields.SetFixed(ref entry, Opcode.Listen, socket, 0, backlog);
    }

    /// <summary><c>io_uring_prep_shutdown</c>, <c>IORING_OP_SHUTDOWN</c>, 5.11. Always runs in a kernel
    /// worker.</summary>
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

    /// <summary><c>io_uring_prep_shutdown</c> on a normal descriptor; see the form for slots.</summary>
    /// <param name="entry">A reserved entry.</param>
    /// <param name="socket">The connection's descriptor.</param>
    /// <param name="how">Which direction ends.</param>
    public static void PrepareShutdown(
        this ref SubmissionQueueEntry entry,
        int socket,
        ShutdownDirection how)
    {
        EntryFields.Set(ref entry, Opcode.Shutdown, socket, 0, (uint)how);
    }
}
