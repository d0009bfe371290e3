using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace ChainServe.Tests.Simulation;

/// <summary>Reads a body of several ranges, and holds it against the file and the request.</summary>
internal static partial class PartsReader
{
    /// <summary>Bytes between two ranges that a server may send along.</summary>
    private const int GapMax = 80;

    /// <returns>Whether it has exactly the bytes that were asked for, each in its part, and no more than the gaps
    /// between them.</returns>
    internal static bool IsRight(SimulatedRequest request, byte[] file, Response response)
    {
        Match type = TypeField().Match(response.Fields.GetValueOrDefault("Content-Type", ""));
        string body = response.Text;
        string end = $"\r\n--{type.Groups[1].Value}--\r\n";
        if (!type.Success || !body.EndsWith(end, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = ("\r\n" + body[..^end.Length]).Split($"\r\n--{type.Groups[1].Value}\r\n");
        List<(int Start, int End)> sent = [];
        foreach (string part in parts.AsSpan(1))
        {
            if (!TryRead(part, file, out (int Start, int End) span))
            {
                return false;
            }

            sent.Add(span);
        }

        bool hasAll = Asked(request, file).All(
            want => sent.Exists(span => span.Start <= want.Start && want.End <= span.End));
        int total = sent.Sum(static span => span.End - span.Start);
        return parts[0].Length == 0 && sent.Count > 1 && hasAll && total <= Most(request, file);
    }

    /// <summary>The most bytes of a file that a request for some ranges may get.</summary>
    internal static int Most(SimulatedRequest request, byte[] file)
    {
        return Asked(request, file).Sum(static span => span.End - span.Start + GapMax);
    }

    private static IEnumerable<(int Start, int End)> Asked(SimulatedRequest request, byte[] file)
    {
        return request.Ranges.Select(range => range.Of(file.Length)).Where(static span => span.Start < span.End);
    }

    private static bool TryRead(string part, byte[] file, out (int Start, int End) span)
    {
        Match head = PartHead().Match(part);
        span = head.Success ? (Number(head, 1), Number(head, 2) + 1) : default;
        return head.Success
            && Number(head, 3) == file.Length
            && span.End <= file.Length
            && file.AsSpan()[span.Start..span.End].SequenceEqual(Encoding.Latin1.GetBytes(part[head.Length..]));
    }

    private static int Number(Match head, int group)
    {
        return int.Parse(head.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^multipart/byteranges; boundary=([0-9a-f]{32})$")]
    private static partial Regex TypeField();

    [GeneratedRegex(@"\AContent-Type: [^\r]+\r\nContent-Range: bytes (\d+)-(\d+)/(\d+)\r\n\r\n")]
    private static partial Regex PartHead();
}
