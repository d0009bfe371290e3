using System;
using ChainServe.Connections;
using ChainServe.Responses;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// A body longer than one buffer, from the very descriptor that its facts were taken from:
/// [files_update(descriptor → slot) → close(descriptor) →] read → send → read → send … [→ close_direct(file)
/// [→ close_direct(socket)]]. Links serialise the steps, so that all chunks of a chain share one buffer.
/// On a ring with a kernel thread each read is a chain of its own, and each send: there, what is linked behind a read
/// that went to a kernel worker runs in that worker.
/// </summary>
internal static class ChunkChain
{
    /// <summary>Chunks of one chain: 256 KiB between two looks at the other connections.</summary>
    internal const int ChunksMax = 4;

    /// <summary>Bytes of a body that one chain sends.</summary>
    internal const long BytesMax = ChunksMax * (long)ResponseBuffers.BodyLength;

    private static readonly Step[] MiddleSends = [Step.Send, Step.SecondSend, Step.ThirdSend];

    internal enum Step : byte
    {
        /// <summary>Silent on success; a failure ends the chain.</summary>
        Install = 0,

        /// <summary>Silent on success; a failure ends the chain.</summary>
        CloseDescriptor = 1,

        /// <summary>Silent on success; a failure or a short read ends the chain with the slot filled.</summary>
        Read = 2,

        /// <summary>The send of the first chunk, when more follow in the chain; silent on success, a failure or too few
        /// bytes end the chain with the slot filled.</summary>
        Send = 3,

        /// <summary>The last send of a chain that does not end the body: reports always.</summary>
        SendOfChain = 4,

        /// <summary>The last send of the body; silent on success, a failure or too few bytes end the chain with the
        /// slot filled.</summary>
        SendOfBody = 5,

        /// <summary>Ends the chain, when the connection goes on.</summary>
        Close = 6,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 7,

        /// <summary>A read that no send is linked to: reports always.</summary>
        ReadAlone = 8,

        /// <summary>As <see cref="Send"/>, of the second chunk.</summary>
        SecondSend = 9,

        /// <summary>As <see cref="Send"/>, of the third chunk.</summary>
        ThirdSend = 10,
    }

    /// <summary>Prepares the next chain of a body.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">Chunk position, buffer, head and, before the first chain, the descriptor.</param>
    /// <param name="closesSocket">Whether the connection ends with this response.</param>
    /// <returns>Bytes of the body that this chain sends.</returns>
    internal static long Prepare(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        bool closesSocket)
    {
        long bytes = Math.Min(connection.ChunkLeft, BytesMax);
        int chunks = (int)((bytes + ResponseBuffers.BodyLength - 1) / ResponseBuffers.BodyLength);
        bool isFirst = connection.Descriptor != Connection.None;
        bool isLast = bytes == connection.ChunkLeft;

        // read and send for each chunk; in the tail of the last chain the last send is counted with its closes.
        int length = (isFirst ? InstallSteps.Length : 0) + (2 * chunks)
            + (isLast ? ResponseTail.Length(closesSocket) - 1 : 0);
        Chain chain = resources.Ring.BeginChain(length);
        if (isFirst)
        {
            PrepareInstall(ref chain, resources, id, connection);
        }

        long sent = 0;
        int head = connection.HeadLength;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            int count = (int)Math.Min(bytes - sent, ResponseBuffers.BodyLength);
            Step send = chunk < chunks - 1 ? MiddleSends[chunk] : isLast ? Step.SendOfBody : Step.SendOfChain;
            PrepareChunk(resources, ref chain, id, connection, head, sent, count, send, closesSocket);
            sent += count;
            head = 0;
        }

        return bytes;
    }

    /// <summary>Prepares the read of the next chunk alone.</summary>
    /// <returns>Bytes of the body that it reads.</returns>
    internal static long PrepareRead(ChainResources resources, ConnectionId id, in Connection connection)
    {
        int count = (int)Math.Min(connection.ChunkLeft, ResponseBuffers.BodyLength);
        bool isFirst = connection.Descriptor != Connection.None;
        Chain chain = resources.Ring.BeginChain((isFirst ? InstallSteps.Length : 0) + 1);
        if (isFirst)
        {
            PrepareInstall(ref chain, resources, id, connection);
        }

        ref SubmissionQueueEntry entry = ref chain.Last(Data(Step.ReadAlone, id));
        Span<byte> body = resources.ResponseBuffers.Body(connection.Buffer, count);
        entry.PrepareRead(resources.FileSlot(id), body, (ulong)connection.ChunkOffset);
        entry.Flags |= FileTree.EntryFlags(connection.IsRemote);
        return count;
    }

    /// <summary>Prepares the reads of a piece that is made of several parts of the file; the last one
    /// reports.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="connection">Buffer and, before the first chain, the descriptor.</param>
    /// <param name="slices">What goes where; at least one.</param>
    internal static void PrepareReads(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        ReadOnlySpan<FileSlice> slices)
    {
        bool isFirst = connection.Descriptor != Connection.None;
        Chain chain = resources.Ring.BeginChain((isFirst ? InstallSteps.Length : 0) + slices.Length);
        if (isFirst)
        {
            PrepareInstall(ref chain, resources, id, connection);
        }

        Span<byte> body = resources.ResponseBuffers.Body(connection.Buffer, ResponseBuffers.BodyLength);
        for (int index = 0; index < slices.Length; index++)
        {
            bool isLast = index == slices.Length - 1;
            ref SubmissionQueueEntry entry =
                ref isLast ? ref chain.Last(Data(Step.ReadAlone, id)) : ref chain.Next(Data(Step.Read, id));
            entry.PrepareRead(
                resources.FileSlot(id),
                body.Slice(slices[index].BufferOffset, slices[index].Length),
                (ulong)slices[index].FileOffset);
            entry.Flags |= FileTree.EntryFlags(connection.IsRemote);
        }
    }

    /// <summary>Prepares the send of the chunk that was read alone, or of the rest of one.</summary>
    internal static void PrepareSend(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        ReadOnlySpan<byte> bytes,
        bool closesSocket)
    {
        bool isLast = connection.ChunkBytes == connection.ChunkLeft;
        Chain chain = resources.Ring.BeginChain(isLast ? ResponseTail.Length(closesSocket) : 1);
        PrepareSend(
            resources,
            ref chain,
            id,
            connection,
            bytes,
            isLast ? Step.SendOfBody : Step.SendOfChain,
            closesSocket);
    }

    /// <summary>Which of its chain's chunks a send sends.</summary>
    /// <param name="step">One of the sends.</param>
    /// <param name="bytes">What <see cref="Prepare"/> returned.</param>
    internal static int ChunkOf(Step step, long bytes)
    {
        int middle = Array.IndexOf(MiddleSends, step);
        return middle >= 0 ? middle : (int)((bytes - 1) / ResponseBuffers.BodyLength);
    }

    /// <param name="step">From the completion.</param>
    /// <param name="result">From the completion.</param>
    /// <param name="length">Bytes that the chain's last step had to read, or to send with a head before them.</param>
    internal static ChunkOutcome Complete(Step step, int result, int length)
    {
        switch (step)
        {
            case Step.Install:
                InstallSteps.CompleteFailure(result);
                return ChunkOutcome.NotInstalled;
            case Step.CloseDescriptor:
            case Step.Read:
                return ChunkOutcome.Broken;
            case Step.ReadAlone:
                return result == length ? ChunkOutcome.Read : ChunkOutcome.Broken;
            case Step.SendOfChain when result == length:
                return ChunkOutcome.Sent;
            case Step.Send:
            case Step.SecondSend:
            case Step.ThirdSend:
            case Step.SendOfChain:
            case Step.SendOfBody:
                return ResponseTail.CompleteSend(result) == TailOutcome.SentInPart
                    ? ChunkOutcome.SentInPart
                    : ChunkOutcome.Broken;
            case Step.Close:
                ResponseTail.CompleteClose(result, isSocket: false);
                return ChunkOutcome.Done;
            case Step.CloseSocket:
                ResponseTail.CompleteClose(result, isSocket: true);
                return ChunkOutcome.SocketClosed;
            default:
                return ChunkOutcome.Broken;
        }
    }

    /// <summary>Bytes that the last send of a chain sends.</summary>
    /// <param name="bytes">What <see cref="Prepare"/> returned.</param>
    /// <param name="headLength">Bytes of the head in front of the first chunk.</param>
    internal static int LastSendLength(long bytes, int headLength)
    {
        int last = (int)((bytes - 1) % ResponseBuffers.BodyLength) + 1;
        return bytes <= ResponseBuffers.BodyLength ? last + headLength : last;
    }

    private static void PrepareInstall(
        ref Chain chain,
        ChainResources resources,
        ConnectionId id,
        in Connection connection)
    {
        InstallSteps.Prepare(ref chain, new UserData(Data(Step.Install, id)), resources, id, connection);
    }

    private static void PrepareChunk(
        ChainResources resources,
        ref Chain chain,
        ConnectionId id,
        in Connection connection,
        int headLength,
        long sent,
        int count,
        Step send,
        bool closesSocket)
    {
        ResponseBuffers buffers = resources.ResponseBuffers;
        ref SubmissionQueueEntry read = ref chain.Next(Data(Step.Read, id));
        read.PrepareRead(
            resources.FileSlot(id), buffers.Body(connection.Buffer, count), (ulong)(connection.ChunkOffset + sent));
        read.Flags |= FileTree.EntryFlags(connection.IsRemote);
        ReadOnlySpan<byte> bytes = buffers.Response(connection.Buffer, headLength, 0, count);
        PrepareSend(resources, ref chain, id, connection, bytes, send, closesSocket);
    }

    private static void PrepareSend(
        ChainResources resources,
        ref Chain chain,
        ConnectionId id,
        in Connection connection,
        ReadOnlySpan<byte> bytes,
        Step send,
        bool closesSocket)
    {
        ulong data = Data(send, id);
        if (send == Step.SendOfBody)
        {
            ResponseTail.Prepare(
                ref chain,
                new UserData(data),
                id,
                resources.FileSlot(id),
                bytes,
                closesSocket,
                connection.IsRemote);
            return;
        }

        ref SubmissionQueueEntry entry = ref send == Step.SendOfChain ? ref chain.Last(data) : ref chain.Next(data);
        entry.PrepareSend(ChainResources.SocketSlot(id), bytes, ResponseTail.SendFlags);
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Chunk, (byte)step, id);
    }
}
