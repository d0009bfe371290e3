using System;
using ChainServe.Connections;
using Uring;
using Uring.Abi;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Chains;

/// <summary>How a file chain ended, or that it did not yet.</summary>
internal enum FileOutcome : byte
{
    /// <summary>The response is out and the file closed.</summary>
    Done,

    /// <summary>The same, and the socket closed too.</summary>
    SocketClosed,

    /// <summary>As <see cref="TailOutcome.SentInPart"/>: the file slot is filled.</summary>
    SentInPart,

    /// <summary>As <see cref="TailOutcome.SendFailed"/>: the file slot is filled.</summary>
    SendFailed,

    /// <summary>Checked form: the file is read. Compare, then send or resolve again; the file slot is filled.</summary>
    Read,

    /// <summary>The name or the page was not in memory: the same chain again without CACHED and NOWAIT.</summary>
    Cold,

    /// <summary>The file is not what the facts say: resolve it again. The file slot is filled when the read found out.
    /// </summary>
    Changed,

    /// <summary>An errno that nobody expected of a send. The chain has ended; the file slot is filled.</summary>
    Unexpected,
}

/// <summary>What a file chain opens, reads and sends.</summary>
internal readonly ref struct FileRequest
{
    /// <summary>The connection.</summary>
    internal ConnectionId Id { get; init; }

    /// <summary>What its site's paths are opened in.</summary>
    internal FileTree Tree { get; init; }

    /// <summary>Its response buffer, with the path in place.</summary>
    internal int Buffer { get; init; }

    /// <summary>Bytes of the path with its zero byte.</summary>
    internal int PathLength { get; init; }

    /// <summary>Without CACHED and NOWAIT.</summary>
    internal bool IsCold { get; init; }
}

/// <summary>
/// The whole form: openat2_direct → read(exact) → send → close_direct(file) [→ close_direct(socket)], one submission,
/// one completion. Only for files that cannot change under us: nothing in a ring stops a chain because a file grew or
/// was replaced.
/// </summary>
internal static class FileChain
{
    internal enum Step : byte
    {
        /// <summary>Silent on success; a failure ends the chain with the slot as it was.</summary>
        Open = 0,

        /// <summary>Silent on success; a failure or a short read ends the chain with the slot filled.</summary>
        Read = 1,

        /// <summary>Silent on success; a failure, or too few bytes, ends the chain with the slot filled.</summary>
        Send = 2,

        /// <summary>Ends the chain, when the connection goes on.</summary>
        Close = 3,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 4,
    }

    /// <summary>Prepares the chain. The head stands in front of the body already.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="request">What to open.</param>
    /// <param name="headLength">Bytes of the head.</param>
    /// <param name="offset">Offset in the file, in bytes.</param>
    /// <param name="count">Bytes of the body, at most <see cref="ResponseBuffers.BodyLength"/>.</param>
    /// <param name="closesSocket">Whether the connection ends with this response.</param>
    internal static void Prepare(
        ChainResources resources,
        in FileRequest request,
        int headLength,
        long offset,
        int count,
        bool closesSocket)
    {
        ResponseBuffers buffers = resources.ResponseBuffers;
        FixedFileSlot file = resources.FileSlot(request.Id);
        Chain chain = resources.Ring.BeginChain(2 + ResponseTail.Length(closesSocket));
        PrepareOpen(resources, ref chain.Next(Data(Step.Open, request.Id)), request);
        chain.Next(Data(Step.Read, request.Id)).PrepareRead(
            file, buffers.Body(request.Buffer, count), (ulong)offset, ReadFlags(resources, request.IsCold));
        ResponseTail.Prepare(
            ref chain,
            new UserData(Data(Step.Send, request.Id)),
            request.Id,
            file,
            buffers.Response(request.Buffer, headLength, 0, count),
            closesSocket,
            isRemote: false);
    }

    /// <param name="step">From the completion.</param>
    /// <param name="result">From the completion.</param>
    /// <param name="count">The bytes that the read asked for.</param>
    internal static FileOutcome Complete(Step step, int result, int count)
    {
        switch (step)
        {
            case Step.Open:
                return CompleteOpen(result);
            case Step.Read:
                Invariant.Require(result != count, "a silent read that succeeded reports nothing");
                return result >= 0 ? FileOutcome.Changed : CompleteFailedRead(result);
            case Step.Send:
                return OutcomeOf(ResponseTail.CompleteSend(result));
            case Step.Close:
                return OutcomeOf(ResponseTail.CompleteClose(result, isSocket: false));
            case Step.CloseSocket:
                return OutcomeOf(ResponseTail.CompleteClose(result, isSocket: true));
            default:
                return FileOutcome.Unexpected;
        }
    }

    internal static void PrepareOpen(
        ChainResources resources,
        ref SubmissionQueueEntry entry,
        in FileRequest request)
    {
        Span<byte> path = resources.ResponseBuffers.Path(request.Buffer)[..request.PathLength];
        FileTree tree = request.Tree;
        ref readonly OpenHow how = ref request.IsCold ? ref resources.How(tree) : ref resources.CachedHow(tree);
        entry.PrepareOpenAt2Direct(tree.Root, path, how, resources.FileSlot(request.Id));
    }

    internal static ReadWriteFlags ReadFlags(ChainResources resources, bool isCold)
    {
        return isCold || !resources.IsNoWaitSupported ? ReadWriteFlags.None : ReadWriteFlags.NoWait;
    }

    internal static FileOutcome CompleteOpen(int result)
    {
        switch (result)
        {
            case -Errno.EAGAIN:
                return FileOutcome.Cold;
            default:
                // Whatever else it was: the facts promised a readable file, and the resolve finds out what there is. No
                // errno is an invariant here, EINVAL and EBADF neither: a file system may answer what it likes.
                return FileOutcome.Changed;
        }
    }

    internal static FileOutcome CompleteFailedRead(int result)
    {
        switch (result)
        {
            case -Errno.EAGAIN:
            case -Errno.EOPNOTSUPP:
                return FileOutcome.Cold;
            default:
                // EIO, EISDIR and the like: the resolve meets them again and answers for them.
                return FileOutcome.Changed;
        }
    }

    internal static FileOutcome OutcomeOf(TailOutcome outcome)
    {
        return outcome switch
        {
            TailOutcome.Done => FileOutcome.Done,
            TailOutcome.SocketClosed => FileOutcome.SocketClosed,
            TailOutcome.SentInPart => FileOutcome.SentInPart,
            TailOutcome.SendFailed => FileOutcome.SendFailed,
            _ => FileOutcome.Unexpected,
        };
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.File, (byte)step, id);
    }
}
