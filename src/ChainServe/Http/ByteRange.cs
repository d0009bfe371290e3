using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// One range of bytes (RFC 9110 §14.1.2): "bytes=first-last", "bytes=first-", "bytes=-suffix". A server may ignore any
/// Range (§14.2), which is the answer to lists, to white space and to everything else that is not exactly one range.
/// A suffix of an empty file is ignored too: it is satisfiable by definition, but no Content-Range can say zero bytes.
/// </summary>
internal static class ByteRange
{
    public static RangeStatus TryParse(ReadOnlySpan<byte> header, long length, out long offset, out long count)
    {
        offset = 0;
        count = 0;
        ReadOnlySpan<byte> unit = "bytes="u8;
        if (header.Length <= unit.Length || !Ascii.EqualsIgnoreCase(header[..unit.Length], unit))
        {
            return RangeStatus.Ignored;
        }

        ReadOnlySpan<byte> range = header[unit.Length..];
        int dash = range.IndexOf((byte)'-');
        if (dash < 0)
        {
            return RangeStatus.Ignored;
        }

        ReadOnlySpan<byte> lastText = range[(dash + 1)..];
        if (dash == 0)
        {
            return ParseSuffix(lastText, length, out offset, out count);
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

        offset = first;
        count = Math.Min(last, length - 1) - first + 1;
        return RangeStatus.Satisfiable;
    }

    private static RangeStatus ParseSuffix(ReadOnlySpan<byte> text, long length, out long offset, out long count)
    {
        offset = 0;
        count = 0;
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

        count = Math.Min(suffix, length);
        offset = length - count;
        return RangeStatus.Satisfiable;
    }
}
