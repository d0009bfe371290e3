using System;
using System.IO;
using ChainServe.Files;
using ChainServe.Http;
using Microsoft.Win32.SafeHandles;

namespace ChainServe.Hosting;

/// <summary>
/// Reads a whole file from the descriptor of its resolve, for what takes longer than a ring thread may: the digest of a
/// large file, or its compression. Whether the file was still the same behind the read is for the flow to ask.
/// </summary>
internal sealed class ContentJob : Job
{
    private const int PieceLength = 1024 * 1024;

    private readonly int _descriptor;
    private readonly long _length;

    /// <param name="descriptor">Of the file; open until the job has ended.</param>
    /// <param name="length">Of the version that is wanted.</param>
    /// <param name="coding">What to compress with; <see cref="ContentCoding.Identity"/> for the digest alone.</param>
    internal ContentJob(int descriptor, long length, ContentCoding coding)
    {
        _descriptor = descriptor;
        _length = length;
        Coding = coding;
    }

    internal ContentCoding Coding { get; }

    /// <summary>Of the bytes that the response would send: the compressed ones, where there are.</summary>
    internal ContentDigest Digest { get; private set; }

    /// <summary>The file compressed; null when that is not worth it, or was not asked for.</summary>
    internal byte[]? Compressed { get; private set; }

    /// <summary>The file had as many bytes as it should.</summary>
    internal bool IsWhole { get; private set; }

    protected override void Work()
    {
        using SafeFileHandle file = new SafeFileHandle(_descriptor, ownsHandle: false);
        if (Coding == ContentCoding.Identity)
        {
            ReadDigest(file);
            return;
        }

        byte[] content = new byte[_length];
        Compress(content.AsSpan(0, Fill(file, content, 0)));
    }

    /// <summary>The part of the work behind the read.</summary>
    internal void Compress(ReadOnlySpan<byte> content)
    {
        IsWhole = content.Length == _length;
        if (IsWhole)
        {
            Compressed = ContentCompressor.Compress(content, Coding);
            Digest = ContentDigest.Of(Compressed ?? []);
        }
    }

    private void ReadDigest(SafeFileHandle file)
    {
        ContentDigest digest = ContentDigest.Start;
        byte[] piece = new byte[Math.Min(_length, PieceLength)];
        long offset = 0;
        while (offset < _length)
        {
            int length = Fill(file, piece.AsSpan(0, (int)Math.Min(piece.Length, _length - offset)), offset);
            if (length == 0)
            {
                return;
            }

            digest = digest.Append(piece.AsSpan(0, length));
            offset += length;
        }

        IsWhole = true;
        Digest = digest;
    }

    private static int Fill(SafeFileHandle file, Span<byte> destination, long offset)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            int length = RandomAccess.Read(file, destination[filled..], offset + filled);
            if (length == 0)
            {
                break;
            }

            filled += length;
        }

        return filled;
    }
}
