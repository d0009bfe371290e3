using System;
using System.Collections.Generic;
using System.IO;

namespace ChainServe.BrowserTests;

/// <summary>
/// A WebM file of key frames with cues, so that a browser can seek in it: the frames are VP8, as a lossy WebP picture
/// holds one.
/// </summary>
internal static class WebMovie
{
    /// <param name="picture">A lossy WebP picture.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="count">How often it is shown, a second each.</param>
    internal static byte[] Make(byte[] picture, int width, int height, int count)
    {
        byte[] frame = FrameOf(picture);
        byte[] info = Element(0x1549A966, [
            .. Element(0x2AD7B1, Number(1_000_000)),
            .. Element(0x4489, BigEndian(BitConverter.GetBytes(count * 1000.0))),
            .. Element(0x4D80, "t"u8), .. Element(0x5741, "t"u8)]);
        byte[] tracks = Element(0x1654AE6B, Element(0xAE, [
            .. Element(0xD7, Number(1)), .. Element(0x73C5, Number(1)), .. Element(0x9C, Number(0)),
            .. Element(0x83, Number(1)), .. Element(0x86, "V_VP8"u8),
            .. Element(0xE0, [.. Element(0xB0, Number(width)), .. Element(0xBA, Number(height))])]));
        int cuesLength = CuesOf(count, 0, 0).Length;
        byte[] cluster = ClusterOf(frame, 0);
        byte[] cues = CuesOf(count, info.Length + tracks.Length + cuesLength, cluster.Length);
        using var body = new MemoryStream();
        body.Write(info);
        body.Write(tracks);
        body.Write(cues);
        for (int index = 0; index < count; index++)
        {
            body.Write(ClusterOf(frame, index * 1000L));
        }

        byte[] header = Element(0x1A45DFA3, [
            .. Element(0x4286, Number(1)), .. Element(0x42F7, Number(1)), .. Element(0x42F2, Number(4)),
            .. Element(0x42F3, Number(8)), .. Element(0x4282, "webm"u8), .. Element(0x4287, Number(2)),
            .. Element(0x4285, Number(2))]);
        return [.. header, .. Element(0x18538067, body.ToArray())];
    }

    // RIFF: "VP8 ", the length, the frame.
    private static byte[] FrameOf(byte[] picture)
    {
        int chunk = picture.AsSpan().IndexOf("VP8 "u8);
        int length = BitConverter.ToInt32(picture, chunk + 4);
        return picture[(chunk + 8)..(chunk + 8 + length)];
    }

    private static byte[] ClusterOf(byte[] frame, long milliseconds)
    {
        return Element(
            0x1F43B675,
            [.. Element(0xE7, Number(milliseconds)), .. Element(0xA3, [0x81, 0, 0, 0x80, .. frame])]);
    }

    private static byte[] CuesOf(int count, int start, int clusterLength)
    {
        List<byte> cues = [];
        for (int index = 0; index < count; index++)
        {
            long position = start + ((long)index * clusterLength);
            cues.AddRange(Element(0xBB, [
                .. Element(0xB3, Number(index * 1000L)),
                .. Element(0xB7, [.. Element(0xF7, Number(1)), .. Element(0xF1, Number(position))])]));
        }

        return Element(0x1C53BB6B, [.. cues]);
    }

    // An id as it is written, and a length in eight bytes, so that every element is as long as its like.
    private static byte[] Element(uint id, ReadOnlySpan<byte> content)
    {
        List<byte> bytes = [];
        foreach (byte part in BigEndian(BitConverter.GetBytes(id)))
        {
            if (part != 0 || bytes.Count > 0)
            {
                bytes.Add(part);
            }
        }

        bytes.Add(0x01);
        bytes.AddRange(BigEndian(BitConverter.GetBytes((long)content.Length))[1..]);
        bytes.AddRange(content);
        return [.. bytes];
    }

    private static byte[] Number(long value)
    {
        return BigEndian(BitConverter.GetBytes(value));
    }

    private static byte[] BigEndian(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }
}
