using System;
using ChainServe.Http;

namespace ChainServe.Files;

/// <summary>The names that content codings go by: in field lines, in entity tags, and behind file names.</summary>
internal static class Codings
{
    /// <summary>Codings beside the file as it is.</summary>
    public const int Count = 3;

    /// <summary>The densest first.</summary>
    public static ReadOnlySpan<ContentCoding> ByDensity =>
        [ContentCoding.Brotli, ContentCoding.Zstd, ContentCoding.Gzip];

    /// <summary>What a precompressed sibling's name ends with.</summary>
    public static ReadOnlySpan<byte> ExtensionOf(ContentCoding coding)
    {
        return coding switch
        {
            ContentCoding.Gzip => ".gz"u8,
            ContentCoding.Zstd => ".zst"u8,
            ContentCoding.Brotli => ".br"u8,
            _ => default,
        };
    }

    /// <summary>The path of the file that a precompressed sibling was made of; any other path is returned as it is.
    /// </summary>
    public static ReadOnlySpan<byte> OriginalOf(ReadOnlySpan<byte> path)
    {
        foreach (ContentCoding coding in ByDensity)
        {
            ReadOnlySpan<byte> extension = ExtensionOf(coding);
            if (path.EndsWith(extension))
            {
                return path[..^extension.Length];
            }
        }

        return path;
    }

    /// <summary>The token of RFC 9110 §8.4.1; empty for none.</summary>
    public static ReadOnlySpan<byte> TokenOf(ContentCoding coding)
    {
        return coding switch
        {
            ContentCoding.Gzip => "gzip"u8,
            ContentCoding.Zstd => "zstd"u8,
            ContentCoding.Brotli => "br"u8,
            _ => default,
        };
    }

    /// <summary>The whole field line; empty for none.</summary>
    public static ReadOnlySpan<byte> FieldLineOf(ContentCoding coding)
    {
        return coding switch
        {
            ContentCoding.Gzip => "Content-Encoding: gzip\r\n"u8,
            ContentCoding.Zstd => "Content-Encoding: zstd\r\n"u8,
            ContentCoding.Brotli => "Content-Encoding: br\r\n"u8,
            _ => default,
        };
    }
}
