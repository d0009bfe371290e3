using System;
using System.Buffers;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>
/// The forms of <see cref="AuthUser.Hash"/>: what htpasswd -B writes, <c>$2y$05$</c> and 53 letters, and what passlib
/// writes, <c>$pbkdf2-sha256$29000$salt$hash</c>, in base64 with or without padding and with "." for "+" if so wanted.
/// </summary>
internal static class PasswordHash
{
    private const int IterationsMin = 1_000;
    private const int IterationsMax = 10_000_000;
    private const int HashBytesMin = 16;
    private const int HashBytesMax = 64;
    private const int BcryptLength = 60;

    private static readonly string[] BcryptSchemes = ["$2a$", "$2b$", "$2y$"];
    private static readonly string[] Pbkdf2Schemes = ["$pbkdf2-sha256$", "$pbkdf2-sha512$"];

    private static readonly SearchValues<char> BcryptLetters =
        SearchValues.Create("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    internal static bool IsValid(string hash)
    {
        return HasScheme(hash, BcryptSchemes) ? IsBcrypt(hash) : HasScheme(hash, Pbkdf2Schemes) && IsPbkdf2(hash);
    }

    /// <summary>What may be shown of a hash: its scheme, if it is a known one.</summary>
    internal static string SchemeOf(string hash)
    {
        string[] schemes = [.. BcryptSchemes, .. Pbkdf2Schemes];
        string scheme = Array.Find(schemes, known => hash.StartsWith(known, StringComparison.Ordinal)) ?? "";
        return hash.Length == 0 ? "" : scheme + "…";
    }

    private static bool HasScheme(string hash, string[] schemes)
    {
        return Array.Exists(schemes, scheme => hash.StartsWith(scheme, StringComparison.Ordinal));
    }

    private static bool IsBcrypt(string hash)
    {
        return hash.Length == BcryptLength
            && TryReadNumber(hash.AsSpan(4, 2), out int cost)
            && cost is >= 4 and <= 16
            && hash[6] == '$'
            && hash.AsSpan(7).IndexOfAnyExcept(BcryptLetters) < 0;
    }

    private static bool IsPbkdf2(string hash)
    {
        string[] parts = hash.Split('$');
        return parts.Length == 5
            && TryReadNumber(parts[2], out int iterations)
            && iterations is >= IterationsMin and <= IterationsMax
            && DecodedLength(parts[3]) > 0
            && DecodedLength(parts[4]) is >= HashBytesMin and <= HashBytesMax;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return Letters.AreDigits(text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The number of bytes that a base64 text stands for, or −1.</summary>
    private static int DecodedLength(string text)
    {
        string padded = text.Replace('.', '+');
        padded = padded.EndsWith('=') ? padded : padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length];

        // The decoder skips white space.
        bool isBase64 = Convert.TryFromBase64String(padded, bytes, out int length) && Letters.IsVisibleAscii(text);
        return isBase64 ? length : -1;
    }
}
