using System;
using ChainServe.Connections;
using ChainServe.Responses;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>How a chunk chain ended, or that it did not yet.</summary>
internal enum ChunkOutcome : byte
{
    /// <summary>The next chunk is in the buffer, in the form that reads and sends apart.</summary>
    Read,

    /// <summary>All chunks of the chain are out; the body goes on.</summary>
    Sent,

    /// <summary>The whole body is out and the file closed.</summary>
    Done,

    /// <summary>The same, and the socket closed too.</summary>
    SocketClosed,

    /// <summary>The last send failed or was cut short; the close behind it reports next.</summary>
    SendFailed,

    /// <summary>The body cannot go on: the file became shorter or unreadable, or the client is gone. The chain has
    /// ended; the connection must, because the head is out.</summary>
    Broken,

    /// <summary>The descriptor could not be put into its slot. The chain has ended before any byte was sent; the
    /// descriptor is still ours.</summary>
    NotInstalled,
}

/// <summary>
/// A body longer than one buffer, from the very descriptor that its facts were taken from:
/// [files_update(descriptor → slot) → close(descriptor) →] read → send → read → send … [→ close_direct(file)
/// [→ close_direct(socket)]]. Links serialise the steps, so that all chunks of a chain share one buffer.
/// On a ring with a kernel thread each read is a chain of its own, and each send: there, what is linked behind a read
/// that went to a kernel worker runs in that worker, which a client that does not read would hold.
/// </summary>
internal static class ChunkChain
{
    /// <summary>Chunks of one chain: 256 KiB between two looks at the other connections.</summary>
    internal const int ChunksMax = 4;

    /// <summary>Bytes of a body that one chain sends.</summary>
    internal const long BytesMax = ChunksMax * (long)ResponseBuffers.BodyLength;

    internal enum Step : byte
    {
        /// <summary>Silent on success; a failure ends the chain.</summary>
        Install = 0,

        /// <summary>Silent on success; a failure ends the chain.</summary>
        CloseDescriptor = 1,

        /// <summary>Silent on success; a failure or a short read ends the chain with the slot filled.</summary>
        Read = 2,

        /// <summary>A send with more behind it; silent on success, a failure ends the chain with the slot filled.
        /// </summary>
        Send = 3,

        /// <summary>The last send of a chain that does not end the body: reports always.</summary>
        SendOfChain = 4,

        /// <summary>The last send of the body; silent on success, and whatever it reports, the close follows.</summary>
        SendOfBody = 5,

        /// <summary>Ends the chain, when the connection goes on.</summary>
        Close = 6,

        /// <summary>Ends the chain and the connection.</summary>
        CloseSocket = 7,

        /// <summary>A read that no send is linked to: reports always.</summary>
        ReadAlone = 8,
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
            PrepareChunk(
                resources, ref chain, id, connection, head, sent, count, chunk == chunks - 1, isLast, closesSocket);
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

    /// <summary>Prepares the send of the chunk that was read alone.</summary>
    internal static void PrepareSend(
        ChainResources resources,
        ConnectionId id,
        in Connection connection,
        bool closesSocket)
    {
        bool isLast = connection.ChunkBytes == connection.ChunkLeft;
        Chain chain = resources.Ring.BeginChain(isLast ? ResponseTail.Length(closesSocket) : 1);
        PrepareSend(
            resources,
            ref chain,
            id,
            connection,
            resources.ResponseBuffers.Response(
                connection.Buffer, connection.HeadLength, 0, (int)connection.ChunkBytes),
            isLastOfChain: true,
            isLast,
            closesSocket);
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
            case Step.Send:
                return ChunkOutcome.Broken;
            case Step.ReadAlone:
                return result == length ? ChunkOutcome.Read : ChunkOutcome.Broken;
            case Step.SendOfChain:
                return result == length ? ChunkOutcome.Sent : ChunkOutcome.Broken;
            case Step.SendOfBody:
                return ChunkOutcome.SendFailed;
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
        bool isLastOfChain,
        bool isLastChain,
        bool closesSocket)
    {
        ResponseBuffers buffers = resources.ResponseBuffers;
        ref SubmissionQueueEntry read = ref chain.Next(Data(Step.Read, id));
        read.PrepareRead(
            resources.FileSlot(id), buffers.Body(connection.Buffer, count), (ulong)(connection.ChunkOffset + sent));
        read.Flags |= FileTree.EntryFlags(connection.IsRemote);
        ReadOnlySpan<byte> bytes = buffers.Response(connection.Buffer, headLength, 0, count);
        PrepareSend(resources, ref chain, id, connection, bytes, isLastOfChain, isLastChain, closesSocket);
    }

    private static void PrepareSend(
        ChainResources resources,
        ref Chain chain,
        ConnectionId id,
        in Connection connection,
        ReadOnlySpan<byte> bytes,
        bool isLastOfChain,
        bool isLastChain,
        bool closesSocket)
    {
        const MessageFlags Flags = MessageFlags.WaitAll | MessageFlags.NoSignal;
        if (!isLastOfChain)
        {
            chain.Next(Data(Step.Send, id)).PrepareSend(ChainResources.SocketSlot(id), bytes, Flags);
        }
        else if (!isLastChain)
        {
            chain.Last(Data(Step.SendOfChain, id)).PrepareSend(ChainResources.SocketSlot(id), bytes, Flags);
        }
        else
        {
            UserData data = new UserData(Data(Step.SendOfBody, id));
            ResponseTail.Prepare(
                ref chain, data, id, resources.FileSlot(id), bytes, closesSocket, connection.IsRemote);
        }
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Chunk, (byte)step, id);
    }
}
