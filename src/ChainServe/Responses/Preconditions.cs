using System;
using ChainServe.Files;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// The order of RFC 9110 §13.2.2 for GET and HEAD of a file that exists:
/// 1. If-Match, by strong comparison: false is 412;
/// 2. else If-Unmodified-Since: false is 412;
/// 3. If-None-Match, by weak comparison: false is 304;
/// 4. else If-Modified-Since: false is 304;
/// 5. If-Range decides whether a Range counts.
/// A single-valued field that came twice, or that is no date, is ignored (§13.1.3, §13.1.4).
/// </summary>
internal static class Preconditions
{
    public static PreconditionResult Evaluate(in Request request, ReadOnlySpan<byte> head, FileFacts facts)
    {
        const RequestFields Conditions = RequestFields.IfMatch | RequestFields.IfNoneMatch
            | RequestFields.IfModifiedSince | RequestFields.IfUnmodifiedSince;
        if (!request.Has(Conditions))
        {
            return PreconditionResult.Proceed;
        }

        if (request.Has(RequestFields.IfMatch))
        {
            if (!IfMatchHolds(request, head, facts.EntityTag))
            {
                return PreconditionResult.Failed;
            }
        }
        else if (TryReadDate(
                request,
                RequestFields.IfUnmodifiedSince,
                request.IfUnmodifiedSince,
                head,
                facts,
                out long until)
            && facts.ModifiedSeconds > until)
        {
            return PreconditionResult.Failed;
        }

        if (request.Has(RequestFields.IfNoneMatch))
        {
            return IfNoneMatchHolds(request, head, facts.EntityTag)
                ? PreconditionResult.Proceed
                : PreconditionResult.NotModified;
        }

        return TryReadDate(request, RequestFields.IfModifiedSince, request.IfModifiedSince, head, facts, out long since)
            && facts.ModifiedSeconds <= since
            ? PreconditionResult.NotModified
            : PreconditionResult.Proceed;
    }

    /// <summary>The same for what has no date: the fields that compare dates are ignored (§13.1.3, §13.1.4).</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">Its head.</param>
    /// <param name="tag">Of the only representation there is; empty when it has none.</param>
    public static PreconditionResult Evaluate(in Request request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tag)
    {
        if (request.Has(RequestFields.IfMatch) && !IfMatchHolds(request, head, tag))
        {
            return PreconditionResult.Failed;
        }

        return request.Has(RequestFields.IfNoneMatch) && !IfNoneMatchHolds(request, head, tag)
            ? PreconditionResult.NotModified
            : PreconditionResult.Proceed;
    }

    /// <summary>
    /// Whether the Range of a request counts (RFC 9110 §13.1.5): without If-Range always; with one only when it is the
    /// strong tag of this very file, or exactly its date, and that date is a strong validator (§8.8.2.2): not when
    /// other codings of the file go by the same date.
    /// </summary>
    public static bool RangeCounts(in Request request, ReadOnlySpan<byte> head, FileFacts facts)
    {
        if (!request.Has(RequestFields.IfRange))
        {
            return true;
        }

        if (request.IsRepeated(RequestFields.IfRange))
        {
            return false;
        }

        ReadOnlySpan<byte> validator = request.IfRange.Of(head);
        if (EntityTag.IsSingle(validator))
        {
            return EntityTag.StrongEquals(validator, facts.EntityTag);
        }

        return facts.LastModified.Length > 0
            && !facts.IsYoung
            && !facts.Varies
            && HttpDate.TryParse(validator, out long date)
            && date == facts.ModifiedSeconds;
    }

    private static bool IfMatchHolds(in Request request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tag)
    {
        return request.IsRepeated(RequestFields.IfMatch)
            ? AnyLineMatches(head, "if-match"u8, tag, strong: true)
            : EntityTag.ListMatches(request.IfMatch.Of(head), tag, strong: true);
    }

    private static bool IfNoneMatchHolds(in Request request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tag)
    {
        return request.IsRepeated(RequestFields.IfNoneMatch)
            ? !AnyLineMatches(head, "if-none-match"u8, tag, strong: false)
            : !EntityTag.ListMatches(request.IfNoneMatch.Of(head), tag, strong: false);
    }

    private static bool AnyLineMatches(
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> tag,
        bool strong)
    {
        FieldLines lines = new(head, name);
        while (lines.TryNext(out ReadOnlySpan<byte> list))
        {
            if (EntityTag.ListMatches(list, tag, strong))
            {
                return true;
            }
        }

        return false;
    }

    // A file whose time stamp says nothing has no modification date to compare with.
    private static bool TryReadDate(
        in Request request,
        RequestFields field,
        HeadSlice slice,
        ReadOnlySpan<byte> head,
        FileFacts facts,
        out long unixSeconds)
    {
        unixSeconds = 0;
        return request.Has(field)
            && !request.IsRepeated(field)
            && facts.LastModified.Length > 0
            && HttpDate.TryParse(slice.Of(head), out unixSeconds);
    }
}
