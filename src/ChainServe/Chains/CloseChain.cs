using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// The end of a connection: [cancel(socket slot) →] [SO_LINGER(0) →] [close_direct(file) →] close_direct(socket),
/// hard-linked and silent but for the last. What waits on the socket (a receive, or a shutdown for which no kernel
/// worker was free) must be cancelled while the slot still holds the socket: it keeps the socket open beyond the close.
/// Before it, where the client may still be sending, shutdown(write).
/// </summary>
internal static class CloseChain
{
    internal enum Step : byte
    {
        /// <summary>Silent; with ALL, to find nothing is a success.</summary>
        Cancel = 0,

        /// <summary>Silent.</summary>
        CloseFile = 1,

        /// <summary>Reports always and ends the chain.</summary>
        CloseSocket = 2,

        /// <summary>Reports always; a submission of its own.</summary>
        Shutdown = 3,

        /// <summary>Silent. For a client that was cut off the kernel would keep for minutes what it has not taken.
        /// Before 6.7, and for Unix sockets, it fails, and the close is as ever.</summary>
        NoLinger = 4,
    }

    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">Whose file slot may hold a file.</param>
    /// <param name="cancels">Whether something may wait on the socket.</param>
    internal static void Prepare(ChainResources resources, ConnectionId id, in Connection connection, bool cancels)
    {
        bool closesFile = connection.IsFileSlotOccupied;
        bool resets = connection.IsCutOff;
        Chain chain = resources.Ring.BeginChain(1 + (cancels ? 1 : 0) + (resets ? 1 : 0) + (closesFile ? 1 : 0));
        if (cancels)
        {
            chain.NextHard(Data(Step.Cancel, id)).PrepareCancelSlot(
                ChainResources.SocketSlot(id), CancelFlags.All);
        }

        if (resets)
        {
            chain.NextHard(Data(Step.NoLinger, id)).PrepareCommandSocket(
                SocketCommand.SetOption,
                ChainResources.SocketSlot(id),
                SocketLevel.Socket,
                SocketOption.Linger,
                resources.NoLinger);
        }

        if (closesFile)
        {
            ref SubmissionQueueEntry entry = ref chain.NextHard(Data(Step.CloseFile, id));
            entry.PrepareCloseDirect(resources.FileSlot(id));
            entry.Flags |= FileTree.EntryFlags(connection.IsRemote);
        }

        chain.Last(Data(Step.CloseSocket, id)).PrepareCloseDirect(ChainResources.SocketSlot(id));
    }

    /// <summary>Tells the client that nothing more comes, while what it sends is still read.</summary>
    internal static void PrepareShutdown(ChainResources resources, ConnectionId id)
    {
        resources.Ring.Next(Data(Step.Shutdown, id)).PrepareShutdown(
            ChainResources.SocketSlot(id), ShutdownDirection.Write);
    }

    /// <summary>Ends whatever waits on the socket, or on what stands in the file slot: a pipe may have taken the place
    /// of a file. Each of them reports for itself.</summary>
    internal static void PrepareCancel(ChainResources resources, ConnectionId id)
    {
        ulong data = UserData.Of(DetachedStep.Cancel, id);
        Chain socket = resources.Ring.BeginChain(1);
        socket.LastSilent(data).PrepareCancelSlot(ChainResources.SocketSlot(id), CancelFlags.All);
        Chain file = resources.Ring.BeginChain(1);
        file.LastSilent(data).PrepareCancelSlot(resources.FileSlot(id), CancelFlags.All);
    }

    /// <summary>Closes a file that a broken chain left in its slot. It runs at once, before anything that is submitted
    /// behind it.</summary>
    internal static void PrepareCloseFile(ChainResources resources, ConnectionId id)
    {
        Chain chain = resources.Ring.BeginChain(1);
        chain.LastSilent(UserData.Of(DetachedStep.Close, id)).PrepareCloseDirect(resources.FileSlot(id));
    }

    /// <returns>Whether the socket is closed now.</returns>
    internal static bool Complete(Step step, int result)
    {
        switch (step)
        {
            case Step.CloseSocket:
                Invariant.Require(result != -Errno.EBADF, "a connection's slot holds its socket until its close");
                return true;
            case Step.CloseFile: // Only a file system's own error.
            case Step.Cancel:
            case Step.NoLinger:
            case Step.Shutdown: // ENOTCONN: the client is gone, which is what the close is about to find out.
            default:
                return false;
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Close, (byte)step, id);
    }
}
