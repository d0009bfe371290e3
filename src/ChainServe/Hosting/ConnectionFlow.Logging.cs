using System;
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

    // Of a response that was cut off, what its earlier chains have sent.
    private static long SentBodyBytes(in Connection connection)
    {
        if (!connection.HasSendFailed)
        {
            return connection.BodyBytes;
        }

        long sent = connection.ChunkOffset - connection.Plan.Offset;
        return connection.Plan.Count > 0 ? Math.Clamp(sent, 0, connection.BodyBytes) : 0;
    }
}
