using System;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// send [→ close_direct(socket)]: an answer that opens no file. It stands in the connection's response buffer, or its
/// head does and its body is a snapshot that many responses share: then the send is a sendmsg of two parts.
/// </summary>
internal static class CannedChain
{
    internal enum Step : byte
    {
        /// <summary>Reports always when the connection goes on; else only when it sent too little. Then the chain has
        /// ended.</summary>
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
        Chain chain = resources.Ring.BeginChain(closesSocket ? 2 : 1);
        Begin(ref chain, id, closesSocket).PrepareSend(
            ChainResources.SocketSlot(id), bytes, ResponseTail.SendFlags);
        End(ref chain, id, closesSocket);
    }

    /// <summary>The same for an answer in parts.</summary>
    internal static void Prepare(
        ChainResources resources,
        ConnectionId id,
        in MessageHeader message,
        bool closesSocket)
    {
        Chain chain = resources.Ring.BeginChain(closesSocket ? 2 : 1);
        Begin(ref chain, id, closesSocket).PrepareSendMessage(
            ChainResources.SocketSlot(id), message, ResponseTail.SendFlags);
        End(ref chain, id, closesSocket);
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

    private static ref SubmissionQueueEntry Begin(ref Chain chain, ConnectionId id, bool closesSocket)
    {
        return ref closesSocket ? ref chain.Next(Data(Step.Send, id)) : ref chain.Last(Data(Step.Send, id));
    }

    private static void End(ref Chain chain, ConnectionId id, bool closesSocket)
    {
        if (closesSocket)
        {
            chain.Last(Data(Step.CloseSocket, id)).PrepareCloseDirect(ChainResources.SocketSlot(id));
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Canned, (byte)step, id);
    }
}
