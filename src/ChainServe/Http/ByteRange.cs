using System;

namespace ChainServe.Http;

/// <summary>
/// One range of bytes (RFC 9110 §14.1.2): "first-last", "first-", "-suffix". A suffix of an empty file is ignored: it
/// is
/// satisfiable by definition, but no Content-Range can say zero bytes.
/// </summary>
internal static class ByteRange
{
    public static RangeStatus TryParse(ReadOnlySpan<byte> range, long length, out ByteSpan span)
    {
        span = default;
        int dash = range.IndexOf((byte)'-');
        if (dash < 0)
        {
            return RangeStatus.Ignored;
        }

        ReadOnlySpan<byte> lastText = range[(dash + 1)..];
        if (dash == 0)
        {
            return ParseSuffix(lastText, length, out span);
        }

        // Numbers beyond 63 bits are valid; they only lie behind every file.
        if (!DecimalDigits.TryParseSaturating(range[..dash], out long first, out _))
        {
            return RangeStatus.Ignored;
        }

        long last = long.MaxValue;
        if (!lastText.IsEmpty && (!DecimalDigits.TryParseSaturating(lastText, out last, out _) || last < first))
        {
            return RangeStatus.Ignored;
        }

        if (first >= length)
        {
            return RangeStatus.Unsatisfiable;
        }

        span = new ByteSpan(first, Math.Min(last, length - 1) - first + 1);
        return RangeStatus.Satisfiable;
    }

    private static RangeStatus ParseSuffix(ReadOnlySpan<byte> text, long length, out ByteSpan span)
    {
        span = default;
        if (!DecimalDigits.TryParseSaturating(text, out long suffix, out _))
        {
            return RangeStatus.Ignored;
        }

        if (suffix == 0)
        {
            return RangeStatus.Unsatisfiable;
        }

        if (length == 0)
        {
            return RangeStatus.Ignored;
        }

        long count = Math.Min(suffix, length);
        span = new ByteSpan(length - count, count);
        return RangeStatus.Satisfiable;
    }
}
