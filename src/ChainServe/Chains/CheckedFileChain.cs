using System;
using Uring;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>
/// The checked form, for trees that others write: the same steps in two linked halves, with one comparison between
/// them.
/// First openat2_direct → read(length + 1): one byte too many is asked for, so that a longer file shows. Then, when
/// length and content are those of the facts, send → close_direct(file) [→ close_direct(socket)].
/// </summary>
internal static class CheckedFileChain
{
    internal enum Step : byte
    {
        /// <summary>Silent on success; a failure ends the first half with the slot as it was.</summary>
        Open = 0,

        /// <summary>Reports always and ends the first half with the slot filled.</summary>
        Read = 1,

        /// <summary>Silent on success; a failure, or too few bytes, ends the second half with the slot
        /// filled.</summary>
        Send = 2,

        /// <summary>Ends the second half, when the connection goes on.</summary>
        Close = 3,

        /// <summary>Ends the second half and the connection.</summary>
        CloseSocket = 4,
    }

    /// <summary>The first half.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="request">What to open.</param>
    /// <param name="length">Bytes of the file as the facts have it.</param>
    internal static void PrepareRead(ChainResources resources, in FileRequest request, int length)
    {
        Chain chain = resources.Ring.BeginChain(2);
        FileChain.PrepareOpen(resources, ref chain.Next(Data(Step.Open, request.Id)), request);
        chain.Last(Data(Step.Read, request.Id)).PrepareRead(
            resources.FileSlot(request.Id),
            resources.ResponseBuffers.Body(request.Buffer, length + 1),
            0,
            FileChain.ReadFlags(resources, request.IsCold));
    }

    /// <summary>The second half.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="bytes">The head and the part of the body that is sent, or what is left of them.</param>
    /// <param name="closesSocket">Whether the connection ends with this response.</param>
    internal static void PrepareSend(
        ChainResources resources,
        ConnectionId id,
        ReadOnlySpan<byte> bytes,
        bool closesSocket)
    {
        FixedFileSlot file = resources.FileSlot(id);
        Chain chain = resources.Ring.BeginChain(ResponseTail.Length(closesSocket));
        ResponseTail.Prepare(
            ref chain,
            new UserData(Data(Step.Send, id)),
            id,
            file,
            bytes,
            closesSocket,
            isRemote: false);
    }

    /// <param name="step">From the completion.</param>
    /// <param name="result">From the completion.</param>
    /// <param name="length">Bytes of the file as the facts have it.</param>
    internal static FileOutcome Complete(Step step, int result, int length)
    {
        switch (step)
        {
            case Step.Open:
                return FileChain.CompleteOpen(result);
            case Step.Read when result == length:
                return FileOutcome.Read;
            case Step.Read:
                return result >= 0 ? FileOutcome.Changed : FileChain.CompleteFailedRead(result);
            case Step.Send:
                return FileChain.OutcomeOf(ResponseTail.CompleteSend(result));
            case Step.Close:
                return FileChain.OutcomeOf(ResponseTail.CompleteClose(result, isSocket: false));
            case Step.CloseSocket:
                return FileChain.OutcomeOf(ResponseTail.CompleteClose(result, isSocket: true));
            default:
                return FileOutcome.Unexpected;
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.CheckedFile, (byte)step, id);
    }
}
