using System;
using System.Globalization;
using System.Text;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>
/// Lines of the access log. However a client fills its request, a line has one newline, at its end, and its quotes
/// enclose what they should:
/// 1. common and combined are those of NCSA, Apache and nginx; quotes, backslashes and all that is not visible ASCII
///    are written \xHH, spaces of the user too. Combined ends with the time that the response took, in seconds.
/// 2. json is one object per line; what is no UTF-8 is written as the characters U+0080 to U+00FF of its bytes.
/// </summary>
internal static class AccessLine
{
    /// <summary>Room for any line.</summary>
    internal const int LengthMax = 48 * 1024;

    private const double MicrosecondsPerSecond = 1_000_000;

    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    /// <returns>The length of the line, or 0 when it does not fit.</returns>
    internal static int Write(Span<byte> destination, in AccessEntry entry, AccessLogFormat format)
    {
        LineWriter writer = new(destination);
        if (format == AccessLogFormat.Json)
        {
            WriteJson(ref writer, entry);
        }
        else
        {
            WriteText(ref writer, entry, format == AccessLogFormat.Combined);
        }

        writer.Append("\n"u8);
        return writer.Length;
    }

    private static void WriteText(ref LineWriter writer, in AccessEntry entry, bool isCombined)
    {
        writer.Append(entry.Client);
        writer.Append(" - "u8);
        AppendEscaped(ref writer, entry.User, firstShown: (byte)'!');
        writer.Append(" ["u8);
        writer.Append(entry.Time, "dd/MMM/yyyy:HH:mm:ss");
        writer.Append(" +0000] \""u8);
        AppendEscaped(ref writer, entry.RequestLine);
        writer.Append("\" "u8);
        writer.Append(entry.Status);
        writer.Append(" "u8);
        writer.Append(entry.BodyBytes);
        if (isCombined)
        {
            writer.Append(" \""u8);
            AppendEscaped(ref writer, entry.Referer);
            writer.Append("\" \""u8);
            AppendEscaped(ref writer, entry.UserAgent);
            writer.Append("\" "u8);
            writer.Append(entry.Microseconds / MicrosecondsPerSecond);
        }
    }

    private static void AppendEscaped(ref LineWriter writer, ReadOnlySpan<byte> text, byte firstShown = (byte)' ')
    {
        if (text.IsEmpty)
        {
            writer.Append("-"u8);
            return;
        }

        foreach (byte value in text)
        {
            if (value >= firstShown && value is <= (byte)'~' and not (byte)'"' and not (byte)'\\')
            {
                writer.Append(value);
            }
            else
            {
                writer.Append("\\x"u8);
                writer.Append(HexDigits[value >> 4]);
                writer.Append(HexDigits[value & 15]);
            }
        }
    }

    private static void WriteJson(ref LineWriter writer, in AccessEntry entry)
    {
        writer.Append("{\"time\":\""u8);
        writer.Append(entry.Time, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        writer.Append("\",\"client\":\""u8);
        writer.Append(entry.Client);
        writer.Append("\",\"user\":\""u8);
        AppendJson(ref writer, entry.User);
        writer.Append("\",\"host\":\""u8);
        AppendJson(ref writer, entry.Host);
        writer.Append("\",\"request\":\""u8);
        AppendJson(ref writer, entry.RequestLine);
        writer.Append("\",\"status\":"u8);
        writer.Append(entry.Status);
        writer.Append(",\"bytes\":"u8);
        writer.Append(entry.BodyBytes);
        writer.Append(",\"referer\":\""u8);
        AppendJson(ref writer, entry.Referer);
        writer.Append("\",\"user_agent\":\""u8);
        AppendJson(ref writer, entry.UserAgent);
        writer.Append("\",\"duration_us\":"u8);
        writer.Append(entry.Microseconds);
        writer.Append("}"u8);
    }

    private static void AppendJson(ref LineWriter writer, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            byte value = text[0];
            if (value is >= (byte)' ' and <= (byte)'~')
            {
                if (value is (byte)'"' or (byte)'\\')
                {
                    writer.Append((byte)'\\');
                }

                writer.Append(value);
                text = text[1..];
                continue;
            }

            bool isRune = Rune.DecodeFromUtf8(text, out Rune rune, out int length)
                == System.Buffers.OperationStatus.Done;
            if (isRune && IsShown(rune))
            {
                writer.Append(text[..length]);
            }
            else
            {
                AppendEscape(ref writer, isRune ? rune.Value : value);
            }

            text = text[(isRune ? length : 1)..];
        }
    }

    // Not what a terminal acts on, or what some program takes for the end of a line.
    private static bool IsShown(Rune rune)
    {
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse);
    }

    private static void AppendEscape(ref LineWriter writer, int value)
    {
        // Beyond the first plane JSON has two escapes: a surrogate pair.
        if (value > 0xFFFF)
        {
            AppendEscape(ref writer, 0xD800 + ((value - 0x10000) >> 10));
            AppendEscape(ref writer, 0xDC00 + ((value - 0x10000) & 0x3FF));
            return;
        }

        writer.Append("\\u"u8);
        for (int shift = 12; shift >= 0; shift -= 4)
        {
            writer.Append(HexDigits[(value >> shift) & 15]);
        }
    }

    private ref struct LineWriter
    {
        private readonly Span<byte> _destination;
        private int _length;
        private bool _overflowed;

        public LineWriter(Span<byte> destination)
        {
            _destination = destination;
        }

        public readonly int Length => _overflowed ? 0 : _length;

        public void Append(scoped ReadOnlySpan<byte> text)
        {
            _overflowed |= !text.TryCopyTo(_destination[_length..]);
            _length += _overflowed ? 0 : text.Length;
        }

        public void Append(byte value)
        {
            Append([value]);
        }

        public void Append(long number)
        {
            _overflowed |= !number.TryFormat(
                _destination[_length..], out int written, default, CultureInfo.InvariantCulture);
            _length += _overflowed ? 0 : written;
        }

        public void Append(double number)
        {
            _overflowed |= !number.TryFormat(
                _destination[_length..], out int written, "0.000000", CultureInfo.InvariantCulture);
            _length += _overflowed ? 0 : written;
        }

        public void Append(DateTime time, string format)
        {
            _overflowed |= !time.TryFormat(
                _destination[_length..], out int written, format, CultureInfo.InvariantCulture);
            _length += _overflowed ? 0 : written;
        }
    }
}
