using System;
using Uring;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>How the sending half of a chain ended, or that it did not yet.</summary>
internal enum TailOutcome : byte
{
    /// <summary>The socket did not take all of it: the chain has ended with everything open, and the rest may be
    /// sent.</summary>
    SentInPart,

    /// <summary>The client is gone, or the send was cancelled: the chain has ended with everything open.</summary>
    SendFailed,

    /// <summary>The close of the file failed, as one of a network file system may; it is closed all the same, and the
    /// socket's close behind it reports next.</summary>
    FileClosed,

    /// <summary>Ended; the socket is still open.</summary>
    Done,

    /// <summary>Ended; the socket is closed too.</summary>
    SocketClosed,

    /// <summary>An errno of the send that nobody expected here; the chain has ended with everything open.</summary>
    Unexpected,
}

/// <summary>
/// What most chains end with: send → close of what was sent from [→ close of the socket]. The send carries
/// MSG_WAITALL, because without it a short send would count as success. It does not wait, and nothing behind it runs
/// unless it sent everything: the rest is sent when the socket has room (<see cref="GateChain"/>). Between the closes
/// the link is hard.
/// </summary>
internal static class ResponseTail
{
    /// <summary>Everything or, when the socket takes no more for now, as much as it takes: no send waits.</summary>
    internal const MessageFlags SendFlags = MessageFlags.WaitAll | MessageFlags.DontWait | MessageFlags.NoSignal;

    internal static int Length(bool closesSocket)
    {
        return closesSocket ? 3 : 2;
    }

    /// <summary>send → close_direct(file) [→ close_direct(socket)].</summary>
    /// <param name="chain">A chain with exactly these steps left.</param>
    /// <param name="data">User data of the send; the closes count on from its step.</param>
    /// <param name="id">The connection.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="closesSocket">Whether the connection ends.</param>
    /// <param name="isRemote">Whether the close of the file may wait for somebody else.</param>
    internal static void Prepare(
        ref Chain chain,
        UserData data,
        ConnectionId id,
        FixedFileSlot file,
        ReadOnlySpan<byte> bytes,
        bool closesSocket,
        bool isRemote)
    {
        chain.Next(data.Value).PrepareSend(ChainResources.SocketSlot(id), bytes, SendFlags);
        PrepareCloses(ref chain, data.NextStep(), id, file, closesSocket, isRemote);
    }

    /// <summary>close_direct(file) [→ close_direct(socket)].</summary>
    /// <param name="chain">A chain with exactly these steps left.</param>
    /// <param name="data">User data of the first close; the second counts on from it.</param>
    /// <param name="id">The connection.</param>
    /// <param name="file">The file's slot.</param>
    /// <param name="closesSocket">Whether the connection ends.</param>
    /// <param name="isRemote">Whether the close of the file may wait for somebody else.</param>
    internal static void PrepareCloses(
        ref Chain chain,
        UserData data,
        ConnectionId id,
        FixedFileSlot file,
        bool closesSocket,
        bool isRemote)
    {
        ref SubmissionQueueEntry entry = ref FirstClose(ref chain, data, closesSocket);
        entry.PrepareCloseDirect(file);
        entry.Flags |= FileTree.EntryFlags(isRemote);
        PrepareSocketClose(ref chain, data, id, closesSocket);
    }

    /// <summary>send → close(descriptor) [→ close_direct(socket)].</summary>
    /// <param name="chain">A chain with exactly these steps left.</param>
    /// <param name="data">User data of the send; the closes count on from its step.</param>
    /// <param name="id">The connection.</param>
    /// <param name="descriptor">A normal descriptor; the kernel's from here on.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="closesSocket">Whether the connection ends.</param>
    /// <param name="isRemote">Whether the close of the descriptor may wait for somebody else.</param>
    internal static void Prepare(
        ref Chain chain,
        UserData data,
        ConnectionId id,
        int descriptor,
        ReadOnlySpan<byte> bytes,
        bool closesSocket,
        bool isRemote)
    {
        chain.Next(data.Value).PrepareSend(ChainResources.SocketSlot(id), bytes, SendFlags);
        ref SubmissionQueueEntry entry = ref FirstClose(ref chain, data.NextStep(), closesSocket);
        entry.PrepareClose(descriptor);
        entry.Flags |= FileTree.EntryFlags(isRemote);
        PrepareSocketClose(ref chain, data.NextStep(), id, closesSocket);
    }

    /// <summary>How a send that reported ended: a send with MSG_WAITALL that reports sent too little.</summary>
    internal static TailOutcome CompleteSend(int result)
    {
        switch (result)
        {
            case >= 0:
            case -Errno.ENOBUFS:
            case -Errno.ENOMEM:
            case -Errno.EINTR:
            case -Errno.EAGAIN:
                return TailOutcome.SentInPart;
            case -Errno.EPIPE:
            case -Errno.ECONNRESET:
            case -Errno.ECANCELED:
            case -Errno.ETIMEDOUT:
            case -Errno.EHOSTUNREACH:
            case -Errno.ENETDOWN:
            case -Errno.ECONNABORTED:
            case -Errno.ENOTCONN:
                return TailOutcome.SendFailed;
            case -Errno.EBADF:
            case -Errno.EFAULT:
            case -Errno.EINVAL:
            case -Errno.ENOTSOCK:
                Invariant.Fail("a send names its slot and its bytes rightly");
                return TailOutcome.Unexpected;
            default:
                return TailOutcome.Unexpected;
        }
    }

    /// <summary>A close of our own slot cannot fail, but for the error that a file system holds back until then, which
    /// may be any; the slot is empty either way.</summary>
    internal static TailOutcome CompleteClose(int result, bool isSocket)
    {
        Invariant.Require(!isSocket || result != -Errno.EBADF, "a chain closes the slot that it filled");
        return isSocket ? TailOutcome.SocketClosed : TailOutcome.Done;
    }

    private static ref SubmissionQueueEntry FirstClose(ref Chain chain, UserData data, bool closesSocket)
    {
        return ref closesSocket ? ref chain.NextHard(data.Value) : ref chain.Last(data.Value);
    }

    private static void PrepareSocketClose(ref Chain chain, UserData first, ConnectionId id, bool closesSocket)
    {
        if (closesSocket)
        {
            chain.Last(first.NextStep().Value).PrepareCloseDirect(ChainResources.SocketSlot(id));
        }
    }
}
