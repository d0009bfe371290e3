using System;
using System.IO;
using System.IO.Compression;
using ChainServe.Http;

namespace ChainServe.Hosting;

/// <summary>
/// Compresses a whole file once, off the ring thread. The levels are high, because the result is kept for as long as
/// the file stays the same.
/// </summary>
internal static class ContentCompressor
{
    private const int BrotliQuality = 9;
    private const int BrotliWindowBits = 22;
    private const int ZstdLevel = 15;

    /// <returns>Null when the result is not worth a coding: less than a twentieth, or 64 bytes, smaller.</returns>
    internal static byte[]? Compress(ReadOnlySpan<byte> content, ContentCoding coding)
    {
        byte[] result = coding switch
        {
            ContentCoding.Brotli => Brotli(content),
            ContentCoding.Zstd => Zstd(content),
            ContentCoding.Gzip => Gzip(content),
            _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, "There is nothing to do."),
        };
        return result.Length + Math.Max(64, content.Length / 20) <= content.Length ? result : null;
    }

    private static byte[] Brotli(ReadOnlySpan<byte> content)
    {
        byte[] result = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        bool isDone = BrotliEncoder.TryCompress(content, result, out int length, BrotliQuality, BrotliWindowBits);
        return isDone
            ? result[..length]
            : throw new InvalidOperationException("Brotli needs more room than its bound.");
    }

    private static byte[] Zstd(ReadOnlySpan<byte> content)
    {
        using ZstdSharp.Compressor compressor = new(ZstdLevel);
        return compressor.Wrap(content).ToArray();
    }

    private static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using MemoryStream result = new();
        using (GZipStream stream = new(result, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            stream.Write(content);
        }

        return result.ToArray();
    }
}
