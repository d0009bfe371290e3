using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Bodies that are neither a file nor a part of one:
// 1. several ranges of a long file: each piece is laid out in the buffer, with gaps that reads fill, and sent then;
// 2. several ranges of a short one: from its content, which belongs to the facts, as every other body of it;
// 3. these, and a listing: from memory, as many bytes at a time as the buffer holds.
internal sealed partial class ConnectionFlow
{
    /// <summary>Reads of one chain.</summary>
    private const int SlicesMax = 16;

    private readonly ByteSpan[] _ranges;
    private int _rangeCount;

    private bool SendParts(ConnectionId id, ref Connection connection, FileFacts facts)
    {
        // What is read range by range from a descriptor is not compared: a file that cannot change, or a long one.
        bool isCompared = facts.Length <= ResponseBuffers.BodyLength && !_sites[connection.Site].IsImmutable;
        int snapshot = Connection.None;
        bool isAtHand = isCompared
            ? connection.HasBodyInBuffer || _snapshots.TryUse(facts, out snapshot)
            : connection.Descriptor != Connection.None;
        if (!isAtHand)
        {
            // It may have come here with one: a compression that was too much, or not worth it, has opened the file.
            CloseDescriptor(id, ref connection);
            connection.NeedsContent = isCompared;
            connection.NeedsDescriptor = !isCompared;
            return StartResolve(id, ref connection);
        }

        UInt128 seed = new UInt128((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64());
        connection.Parts = new MultipartByteRanges(_ranges.AsSpan(0, _rangeCount), facts, seed);
        connection.Plan.ContentLength = connection.Parts.ContentLength;
        connection.Plan.Count = connection.Parts.ContentLength;
        connection.BodyBytes = connection.Parts.ContentLength;
        if (isCompared)
        {
            connection.Snapshot = snapshot;
            SendPartsOf(id, ref connection, facts);
        }
        else
        {
            SendFirstChunks(id, ref connection);
        }

        return false;
    }

    private void SendPartsOf(ConnectionId id, ref Connection connection, FileFacts facts)
    {
        int length = (int)facts.Length;
        ReadOnlySpan<byte> content = connection.Snapshot == Connection.None
            ? _buffers.Body(connection.Buffer, length)
            : _snapshots.Bytes(connection.Snapshot, length);
        byte[] body = connection.Parts!.Join(content);
        ReleaseSnapshot(ref connection);
        connection.Plan.Offset = 0;
        SendMemory(id, ref connection, body, WriteHead(connection, _buffers.Answer(connection.Buffer)));
    }

    private void SendNextParts(ConnectionId id, ref Connection connection)
    {
        Span<FileSlice> slices = stackalloc FileSlice[SlicesMax];
        connection.ChunkBytes = connection.Parts!.Fill(
            _buffers.Body(connection.Buffer, ResponseBuffers.BodyLength), slices, out int count);
        if (count == 0)
        {
            PrepareSend(id, ref connection);
            return;
        }

        connection.LastReadLength = slices[count - 1].Length;
        ChunkChain.PrepareReads(_resources, id, connection, slices[..count]);
    }

    /// <summary>An answer whose body is too long for one buffer: its head, then piece by piece.</summary>
    private bool SendMemory(ConnectionId id, ref Connection connection, CannedResponse canned)
    {
        int head = canned.WriteHead(
            _buffers.Answer(connection.Buffer),
            _clock.Date,
            connection.KeepAlive,
            connection.Version,
            ExtraLines(ref connection));
        if (connection.Method == HttpMethod.Head)
        {
            return SendAnswer(id, ref connection, head);
        }

        SendMemory(id, ref connection, canned.Body, head);
        return false;
    }

    private void SendMemory(ConnectionId id, ref Connection connection, byte[] body, int head)
    {
        connection.MustDrain |= !connection.KeepAlive;
        connection.Memory = body;
        connection.Plan.Count = body.Length;
        connection.ChunkOffset = 0;
        SendMemoryPiece(id, ref connection, head);
    }

    private void SendMemoryPiece(ConnectionId id, ref Connection connection, int head)
    {
        ReadOnlySpan<byte> rest = connection.Memory.AsSpan((int)connection.ChunkOffset);
        int count = Math.Min(rest.Length, ResponseBuffers.BodyLength);
        rest[..count].CopyTo(_buffers.Answer(connection.Buffer)[head..]);
        connection.ChunkOffset += count;
        if (count == rest.Length)
        {
            ReleaseMemory(ref connection);
        }

        SendAnswer(id, ref connection, head + count);
    }

    private void ReleaseMemory(ref Connection connection)
    {
        connection.Memory = null;
        if (connection.SentListing is { } listing)
        {
            connection.SentListing = null;
            _listings.Release(listing);
        }
    }
}
