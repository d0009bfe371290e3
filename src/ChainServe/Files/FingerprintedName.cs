using System;

namespace ChainServe.Files;

/// <summary>
/// Names that a bundler stamped with a hash of the content: "app.3f9a1c2b.js", "index-BkX9q_2d.js", "main-7VKQX3TB.js".
/// Their content never changes under their name, so that a cache need never ask again; a wrong guess would keep an old
/// file for a year, so that words, dates and versions must not pass:
/// 1. the stamp stands before the last extension, behind a dot, a hyphen or an underscore;
/// 2. it is hexadecimal of at least eight digits with a letter and a digit among them,
/// 3. or eight characters of base 32 or base64url with a digit and an upper-case letter among them.
/// </summary>
internal static class FingerprintedName
{
    private const int LengthMin = 8;
    private const int HexLengthMax = 64;

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
        if (IsStamped(stem))
        {
            return true;
        }

        int inner = stem.LastIndexOf((byte)'.');
        return inner > 0 && stem.Length - inner <= 5 && IsStamped(stem[..inner]);
    }

    private static bool IsStamped(ReadOnlySpan<byte> stem)
    {
        for (int index = stem.Length - LengthMin - 1; index > 0; index--)
        {
            if (stem[index] is (byte)'.' or (byte)'-' or (byte)'_')
            {
                ReadOnlySpan<byte> stamp = stem[(index + 1)..];
                if (IsHexHash(stamp) || IsShortHash(stamp))
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

        return hasLetter && hasDigit && stamp.Length <= HexLengthMax;
    }

    private static bool IsShortHash(ReadOnlySpan<byte> stamp)
    {
        if (stamp.Length != LengthMin)
        {
            return false;
        }

        bool hasUpper = false;
        bool hasDigit = false;
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
            hasDigit |= isDigit;
        }

        return hasUpper && hasDigit;
    }
}
