using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// The end of a connection: [cancel(receive) →] [cancel(shutdown) →] [SO_LINGER(0) →] [close_direct(file) →]
/// close_direct(socket), hard-linked and silent but for the last. What waits on the socket (a receive, or a shutdown
/// for which no kernel worker was free) is cancelled before the close: it would keep the socket open beyond it.
/// Before it, where the client may still be sending, shutdown(write).
/// A cancel names the user data of what it ends. By a slot the kernel would look at each request of the ring that waits
/// for a socket; by user data at what is queued for kernel workers and into one bucket of a table, and, when it is not
/// there, at timers too.
/// </summary>
internal static class CloseChain
{
    internal enum Step : byte
    {
        /// <summary>Silent when it finds what it looks for; whatever it reports, the close follows.</summary>
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
    /// <param name="connection">What may wait on its socket, and whether its file slot may hold a file.</param>
    internal static void Prepare(ChainResources resources, ConnectionId id, in Connection connection)
    {
        bool closesFile = connection.IsFileSlotOccupied;
        bool resets = connection.IsCutOff;
        bool isReceiving = connection.IsReceiveArmed;
        bool isShuttingDown = connection.InFlight > (isReceiving ? 1 : 0);
        Chain chain = resources.Ring.BeginChain(
            1 + (isReceiving ? 1 : 0) + (isShuttingDown ? 1 : 0) + (resets ? 1 : 0) + (closesFile ? 1 : 0));
        if (isReceiving)
        {
            chain.NextHard(Data(Step.Cancel, id)).PrepareCancel(ReceiveData(id, connection), CancelFlags.None);
        }

        if (isShuttingDown)
        {
            chain.NextHard(Data(Step.Cancel, id)).PrepareCancel(Data(Step.Shutdown, id), CancelFlags.None);
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

    /// <summary>Ends what of the connection waits: for its client, or for a disk. Each of them reports for
    /// itself.</summary>
    internal static void PrepareCancel(ChainResources resources, ConnectionId id, in Connection connection)
    {
        if (connection.State == ConnectionState.Responding)
        {
            if (connection.IsAtGate)
            {
                GateChain.PrepareCancel(resources, id);
            }
            else if (!connection.IsPausing)
            {
                // A pause ends by itself, and soon.
                ChainKind kind = (ChainKind)connection.ResponseKind;
                PrepareCancels(resources, id, kind, WaitingSteps.ForDisk(kind));
            }

            return;
        }

        if (connection.State == ConnectionState.Resolving)
        {
            // Its receive stays: the connection ends when the look has.
            PrepareCancel(resources, id, UserData.Of(ChainKind.Resolve, connection.ResolveStep, id));
            return;
        }

        if (connection.IsReceiveArmed)
        {
            PrepareCancel(resources, id, ReceiveData(id, connection));
        }

        if (connection.State == ConnectionState.Closing)
        {
            PrepareCancel(resources, id, Data(Step.Shutdown, id));
        }
    }

    /// <summary>Ends one step of the connection, whatever its chain. Nobody waits for the cancel itself.</summary>
    internal static void PrepareCancel(ChainResources resources, ConnectionId id, ulong userData)
    {
        Chain chain = resources.Ring.BeginChain(1);
        chain.LastSilent(UserData.Of(DetachedStep.Cancel, id)).PrepareCancel(userData, CancelFlags.None);
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

    private static void PrepareCancels(
        ChainResources resources,
        ConnectionId id,
        ChainKind kind,
        ReadOnlySpan<byte> steps)
    {
        foreach (byte step in steps)
        {
            PrepareCancel(resources, id, UserData.Of(kind, step, id));
        }
    }

    private static ulong ReceiveData(ConnectionId id, in Connection connection)
    {
        return connection.IsReceiveOfAccept
            ? UserData.Of(ChainKind.Accept, (byte)AcceptChain.Step.Receive, id)
            : UserData.Of(ChainKind.Receive, (byte)ReceiveChain.Step.Receive, id);
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Close, (byte)step, id);
    }
}
