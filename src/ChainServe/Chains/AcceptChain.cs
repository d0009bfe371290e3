using Uring;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>How the accept step of an accept chain ended.</summary>
internal enum AcceptOutcome : byte
{
    /// <summary>A client is in the slot, and the receive behind it is running.</summary>
    Accepted,

    /// <summary>The client was gone before it was accepted. The chain's receive still reports its
    /// cancellation.</summary>
    ClientGone,

    /// <summary>No descriptor or memory: accept again after a while. The chain's receive still reports.</summary>
    OutOfResources,

    /// <summary>Taken back. The chain's receive still reports.</summary>
    Canceled,

    /// <summary>An errno that nobody expected here. The chain's receive still reports.</summary>
    Unexpected,
}

/// <summary>
/// accept_direct(slot that we picked) → recv. The accept keeps its completion, so that the next chain is
/// armed as soon as a client is there: with a silent accept, as many silent clients as there are armed chains would
/// close the door until their deadline.
/// </summary>
internal static class AcceptChain
{
    internal enum Step : byte
    {
        /// <summary>Reports always; the chain goes on when it succeeds.</summary>
        Accept = 0,

        /// <summary>Reports always, and ends the chain. Its outcome is that of <see cref="ReceiveChain"/>.</summary>
        Receive = 1,
    }

    internal static void Prepare(ChainResources resources, int listener, ConnectionId id)
    {
        Chain chain = resources.Ring.BeginChain(2);

        // io_uring's own send and receive wait on a non-blocking socket all the same; only a splice does not.
        ref SubmissionQueueEntry accept = ref chain.NextReporting(Data(Step.Accept, id));
        FixedFileSlot slot = ChainResources.SocketSlot(id);
        if (resources.ClientAddresses is { } addresses)
        {
            addresses.Begin(id.Slot);
            accept.PrepareAcceptDirect(
                listener,
                addresses.Address(id.Slot),
                ref addresses.Length(id.Slot),
                SocketCreationFlags.NonBlock,
                slot);
        }
        else
        {
            accept.PrepareAcceptDirect(listener, SocketCreationFlags.NonBlock, slot);
        }

        chain.Last(Data(Step.Receive, id)).PrepareReceiveSelect(
            ChainResources.SocketSlot(id), ChainResources.ReceiveGroup, ReceiveSendFlags.None);
    }

    /// <summary>Takes back a chain that waits for a client. Only the step that waits can be cancelled.</summary>
    internal static void PrepareCancel(ChainResources resources, ConnectionId id)
    {
        CloseChain.PrepareCancel(resources, id, Data(Step.Accept, id));
    }

    internal static AcceptOutcome Complete(int result)
    {
        switch (result)
        {
            case >= 0:
                return AcceptOutcome.Accepted;
            case -Errno.ECONNABORTED:
            case -Errno.EPROTO:
            case -Errno.ENETDOWN:
            case -Errno.EHOSTUNREACH:
            case -Errno.ETIMEDOUT:
            case -Errno.EPERM:
            case -Errno.EAGAIN:
            case -Errno.EINTR:
                // man 2 accept: errors that already wait on the new socket, or a firewall's, are passed on.
                return AcceptOutcome.ClientGone;
            case -Errno.EMFILE:
            case -Errno.ENFILE:
            case -Errno.ENOBUFS:
            case -Errno.ENOMEM:
                return AcceptOutcome.OutOfResources;
            case -Errno.ECANCELED:
                return AcceptOutcome.Canceled;
            case -Errno.EBADF:
            case -Errno.EFAULT:
            case -Errno.EINVAL:
            case -Errno.ENOTSOCK:
                Invariant.Fail("an accept chain names its listener and its slot rightly");
                return AcceptOutcome.Unexpected;
            default:
                return AcceptOutcome.Unexpected;
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Accept, (byte)step, id);
    }
}
