using System;
using System.Globalization;
using System.Text;
using ChainServe.Files;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>Where bytes of a file go in a buffer.</summary>
/// <param name="FileOffset">Of the first byte.</param>
/// <param name="BufferOffset">Where it goes.</param>
/// <param name="Length">How many.</param>
internal readonly record struct FileSlice(long FileOffset, int BufferOffset, int Length);

/// <summary>
/// The body of a 206 with several ranges (RFC 9110 §14.6): for each a head and its bytes, and a boundary at the end. It
/// is laid out piece by piece into a buffer: the texts are written, and gaps are left for the bytes of the file.
/// </summary>
internal sealed class MultipartByteRanges
{
    private readonly ByteSpan[] _ranges;
    private readonly byte[][] _heads;
    private readonly byte[] _end;
    private int _part;
    private int _headWritten;
    private long _sent;
    private int _endWritten;

    /// <param name="ranges">At least two.</param>
    /// <param name="facts">Of the file.</param>
    /// <param name="seed">Makes the boundary, which must not be guessed by who writes the file.</param>
    public MultipartByteRanges(ReadOnlySpan<ByteSpan> ranges, FileFacts facts, UInt128 seed)
    {
        string boundary = seed.ToString("x32", CultureInfo.InvariantCulture);
        ContentType = Encoding.ASCII.GetBytes($"multipart/byteranges; boundary={boundary}");
        _ranges = ranges.ToArray();
        _heads = new byte[ranges.Length][];
        _end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        ContentLength = _end.Length;
        for (int index = 0; index < ranges.Length; index++)
        {
            _heads[index] = HeadOf(ranges[index], facts, boundary, isFirst: index == 0);
            ContentLength += _heads[index].Length + ranges[index].Count;
        }
    }

    /// <summary>A bound for the head of a part; the end of the body is shorter than the bound leaves of two.</summary>
    public static int HeadLengthMax(FileFacts facts)
    {
        // Boundary and names take 86 bytes, and three numbers 19 each.
        const int FixedLength = 160;
        return FixedLength + facts.ContentType.Length;
    }

    public byte[] ContentType { get; }

    public long ContentLength { get; }

    /// <summary>Whether all of it was laid out.</summary>
    public bool IsAtEnd => _endWritten == _end.Length;

    /// <summary>Lays out the next piece.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="slices">Room for the gaps; at least 1.</param>
    /// <param name="sliceCount">How many gaps there are.</param>
    /// <returns>Bytes laid out; 0 only at the end.</returns>
    public int Fill(Span<byte> destination, Span<FileSlice> slices, out int sliceCount)
    {
        int length = 0;
        sliceCount = 0;
        while (_part < _ranges.Length)
        {
            length += Write(_heads[_part], ref _headWritten, destination[length..]);
            if (_headWritten < _heads[_part].Length || length == destination.Length || sliceCount == slices.Length)
            {
                return length;
            }

            ByteSpan range = _ranges[_part];
            int count = (int)Math.Min(destination.Length - length, range.Count - _sent);
            slices[sliceCount++] = new FileSlice(range.Offset + _sent, length, count);
            length += count;
            _sent += count;
            if (_sent < range.Count)
            {
                return length;
            }

            _part++;
            _headWritten = 0;
            _sent = 0;
        }

        return length + Write(_end, ref _endWritten, destination[length..]);
    }

    /// <summary>All of it, from the bytes of the whole file. Instead of <see cref="Fill"/>.</summary>
    public byte[] Join(ReadOnlySpan<byte> content)
    {
        byte[] body = new byte[ContentLength];
        Span<FileSlice> slice = stackalloc FileSlice[1];
        for (int length = 0; length < body.Length;)
        {
            Span<byte> rest = body.AsSpan(length);
            length += Fill(rest, slice, out int sliceCount);
            if (sliceCount > 0)
            {
                FileSlice gap = slice[0];
                content.Slice((int)gap.FileOffset, gap.Length).CopyTo(rest[gap.BufferOffset..]);
            }
        }

        return body;
    }

    private static int Write(ReadOnlySpan<byte> text, ref int written, Span<byte> destination)
    {
        int count = Math.Min(text.Length - written, destination.Length);
        text.Slice(written, count).CopyTo(destination);
        written += count;
        return count;
    }

    private static byte[] HeadOf(ByteSpan range, FileFacts facts, string boundary, bool isFirst)
    {
        string lineBreak = isFirst ? "" : "\r\n";
        string type = Encoding.ASCII.GetString(facts.ContentType);
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{lineBreak}--{boundary}\r\nContent-Type: {type}\r\n"
            + $"Content-Range: bytes {range.Offset}-{range.End - 1}/{facts.Length}\r\n\r\n"));
    }
}
