using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.Configuration;
using ChainServe.FuzzTests.Engine;
using ChainServe.Hosting;

namespace ChainServe.FuzzTests.Targets;

/// <summary>Hashes of passwords: valid when a regular expression and the base64 of .NET say so; what is valid can be
/// verified, and is not shown.</summary>
internal sealed partial class HashFuzzTarget : FuzzTarget
{
    public HashFuzzTarget()
        : base("hash")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "$2a$", "$2b$", "$2y$", "$2x$", "04$", "05$", "16$", "17$", "03$", "$pbkdf2-sha256$", "$pbkdf2-sha512$",
        "1000$", "999$", "10000000$", "10000001$", "+1000$", "$", "=", "==", ".", "/", "+", "abcdefghijklmnopqrstuv",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "AAAAAAAAAAAAAAAAAAAAAA", "c2FsdA", " ", "\u00e9", "-", "_", "A", "AA==",
        "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
    ];

    public override string Separators => "$";

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        Match bcrypt = Bcrypt().Match(text);
        Match pbkdf2 = Pbkdf2().Match(text);
        int rounds = Number(bcrypt.Success ? bcrypt.Groups[1].Value : pbkdf2.Groups[1].Value);
        bool expected = (bcrypt.Success && rounds is >= 4 and <= 16)
            || (pbkdf2.Success && rounds is >= 1_000 and <= 10_000_000
                && LengthOf(pbkdf2.Groups[2].Value) > 0 && LengthOf(pbkdf2.Groups[3].Value) is >= 16 and <= 64);
        Require.Equal(expected, PasswordHash.IsValid(text), "the hash of a password");
        string shown = PasswordHash.SchemeOf(text);
        Require.True(shown.Length <= "$pbkdf2-sha256$…".Length, "no more than the scheme is shown");
        if (!expected)
        {
            return false;
        }

        Require.True(PasswordVerifier.CostOf(text) > 0, "a hash costs something");
        if (PasswordVerifier.CostOf(text) <= 2048)
        {
            Require.True(!PasswordVerifier.Verify("no password of any hash"u8, text), "a wrong password");
        }

        return true;
    }

    private static int Number(string digits)
    {
        return int.TryParse(digits, out int number) ? number : 0;
    }

    // "." stands for "+"; padding may be left out.
    private static int LengthOf(string base64)
    {
        int letters = base64.TrimEnd('=').Length;
        bool isPadded = base64.Length > letters;
        bool isWhole = letters % 4 != 1 && (!isPadded || base64.Length % 4 == 0) && base64.Length - letters <= 2;
        return isWhole ? letters * 3 / 4 : -1;
    }

    [GeneratedRegex(@"\A\$2[aby]\$([0-9]{2})\$[./0-9A-Za-z]{53}\z")]
    private static partial Regex Bcrypt();

    [GeneratedRegex(@"\A\$pbkdf2-sha(?:256|512)\$([0-9]+)\$([A-Za-z0-9+./]*={0,2})\$([A-Za-z0-9+./]*={0,2})\z")]
    private static partial Regex Pbkdf2();
}
