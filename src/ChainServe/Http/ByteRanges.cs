using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The Range field (RFC 9110 §14.2): "bytes=0-1, 5-9, -3". A server may ignore any Range, which is the answer to
/// another
/// unit and to everything that is not exactly a list of ranges.
/// 1. What cannot be satisfied is left out of a list; a list of nothing else is unsatisfiable.
/// 2. Ranges that overlap, touch, or lie closer than the head of a part is long are joined (§15.3.7.2), at the place of
///    the first of them; the rest keep the order of the request.
/// 3. A list of which more than fit stand apart at any time is ignored: no request makes the server send more than the
///    file and a few heads.
/// 4. So are several ranges of a file so long that its bytes and the heads of parts are more than 63 bits can count.
/// </summary>
internal static class ByteRanges
{
    /// <summary>About the length of a part's head.</summary>
    private const int GapMax = 80;

    /// <summary>Above what all heads of parts can take together.</summary>
    private const long HeadsLengthMax = 1 << 20;

    /// <param name="header">The value of the field.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="destination">Room for as many ranges as are served.</param>
    /// <param name="count">How many there are; at least 1 when satisfiable.</param>
    public static RangeStatus TryParse(
        ReadOnlySpan<byte> header,
        long length,
        Span<ByteSpan> destination,
        out int count)
    {
        count = 0;
        ReadOnlySpan<byte> unit = "bytes="u8;
        if (header.Length <= unit.Length || !Ascii.EqualsIgnoreCase(header[..unit.Length], unit))
        {
            return RangeStatus.Ignored;
        }

        bool isTooMany = false;
        bool isUnsatisfiable = false;
        ReadOnlySpan<byte> list = header[unit.Length..];
        while (Grammar.TryNextElement(ref list, out ReadOnlySpan<byte> element))
        {
            switch (ByteRange.TryParse(element, length, out ByteSpan span))
            {
                case RangeStatus.Satisfiable:
                    isTooMany |= !Add(span, destination, ref count);
                    break;
                case RangeStatus.Unsatisfiable:
                    isUnsatisfiable = true;
                    break;
                default:
                    count = 0;
                    return RangeStatus.Ignored;
            }
        }

        if (isTooMany || (count > 1 && length > long.MaxValue - HeadsLengthMax))
        {
            count = 0;
            return RangeStatus.Ignored;
        }

        if (count > 0)
        {
            return RangeStatus.Satisfiable;
        }

        return isUnsatisfiable ? RangeStatus.Unsatisfiable : RangeStatus.Ignored;
    }

    // Joins the new range with every one that it reaches. Grown, it may reach others that it did not reach before.
    private static bool Add(ByteSpan span, Span<ByteSpan> destination, ref int count)
    {
        int place = count;
        for (int index = FindReached(span, destination[..count]);
            index >= 0;
            index = FindReached(span, destination[..count]))
        {
            ByteSpan other = destination[index];
            long start = Math.Min(span.Offset, other.Offset);
            span = new ByteSpan(start, Math.Max(span.End, other.End) - start);
            destination[(index + 1)..count].CopyTo(destination[index..]);
            count--;
            place = Math.Min(place, index);
        }

        if (count == destination.Length)
        {
            return false;
        }

        destination[place..count].CopyTo(destination[(place + 1)..]);
        destination[place] = span;
        count++;
        return true;
    }

    private static int FindReached(ByteSpan span, ReadOnlySpan<ByteSpan> spans)
    {
        for (int index = 0; index < spans.Length; index++)
        {
            // The gap is taken off, not added: a file may end at the last offset that there is.
            if (span.Offset - GapMax <= spans[index].End && spans[index].Offset - GapMax <= span.End)
            {
                return index;
            }
        }

        return -1;
    }
}
