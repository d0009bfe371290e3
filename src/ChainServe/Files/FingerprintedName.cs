using System;

namespace ChainServe.Files;

/// <summary>
/// Names that a bundler stamped with a hash of the content: "app.3f9a1c2b.js", "index-BkX9q_2d.js", "main-7VKQX3TB.js".
/// Their content never changes under their name, so that a cache need never ask again; a wrong guess would keep an old
/// file for a year, so that words, dates and versions must not pass:
/// 1. the stamp stands before the last extension, behind a dot, a hyphen or an underscore;
/// 2. it is hexadecimal of at least eight digits with a letter and a digit among them, and does not begin as a year
///    does,
/// 3. or, for what bundlers write, eight characters of base 32 or base64url with an upper-case letter, in which letters
///    and digits take turns: a word with a number behind it is none.
/// </summary>
internal static class FingerprintedName
{
    private const int LengthMin = 8;
    private const int HexLengthMax = 64;

    // No photographs: cameras and their owners number them in any way.
    private static readonly byte[][] BundledExtensions =
    [
        "js"u8.ToArray(), "mjs"u8.ToArray(), "cjs"u8.ToArray(), "css"u8.ToArray(), "map"u8.ToArray(),
        "wasm"u8.ToArray(), "woff"u8.ToArray(), "woff2"u8.ToArray(), "ttf"u8.ToArray(), "otf"u8.ToArray(),
        "svg"u8.ToArray(), "png"u8.ToArray(), "gif"u8.ToArray(), "webp"u8.ToArray(), "avif"u8.ToArray(),
    ];

    /// <param name="path">A path, or a name alone.</param>
    public static bool Matches(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        int dot = name.LastIndexOf((byte)'.');
        if (dot <= 0)
        {
            return false;
        }

        // "app.3f9a1c2b.js.map", "app.3f9a1c2b.min.js": what stands between the stamp and the end is short.
        ReadOnlySpan<byte> stem = name[..dot];
        bool isBundled = IsBundled(name[(dot + 1)..]);
        if (IsStamped(stem, isBundled))
        {
            return true;
        }

        int inner = stem.LastIndexOf((byte)'.');
        return inner > 0 && stem.Length - inner <= 5 && IsStamped(stem[..inner], isBundled);
    }

    private static bool IsBundled(ReadOnlySpan<byte> extension)
    {
        foreach (byte[] each in BundledExtensions)
        {
            if (extension.SequenceEqual(each))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStamped(ReadOnlySpan<byte> stem, bool isBundled)
    {
        for (int index = stem.Length - LengthMin - 1; index > 0; index--)
        {
            if (stem[index] is (byte)'.' or (byte)'-' or (byte)'_')
            {
                ReadOnlySpan<byte> stamp = stem[(index + 1)..];
                if (IsHexHash(stamp) || (isBundled && IsShortHash(stamp)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsHexHash(ReadOnlySpan<byte> stamp)
    {
        bool hasLetter = false;
        bool hasDigit = false;
        foreach (byte value in stamp)
        {
            bool isDigit = value is >= (byte)'0' and <= (byte)'9';
            if (!isDigit && value is not (>= (byte)'a' and <= (byte)'f'))
            {
                return false;
            }

            hasDigit |= isDigit;
            hasLetter |= !isDigit;
        }

        return hasLetter && hasDigit && stamp.Length <= HexLengthMax && !BeginsWithYear(stamp);
    }

    // "20240315b", "2024feb1".
    private static bool BeginsWithYear(ReadOnlySpan<byte> stamp)
    {
        return (stamp.StartsWith("19"u8) || stamp.StartsWith("20"u8))
            && stamp[2..4].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static bool IsShortHash(ReadOnlySpan<byte> stamp)
    {
        if (stamp.Length != LengthMin)
        {
            return false;
        }

        const int TurnsMin = 2;
        bool hasUpper = false;
        bool wasDigit = stamp[0] is >= (byte)'0' and <= (byte)'9';
        int turns = 0;
        foreach (byte value in stamp)
        {
            bool isDigit = value is >= (byte)'0' and <= (byte)'9';
            bool isUpper = value is >= (byte)'A' and <= (byte)'Z';
            bool isLower = value is >= (byte)'a' and <= (byte)'z';
            if (!isDigit && !isUpper && !isLower && value is not ((byte)'-' or (byte)'_'))
            {
                return false;
            }

            hasUpper |= isUpper;
            if (isDigit != wasDigit)
            {
                turns++;
                wasDigit = isDigit;
            }
        }

        return hasUpper && turns >= TurnsMin;
    }
}
