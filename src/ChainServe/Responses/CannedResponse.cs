using System;
using System.Globalization;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// A whole answer prepared at start: its head is a copy with the Date patched in, its body a copy. Immutable, shared by
/// all workers.
/// </summary>
internal sealed class CannedResponse
{
    private const string DatePlaceholder = "Date: -----------------------------\r\n";

    // "Connection: keep-alive\r\n" is the longest, and the final empty line.
    private const int ConnectionLengthMax = 24 + 2;

    private readonly byte[] _head;
    private readonly byte[] _body;
    private readonly int _dateOffset;

    /// <param name="status">One that <see cref="StatusLines"/> knows.</param>
    /// <param name="contentType">Empty when there is no body.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="fieldLines">Further whole field lines, each with its CRLF.</param>
    public CannedResponse(int status, string contentType, ReadOnlySpan<byte> body, string fieldLines = "")
    {
        if (!StatusLines.IsKnown(status))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "No status line is known for this status.");
        }

        Status = status;
        ContentType = contentType;
        _body = body.ToArray();
        StringBuilder head = new();
        head.Append(Encoding.ASCII.GetString(StatusLines.Of(status)));
        _dateOffset = head.Length + "Date: ".Length;
        head.Append(DatePlaceholder);
        if (contentType.Length > 0 && status != 204)
        {
            head.Append("Content-Type: ").Append(contentType).Append("\r\n");
            head.Append(Encoding.ASCII.GetString(ResponseFields.NoSniff));
        }

        // RFC 9110 §8.6: no Content-Length in a 204, and in a 304 only that of the 200.
        if (status is not (204 or 304))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {_body.Length}\r\n");
        }

        _head = Encoding.ASCII.GetBytes(head.ToString());
        FieldLines = Encoding.ASCII.GetBytes(fieldLines);
    }

    /// <summary>A response to which conditions apply; that they do is certain of a 200 alone (RFC 9110 §13.2.1).
    /// </summary>
    /// <param name="status">One that <see cref="StatusLines"/> knows.</param>
    /// <param name="contentType">Empty when there is no body.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="hasTag">Whether there is an entity tag, made of the body.</param>
    /// <param name="fieldLines">Further whole field lines, each with its CRLF.</param>
    public static CannedResponse WithConditions(
        int status,
        string contentType,
        ReadOnlySpan<byte> body,
        bool hasTag,
        string fieldLines = "")
    {
        if (status != 200)
        {
            return new CannedResponse(status, contentType, body, fieldLines);
        }

        byte[] tag = hasTag ? Files.EntityTag.OfContent(body) : [];
        string tagLine = hasTag ? $"ETag: {Encoding.ASCII.GetString(tag)}\r\n" : "";
        return new CannedResponse(status, contentType, body, tagLine + fieldLines)
        {
            EntityTag = tag,
            NotModified = new CannedResponse(304, "", default, tagLine),
            Failed = new CannedResponse(412, "", default, tagLine),
        };
    }

    public int Status { get; }

    public string ContentType { get; }

    public byte[] Body => _body;

    /// <summary>What the head carries beside the fields of its content.</summary>
    public byte[] FieldLines { get; }

    /// <summary>Of the body; empty for none.</summary>
    public byte[] EntityTag { get; private init; } = [];

    /// <summary>Answers when a condition is not met; null when conditions do not apply.</summary>
    private CannedResponse? NotModified { get; init; }

    private CannedResponse? Failed { get; init; }

    /// <summary>A bound for <see cref="Write"/>, without extra lines.</summary>
    public int LengthMax => HeadLengthMax + _body.Length;

    /// <summary>A bound for <see cref="WriteHead"/>, without extra lines.</summary>
    public int HeadLengthMax => _head.Length + FieldLines.Length + ConnectionLengthMax;

    /// <summary>The answer to a request: this one, or a 304 or 412 in its place.</summary>
    public CannedResponse For(in Request request, ReadOnlySpan<byte> head)
    {
        if (NotModified is null || !request.Has(RequestFields.IfMatch | RequestFields.IfNoneMatch))
        {
            return this;
        }

        return Preconditions.Evaluate(request, head, EntityTag) switch
        {
            PreconditionResult.NotModified => NotModified,
            PreconditionResult.Failed => Failed!,
            _ => this,
        };
    }

    /// <returns>The length of head and body, or 0 when they do not fit.</returns>
    public int Write(
        Span<byte> destination,
        ReadOnlySpan<byte> date,
        bool keepAlive,
        HttpVersion version,
        bool omitBody,
        ReadOnlySpan<byte> extraLines = default)
    {
        int length = WriteHead(destination, date, keepAlive, version, extraLines);
        if (length == 0 || omitBody)
        {
            return length;
        }

        return _body.AsSpan().TryCopyTo(destination[length..]) ? length + _body.Length : 0;
    }

    /// <summary>The head alone, for a body that is sent from where it lies.</summary>
    /// <returns>The length of the head, or 0 when it does not fit.</returns>
    public int WriteHead(
        Span<byte> destination,
        ReadOnlySpan<byte> date,
        bool keepAlive,
        HttpVersion version,
        ReadOnlySpan<byte> extraLines)
    {
        SpanWriter writer = new(destination);
        writer.Append(_head);
        writer.Append(FieldLines);
        writer.Append(extraLines);
        writer.Append(ResponseFields.Connection(keepAlive, version));
        writer.Append("\r\n"u8);
        if (writer.Length > 0)
        {
            date.CopyTo(destination[_dateOffset..]);
        }

        return writer.Length;
    }
}
