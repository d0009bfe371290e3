using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChainServe.Configuration;

namespace ChainServe.Hosting;

/// <summary>
/// Compares a password with a hash of one of the forms of <see cref="PasswordHash"/>, in constant time. Hashes are made
/// to cost time, so that this never runs on a ring thread. bcrypt sees the first 72 bytes of a password, as it does
/// everywhere.
/// </summary>
internal static class PasswordVerifier
{
    /// <param name="password">What the client sent.</param>
    /// <param name="hash">A valid one.</param>
    internal static bool Verify(ReadOnlySpan<byte> password, string hash)
    {
        if (!hash.StartsWith("$pbkdf2-", StringComparison.Ordinal))
        {
            // "$2y$" is what PHP and htpasswd call "$2b$".
            return BCrypt.Net.BCrypt.Verify(Encoding.UTF8.GetString(password), hash);
        }

        string[] parts = hash.Split('$');
        HashAlgorithmName algorithm =
            parts[1] == "pbkdf2-sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        byte[] sum = Decode(parts[4]);
        byte[] computed = Rfc2898DeriveBytes.Pbkdf2(
            password, Decode(parts[3]), int.Parse(parts[2], CultureInfo.InvariantCulture), algorithm, sum.Length);
        return CryptographicOperations.FixedTimeEquals(computed, sum);
    }

    /// <summary>About how long a hash takes, in rounds of PBKDF2.</summary>
    /// <param name="hash">A valid one: <c>$2y$cost$…</c> or <c>$pbkdf2-sha256$iterations$…</c>.</param>
    internal static long CostOf(string hash)
    {
        // One round of bcrypt's key schedule is worth some hundred of SHA-2.
        const long RoundsOfSchedule = 128;
        string[] parts = hash.Split('$');
        int cost = int.Parse(parts[2], CultureInfo.InvariantCulture);
        return hash.StartsWith("$pbkdf2-", StringComparison.Ordinal) ? cost : RoundsOfSchedule << cost;
    }

    // Tools write it with and without padding, and with "." for "+".
    private static byte[] Decode(string text)
    {
        string bare = text.Replace('.', '+').TrimEnd('=');
        return Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='));
    }
}
