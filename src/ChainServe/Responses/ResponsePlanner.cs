using System;
using ChainServe.Files;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// From a GET or HEAD request and the facts of a regular file to the answer:
/// 1. preconditions: 412 or 304 without a body;
/// 2. ranges, for GET only (RFC 9110 §14.2 defines them for no other method): 206 or 416;
/// 3. else the whole file.
/// </summary>
internal static class ResponsePlanner
{
    /// <param name="request">The request.</param>
    /// <param name="head">Its head.</param>
    /// <param name="facts">Of what answers.</param>
    /// <param name="ranges">Room for as many ranges as one response may have; at least 1.</param>
    /// <param name="rangeCount">How many it has, when there are several; their bodies are for the caller to lay out.
    /// </param>
    public static ResponsePlan Plan(
        in Request request,
        ReadOnlySpan<byte> head,
        FileFacts facts,
        Span<ByteSpan> ranges,
        out int rangeCount)
    {
        rangeCount = 0;
        PreconditionResult result = Preconditions.Evaluate(request, head, facts);
        if (result != PreconditionResult.Proceed)
        {
            return new ResponsePlan { Status = result == PreconditionResult.NotModified ? 304 : 412 };
        }

        if (request.Method == HttpMethod.Get
            && request.Has(RequestFields.Range)
            && !request.IsRepeated(RequestFields.Range)
            && Preconditions.RangeCounts(request, head, facts))
        {
            RangeStatus status =
                ByteRanges.TryParse(request.Range.Of(head), facts.Length, ranges, out rangeCount);
            if (status == RangeStatus.Satisfiable && IsWorthParts(ranges[..rangeCount], facts))
            {
                return new ResponsePlan
                {
                    Status = 206,
                    IsMultipart = rangeCount > 1,
                    SendsBody = true,
                    Offset = ranges[0].Offset,
                    Count = ranges[0].Count,
                    ContentLength = ranges[0].Count,
                };
            }

            if (status == RangeStatus.Unsatisfiable)
            {
                return new ResponsePlan { Status = 416 };
            }
        }

        rangeCount = 0;
        return PlanWhole(200, request.Method, facts);
    }

    /// <summary>Several parts and their heads are never longer than the file.</summary>
    private static bool IsWorthParts(ReadOnlySpan<ByteSpan> ranges, FileFacts facts)
    {
        long length = 0;
        foreach (ByteSpan range in ranges)
        {
            length += range.Count + MultipartByteRanges.HeadLengthMax(facts);
        }

        return ranges.Length == 1 || length <= facts.Length;
    }

    /// <summary>
    /// The whole file under a given status, without conditions: a configured 404.html must not turn into a 304.
    /// </summary>
    public static ResponsePlan PlanWhole(int status, HttpMethod method, FileFacts facts)
    {
        bool sendsBody = method != HttpMethod.Head && facts.Length > 0;
        return new ResponsePlan
        {
            Status = status,
            SendsBody = sendsBody,
            Count = sendsBody ? facts.Length : 0,
            ContentLength = facts.Length,
        };
    }
}
