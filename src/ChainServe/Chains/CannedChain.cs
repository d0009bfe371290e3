using System;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// send [→ close_direct(socket)]: an answer that needs no file, from the connection's response buffer.
/// </summary>
internal static class CannedChain
{
    internal enum Step : byte
    {
        /// <summary>Reports always when the connection goes on; else only a failure, and the close follows.</summary>
        Send = 0,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 1,
    }

    internal static void Prepare(
        ChainResources resources,
        ConnectionId id,
        ReadOnlySpan<byte> bytes,
        bool closesSocket)
    {
        const MessageFlags Flags = MessageFlags.WaitAll | MessageFlags.NoSignal;
        Chain chain = resources.Ring.BeginChain(closesSocket ? 2 : 1);
        ref SubmissionQueueEntry send = ref closesSocket
            ? ref chain.NextHard(Data(Step.Send, id))
            : ref chain.Last(Data(Step.Send, id));
        send.PrepareSend(ChainResources.SocketSlot(id), bytes, Flags);
        if (closesSocket)
        {
            chain.Last(Data(Step.CloseSocket, id)).PrepareCloseDirect(ChainResources.SocketSlot(id));
        }
    }

    /// <param name="step">From the completion.</param>
    /// <param name="result">From the completion.</param>
    /// <param name="length">Bytes that the send had to send.</param>
    internal static TailOutcome Complete(Step step, int result, int length)
    {
        switch (step)
        {
            case Step.Send when result == length:
                return TailOutcome.Done;
            case Step.Send:
                return ResponseTail.CompleteSend(result);
            case Step.CloseSocket:
                return ResponseTail.CompleteClose(result, isSocket: true);
            default:
                return TailOutcome.Unexpected;
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Canned, (byte)step, id);
    }
}
