using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>How a splice chain ended, or that it did not yet.</summary>
internal enum SpliceOutcome : byte
{
    /// <summary>All bytes of the chain are out; the body goes on.</summary>
    Sent,

    /// <summary>The socket took fewer bytes, and the rest is in the pipe; or none could be moved for the moment. The
    /// body goes on from there.</summary>
    SentInPart,

    /// <summary>The socket took a part of the head.</summary>
    HeadSentInPart,

    /// <summary>The file gave fewer bytes than asked, and they are in the pipe: as many are asked for once more. A file
    /// that became shorter gives none then.</summary>
    ReadInPart,

    /// <summary>This file system cannot splice. The chain has ended with the file in its slot and the head sent.
    /// </summary>
    NotSpliceable,

    /// <summary>The whole body is out and the file closed.</summary>
    Done,

    /// <summary>The same, and the socket closed too.</summary>
    SocketClosed,

    /// <summary>The close of the file failed, as one of a network file system may; the socket's close reports
    /// next.</summary>
    FileClosed,

    /// <summary>The descriptor could not be put into its slot. The chain has ended before any byte was sent; the
    /// descriptor is still ours.</summary>
    NotInstalled,

    /// <summary>The body cannot go on: the file ended too early or is unreadable, or the client is gone. The chain has
    /// ended; the connection must, because the head is out.</summary>
    Broken,
}

/// <summary>
/// A long body without a copy, from the very descriptor that its facts were taken from:
/// [files_update(descriptor → slot) → close(descriptor) → send(head) →] splice(file → pipe) → splice(pipe → socket)
/// [→ close_direct(file) [→ close_direct(socket)]]. A poll for room in the socket, alone, goes before each chain, and
/// no step of it waits for the client: a splice that waited would hold a kernel worker and the pipe.
/// </summary>
internal static class SpliceChain
{
    private const int PageLength = 4096;

    internal enum Step : byte
    {
        /// <summary>Silent on success; a failure ends the chain.</summary>
        Install = 0,

        /// <summary>Silent on success; a failure ends the chain.</summary>
        CloseDescriptor = 1,

        /// <summary>Silent on success; a failure, or too few bytes, ends the chain with the slot filled.</summary>
        Head = 2,

        /// <summary>file → pipe. Silent on success; a failure, or too few bytes, ends the chain with the slot filled
        /// and those bytes in the pipe.</summary>
        In = 3,

        /// <summary>pipe → socket, in the middle of a body: reports always, and ends the chain.</summary>
        Out = 4,

        /// <summary>pipe → socket, the last of the body. Silent on success; a failure, or too few bytes, ends the
        /// chain with the slot filled.</summary>
        OutOfBody = 5,

        /// <summary>Ends the chain, when the connection goes on.</summary>
        Close = 6,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 7,
    }

    /// <summary>Bytes that the next chain of a body moves. A pipe counts pages, so that an offset within one costs its
    /// bytes before it.</summary>
    internal static int Length(in Connection connection, Pipe pipe)
    {
        long fits = pipe.Length - (connection.ChunkOffset & (PageLength - 1));
        return (int)Math.Min(Math.Min(connection.ChunkLeft, fits), connection.Splice.LengthMax);
    }

    /// <summary>Prepares the next chain of a body. The socket has room for the head.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">Position and bytes to move, and before the first chain descriptor and head.</param>
    /// <param name="pipe">An empty pipe.</param>
    /// <param name="closesSocket">Whether the connection ends with this chain.</param>
    internal static void Prepare(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        Pipe pipe,
        bool closesSocket)
    {
        bool isFirst = connection.Descriptor != Connection.None;
        bool hasHead = connection.HeadLength > 0;
        bool isLast = connection.ChunkBytes == connection.ChunkLeft;
        FixedFileSlot file = resources.FileSlot(id);
        Chain chain = resources.Ring.BeginChain(
            (isFirst ? InstallSteps.Length : 0) + (hasHead ? 1 : 0) + 2 + (isLast ? 1 : 0) + (closesSocket ? 1 : 0));
        if (isFirst)
        {
            InstallSteps.Prepare(ref chain, new UserData(Data(Step.Install, id)), resources, id, connection);
        }

        if (hasHead)
        {
            chain.Next(Data(Step.Head, id)).PrepareSend(
                ChainResources.SocketSlot(id),
                resources.ResponseBuffers.Response(connection.Buffer, connection.HeadLength, 0, 0),
                ResponseTail.SendFlags | MessageFlags.More);
        }

        uint length = (uint)connection.ChunkBytes;
        chain.Next(Data(Step.In, id)).PrepareSplice(
            file, connection.ChunkOffset, pipe.WriteEnd, -1, length, SpliceFlags.NonBlock);
        ulong data = Data(isLast ? Step.OutOfBody : Step.Out, id);
        ref SubmissionQueueEntry last = ref isLast ? ref chain.Next(data) : ref chain.Last(data);
        last.PrepareSplice(pipe.ReadEnd, -1, ChainResources.SocketSlot(id), -1, length, SpliceFlags.NonBlock);
        if (isLast)
        {
            UserData close = new UserData(Data(Step.Close, id));
            ResponseTail.PrepareCloses(ref chain, close, id, file, closesSocket, connection.IsRemote);
        }
    }

    /// <param name="step">From the completion.</param>
    /// <param name="result">From the completion.</param>
    /// <param name="length">Bytes that the chain had to move.</param>
    /// <param name="closesSocket">Whether the connection ends with this chain.</param>
    internal static SpliceOutcome Complete(Step step, int result, int length, bool closesSocket)
    {
        switch (step)
        {
            case Step.Install:
                InstallSteps.CompleteFailure(result);
                return SpliceOutcome.NotInstalled;
            case Step.Head when ResponseTail.CompleteSend(result) == TailOutcome.SentInPart:
                return SpliceOutcome.HeadSentInPart;
            case Step.In when result > 0:
                return SpliceOutcome.ReadInPart;
            case Step.In when result is -Errno.EINVAL or -Errno.EOPNOTSUPP:
                return SpliceOutcome.NotSpliceable;
            case Step.Out or Step.OutOfBody when result == length:
                return SpliceOutcome.Sent;
            case Step.Out or Step.OutOfBody when result >= 0:
            case Step.In or Step.Out or Step.OutOfBody when IsForTheMoment(result):
                return SpliceOutcome.SentInPart;
            case Step.Close:
                ResponseTail.CompleteClose(result, isSocket: false);
                return closesSocket ? SpliceOutcome.FileClosed : SpliceOutcome.Done;
            case Step.CloseSocket:
                ResponseTail.CompleteClose(result, isSocket: true);
                return SpliceOutcome.SocketClosed;
            default:
                return SpliceOutcome.Broken;
        }
    }

    /// <summary>Bytes that the chain's end has left in the pipe.</summary>
    internal static int LeftInPipe(Step step, int result, int length)
    {
        return step switch
        {
            Step.In => Math.Max(result, 0),
            Step.Out or Step.OutOfBody => length - Math.Max(result, 0),
            _ => 0,
        };
    }

    private static bool IsForTheMoment(int result)
    {
        return result is -Errno.EAGAIN or -Errno.EINTR or -Errno.ENOMEM or -Errno.ENOBUFS;
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Splice, (byte)step, id);
    }
}
