using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>How a receive ended.</summary>
internal enum ReceiveOutcome : byte
{
    /// <summary>Bytes are in a buffer that the worker owns now.</summary>
    Data,

    /// <summary>The client has sent its last byte.</summary>
    EndOfStream,

    /// <summary>No receive buffer was free; the bytes wait in the socket. Arm again.</summary>
    NoBuffer,

    /// <summary>The connection is broken.</summary>
    Broken,

    /// <summary>Cancelled: by its deadline, or because the connection ends.</summary>
    Canceled,

    /// <summary>An errno that nobody expected here.</summary>
    Unexpected,
}

/// <summary>
/// One receive with a buffer of the provided ring: while it waits it holds no memory. On a kept-alive connection it
/// polls first, because the next request is hardly ever there already.
/// </summary>
internal static class ReceiveChain
{
    internal enum Step : byte
    {
        /// <summary>Reports always.</summary>
        Receive = 0,
    }

    internal static void Prepare(ChainResources resources, ConnectionId id, bool pollFirst)
    {
        resources.Ring.Next(UserData.Of(ChainKind.Receive, (byte)Step.Receive, id)).PrepareReceiveSelect(
            ChainResources.SocketSlot(id),
            ChainResources.ReceiveGroup,
            pollFirst ? ReceiveSendFlags.PollFirst : ReceiveSendFlags.None);
    }

    internal static ReceiveOutcome Complete(int result)
    {
        switch (result)
        {
            case > 0:
                return ReceiveOutcome.Data;
            case 0:
                return ReceiveOutcome.EndOfStream;
            case -Errno.ENOBUFS:
            case -Errno.EAGAIN:
            case -Errno.EINTR:
                return ReceiveOutcome.NoBuffer;
            case -Errno.ECONNRESET:
            case -Errno.EPIPE:
            case -Errno.ENOTCONN:
            case -Errno.ETIMEDOUT:
            case -Errno.EHOSTUNREACH:
            case -Errno.ECONNABORTED:
            case -Errno.ENETDOWN:
                return ReceiveOutcome.Broken;
            case -Errno.ECANCELED:
                return ReceiveOutcome.Canceled;
            case -Errno.EBADF:
            case -Errno.EFAULT:
            case -Errno.EINVAL:
            case -Errno.ENOTSOCK:
                Invariant.Fail("a receive names its slot and its buffer group rightly");
                return ReceiveOutcome.Unexpected;
            default:
                return ReceiveOutcome.Unexpected;
        }
    }
}
