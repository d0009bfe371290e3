using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Http;

namespace ChainServe.Hosting;

// The access log: a request is recorded when its head is read, and its line written when its response has ended,
// whichever way.
internal sealed partial class ConnectionFlow
{
    // What nginx says of a client that left before the answer.
    private const int ClientClosedRequest = 499;

    private readonly AccessLog? _accessLog;

    private void Record(ref Connection connection, in Request request, ReadOnlySpan<byte> head)
    {
        if (_accessLog is null)
        {
            return;
        }

        connection.Record = _accessLog.Rent();
        connection.Record.Keep(
            FirstLine(head),
            request.Host.Of(head),
            request.Referer.Of(head),
            request.UserAgent.Of(head),
            _clock.NowMicroseconds);
    }

    /// <summary>The same for bytes that are no request.</summary>
    private void Record(ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (_accessLog is not null)
        {
            connection.Record = _accessLog.Rent();
            connection.Record.Keep(FirstLine(bytes), default, default, default, _clock.NowMicroseconds);
        }
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes.TrimStart("\r\n"u8);
        int end = line.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? line : line[..end];
    }

    private void LogResponse(int slot, ref Connection connection)
    {
        if (connection.Record is not { } record)
        {
            return;
        }

        connection.Record = null;
        int status = connection.Status == 0 ? ClientClosedRequest : connection.Status;
        _accessLog!.Write(record, slot, status, SentBodyBytes(connection));
    }

    // Of a response that was cut off, what its earlier chains have sent, and of the last one the sends that reported.
    // Nothing of an answer in one piece, which does not say where its head ends.
    private static long SentBodyBytes(in Connection connection)
    {
        if (!connection.HasSendFailed)
        {
            return connection.BodyBytes;
        }

        bool isInChunks = (ChainKind)connection.ResponseKind is ChainKind.Chunk or ChainKind.Splice;
        long head = connection.HeadLength - (connection.Snapshot == Connection.None ? 0 : connection.Plan.Count);
        long ofChain = connection.SentLength - head;

        // The offset in a body that is sent from memory counts the piece that is being sent.
        long sent = isInChunks
            ? connection.ChunkOffset - connection.Plan.Offset + Math.Max(0, ofChain)
            : connection.ChunkOffset + ofChain;
        return connection.Plan.Count > 0 ? Math.Clamp(sent, 0, connection.BodyBytes) : 0;
    }
}
