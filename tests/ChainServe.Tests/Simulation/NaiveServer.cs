using System;
using System.Collections.Generic;
using System.Linq;

namespace ChainServe.Tests.Simulation;

/// <summary>An answer for one version of a file: the bytes from start to end.</summary>
internal sealed record NaiveAnswer(int Status, int Start, int End, string ContentRange = "");

/// <summary>
/// A file server in memory, as short as RFC 9110 allows: what it says of one version of one file, whatever the time.
/// The tag is the one that the response under judgement gave this version: how it is made is nobody's business.
/// </summary>
internal static class NaiveServer
{
    internal static NaiveAnswer Answer(SimulatedRequest request, FileVersion file, string tag, bool takesRange)
    {
        if (request.IfMatch.Count > 0)
        {
            if (!request.IfMatch.Contains("*") && (tag.StartsWith('W') || !request.IfMatch.Contains(tag)))
            {
                return new NaiveAnswer(412, 0, 0);
            }
        }
        else if (request.IfUnmodifiedSince < file.ModifiedSeconds)
        {
            return new NaiveAnswer(412, 0, 0);
        }

        bool isKnown = request.IfNoneMatch.Count > 0
            ? request.IfNoneMatch.Any(known => known == "*" || known.TrimStart('W', '/') == tag.TrimStart('W', '/'))
            : request.IfModifiedSince >= file.ModifiedSeconds;
        if (isKnown)
        {
            return new NaiveAnswer(304, 0, 0);
        }

        if (request.IsHead || request.Ranges.Count == 0 || !takesRange)
        {
            return new NaiveAnswer(200, 0, file.Length);
        }

        // An empty file has no byte that a suffix could name, and no Content-Range could say so.
        bool isSuffixOfNothing = file.Length == 0 && request.Ranges.Any(static range => range.From is null);
        (int Start, int End)[] spans =
            [.. request.Ranges.Select(range => range.Of(file.Length)).Where(static span => span.Start < span.End)];
        return spans switch
        {
            [] => isSuffixOfNothing
                ? new NaiveAnswer(200, 0, 0)
                : new NaiveAnswer(416, 0, 0, $"bytes */{file.Length}"),
            _ => Part(spans.Min(static span => span.Start), spans.Max(static span => span.End), file.Length),
        };
    }

    // Of several ranges, what is right when they touch; ranges that stand apart are parts.
    private static NaiveAnswer Part(int start, int end, int length)
    {
        return new NaiveAnswer(206, start, end, $"bytes {start}-{end - 1}/{length}");
    }

    /// <summary>Which sibling answers, or "" for the file itself; null for none that the client takes.</summary>
    internal static string? Choose(
        SimulatedCodings codings, FileVersion file, IReadOnlyDictionary<string, FileVersion?> siblings)
    {
        string best = "";
        (int Weight, int Length) bestOf = (codings.Identity, -file.Length);
        foreach ((string coding, string _) in SimulatedTree.Siblings)
        {
            FileVersion? sibling = siblings[coding];
            (int, int) value = (codings.WeightOf(coding), -(sibling?.Content?.Length ?? 0));
            bool isUsable = sibling?.Content is not null && !sibling.IsOlderThan(file) && value.Item1 > 0;
            if (isUsable && value.CompareTo(bestOf) > 0)
            {
                best = coding;
                bestOf = value;
            }
        }

        return best.Length == 0 && codings.RefusesIdentity ? null : best;
    }
}
