using System;
using ChainServe.Files;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// Writes the head of an answer with a file:
/// 1. a plain 200 on a connection that goes on is a copy of the facts' prepared head with the Date patched in; behind a
///    password only where the head says nothing else to somebody without one;
/// 2. everything else is written field by field;
/// 3. a status other than 200, 206, 304, 412 and 416 is an error page that happens to be a file: it describes no
///    representation of the target, so that it carries no validator and offers no ranges.
/// </summary>
internal static class ResponseHeadWriter
{
    // All fixed text and numbers of the longest head (206), generously.
    private const int FixedLengthMax = 512;

    /// <summary>A bound for every head of these facts.</summary>
    public static int LengthMax(FileFacts facts)
    {
        return FixedLengthMax + facts.ContentType.Length + facts.EntityTag.Length + facts.FieldLines.LengthMax;
    }

    /// <summary>
    /// Builds the prepared head. Called when facts are made, because it allocates; without it the head is written field
    /// by field, to the same bytes.
    /// </summary>
    public static void Prepare(FileFacts facts)
    {
        if (facts.Kind != FileKind.Regular)
        {
            return;
        }

        ResponsePlan plan = ResponsePlanner.PlanWhole(200, HttpMethod.Get, facts);
        byte[] buffer = new byte[LengthMax(facts)];
        Span<byte> date = stackalloc byte[HttpDate.Length];
        date.Fill((byte)' ');
        int length = WriteFields(
            buffer, plan, facts, facts.FieldLines.Open, date, keepAlive: true, HttpVersion.Http11, default, default);
        facts.PreparedHead = buffer[..length];
        facts.PreparedDateOffset = StatusLines.Of(200).Length + "Date: ".Length;
    }

    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <param name="plan">Made for the same facts.</param>
    /// <param name="facts">Of a regular file.</param>
    /// <param name="date">Now, as an IMF-fixdate of 29 bytes.</param>
    /// <param name="keepAlive">Whether the connection goes on.</param>
    /// <param name="version">Of the request.</param>
    /// <param name="extraLines">Whole field lines beside those of the facts.</param>
    /// <param name="partsType">The content type of a body of several ranges.</param>
    /// <param name="isGuarded">The client had to say a password for it.</param>
    /// <returns>The length of the head, or 0 when it does not fit.</returns>
    public static int Write(
        Span<byte> destination,
        in ResponsePlan plan,
        FileFacts facts,
        ReadOnlySpan<byte> date,
        bool keepAlive,
        HttpVersion version,
        ReadOnlySpan<byte> extraLines = default,
        ReadOnlySpan<byte> partsType = default,
        bool isGuarded = false)
    {
        byte[]? prepared = facts.PreparedHead;
        if (prepared is not null
            && plan.Status == 200
            && keepAlive
            && version == HttpVersion.Http11
            && extraLines.IsEmpty
            && (!isGuarded || facts.FieldLines.AreSame))
        {
            if (!prepared.AsSpan().TryCopyTo(destination))
            {
                return 0;
            }

            date.CopyTo(destination[facts.PreparedDateOffset..]);
            return prepared.Length;
        }

        byte[] lines = facts.FieldLines.For(isGuarded);
        return WriteFields(destination, plan, facts, lines, date, keepAlive, version, extraLines, partsType);
    }

    private static int WriteFields(
        Span<byte> destination,
        in ResponsePlan plan,
        FileFacts facts,
        ReadOnlySpan<byte> lines,
        ReadOnlySpan<byte> date,
        bool keepAlive,
        HttpVersion version,
        ReadOnlySpan<byte> extraLines,
        ReadOnlySpan<byte> partsType)
    {
        SpanWriter writer = new(destination);
        writer.Append(StatusLines.Of(plan.Status));
        writer.Append("Date: "u8);
        writer.Append(date);
        writer.Append("\r\n"u8);
        switch (plan.Status)
        {
            case 200:
            case 206:
                AppendContent(ref writer, plan, facts, partsType);
                AppendValidators(ref writer, facts);
                writer.Append(lines);
                break;
            case 304:
                // RFC 9110 §15.4.5: the validator and what steers caches; no other metadata, and no Content-Length.
                AppendEntityTag(ref writer, facts);
                writer.Append(lines);
                break;
            case 412:
                AppendEntityTag(ref writer, facts);
                writer.Append(lines);
                writer.Append("Content-Length: 0\r\n"u8);
                break;
            case 416:
                writer.Append("Content-Range: bytes */"u8);
                writer.Append(facts.Length);
                writer.Append("\r\n"u8);
                writer.Append(lines);
                writer.Append("Content-Length: 0\r\n"u8);
                break;
            default:
                AppendContent(ref writer, plan, facts, default);
                writer.Append(ResponseFields.NoSniff);
                break;
        }

        writer.Append(extraLines);
        writer.Append(ResponseFields.Connection(keepAlive, version));
        writer.Append("\r\n"u8);
        return writer.Length;
    }

    private static void AppendContent(
        ref SpanWriter writer,
        in ResponsePlan plan,
        FileFacts facts,
        ReadOnlySpan<byte> partsType)
    {
        writer.Append("Content-Type: "u8);
        writer.Append(partsType.IsEmpty ? facts.ContentType : partsType);
        writer.Append("\r\n"u8);
        writer.Append(Codings.FieldLineOf(facts.Coding));
        writer.Append("Content-Length: "u8);
        writer.Append(plan.ContentLength);
        writer.Append("\r\n"u8);
        if (plan.Status == 206 && !plan.IsMultipart)
        {
            writer.Append("Content-Range: bytes "u8);
            writer.Append(plan.Offset);
            writer.Append((byte)'-');
            writer.Append(plan.Offset + plan.Count - 1);
            writer.Append((byte)'/');
            writer.Append(facts.Length);
            writer.Append("\r\n"u8);
        }
    }

    private static void AppendValidators(ref SpanWriter writer, FileFacts facts)
    {
        AppendEntityTag(ref writer, facts);
        if (facts.LastModified.Length > 0)
        {
            writer.Append("Last-Modified: "u8);
            writer.Append(facts.LastModified);
            writer.Append("\r\n"u8);
        }

        writer.Append("Accept-Ranges: bytes\r\n"u8);
    }

    private static void AppendEntityTag(ref SpanWriter writer, FileFacts facts)
    {
        if (facts.EntityTag.Length == 0)
        {
            return;
        }

        writer.Append("ETag: "u8);
        writer.Append(facts.EntityTag);
        writer.Append("\r\n"u8);
    }
}
