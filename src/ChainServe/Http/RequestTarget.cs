using System;

namespace ChainServe.Http;

/// <summary>
/// From the target of a request to the path of a file, with exactly one reading:
/// 1. split off the query at the first "?"; refuse a fragment and everything that is not visible ASCII;
/// 2. decode every triplet once; an encoded "/" or NUL has no honest reading as part of a name and is refused;
/// 3. merge "//", then remove dot segments (RFC 3986 §5.2.4), decoded ones too; climbing above the root is refused;
/// 4. the result is relative to the root: no leading slash, the root itself is empty, a trailing slash is kept.
/// Empty segments go before dot segments see them, so that "/a//../b" is "b", as it is for a file system.
/// </summary>
internal static class RequestTarget
{
    /// <summary>NAME_MAX of Linux.</summary>
    public const int SegmentLengthMax = 255;

    /// <summary>PATH_MAX of Linux without its NUL.</summary>
    public const int PathLengthMax = 4095;

    /// <param name="target">
    /// <see cref="Request.Target"/>; empty or beginning with "?" only behind the authority of an absolute-form
    /// (RFC 9112 §3.2.2), where the path is the root.
    /// </param>
    /// <param name="path">At least as long as the target.</param>
    /// <param name="pathLength">How much of <paramref name="path"/> is written: of a name that no file can have
    /// too.</param>
    /// <param name="query">The query without its "?", relative to the target.</param>
    public static TargetStatus Decode(
        ReadOnlySpan<byte> target,
        Span<byte> path,
        out int pathLength,
        out HeadSlice query)
    {
        pathLength = 0;
        query = default;
        if (target.ContainsAnyExcept(Grammar.TargetBytes))
        {
            return TargetStatus.Invalid;
        }

        if (target.Length == 1 && target[0] == '*')
        {
            return TargetStatus.Asterisk;
        }

        int rawLength = target.IndexOf((byte)'?');
        if (rawLength < 0)
        {
            rawLength = target.Length;
        }
        else
        {
            query = new HeadSlice(rawLength + 1, target.Length - rawLength - 1);
        }

        ReadOnlySpan<byte> raw = target[..rawLength];
        if (raw.IsEmpty)
        {
            return TargetStatus.Path;
        }

        if (raw[0] != '/')
        {
            return TargetStatus.Invalid;
        }

        if (path.Length < raw.Length - 1)
        {
            return TargetStatus.TooLong;
        }

        return IsPlain(raw)
            ? CopyPlain(raw[1..], path, out pathLength)
            : DecodeSegments(raw[1..], path, out pathLength);
    }

    /// <summary>
    /// Whether a segment begins with a dot. The first segment ".well-known" does not count (RFC 8615).
    /// </summary>
    public static bool IsHidden(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
        {
            return false;
        }

        if (path[0] == '.')
        {
            ReadOnlySpan<byte> wellKnown = ".well-known"u8;
            if (!path.StartsWith(wellKnown) || (path.Length > wellKnown.Length && path[wellKnown.Length] != '/'))
            {
                return true;
            }
        }

        return path.IndexOf("/."u8) >= 0;
    }

    private static bool IsPlain(ReadOnlySpan<byte> raw)
    {
        return !raw.Contains((byte)'%') && raw.IndexOf("/."u8) < 0 && raw.IndexOf("//"u8) < 0;
    }

    private static TargetStatus CopyPlain(ReadOnlySpan<byte> raw, Span<byte> path, out int pathLength)
    {
        pathLength = 0;
        if (raw.Length > PathLengthMax)
        {
            return TargetStatus.TooLong;
        }

        raw.CopyTo(path);
        pathLength = raw.Length;
        return HasLongSegment(raw) ? TargetStatus.NoSuchName : TargetStatus.Path;
    }

    private static bool HasLongSegment(ReadOnlySpan<byte> raw)
    {
        while (raw.Length > SegmentLengthMax)
        {
            int slash = raw[..(SegmentLengthMax + 1)].LastIndexOf((byte)'/');
            if (slash < 0)
            {
                return true;
            }

            raw = raw[(slash + 1)..];
        }

        return false;
    }

    // The output is empty or ends with a slash whenever a segment begins. It never outgrows the input. A target that is
    // both invalid and too long is invalid.
    private static TargetStatus DecodeSegments(ReadOnlySpan<byte> raw, Span<byte> path, out int pathLength)
    {
        pathLength = 0;
        int length = 0;
        int segment = 0;
        bool isTooLong = false;
        for (int at = 0; at <= raw.Length; at++)
        {
            bool isLast = at == raw.Length;
            if (!isLast && raw[at] != '/')
            {
                int value = raw[at];
                if (value == '%')
                {
                    value = DecodeTriplet(raw[at..]);
                    at += 2;
                }

                if (value is <= 0 or '/')
                {
                    return TargetStatus.Invalid;
                }

                path[length++] = (byte)value;
                continue;
            }

            ReadOnlySpan<byte> name = path[segment..length];
            if (name.SequenceEqual(".."u8))
            {
                if (segment == 0)
                {
                    return TargetStatus.Invalid;
                }

                length = path[..(segment - 1)].LastIndexOf((byte)'/') + 1;
            }
            else if (name.IsEmpty || name.SequenceEqual("."u8))
            {
                length = segment;
            }
            else
            {
                isTooLong |= name.Length > SegmentLengthMax;
                if (!isLast)
                {
                    path[length++] = (byte)'/';
                }
            }

            segment = length;
        }

        if (length > PathLengthMax)
        {
            return TargetStatus.TooLong;
        }

        pathLength = length;
        return isTooLong ? TargetStatus.NoSuchName : TargetStatus.Path;
    }

    // −1 for a bad triplet.
    private static int DecodeTriplet(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3)
        {
            return -1;
        }

        int high = Grammar.HexDigit(text[1]);
        int low = Grammar.HexDigit(text[2]);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }
}
