using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using ChainServe.Configuration;

namespace ChainServe.Hosting;

/// <summary>A path and those who may see it and what is below it.</summary>
internal sealed class ProtectedPath
{
    internal ProtectedPath(int number, AuthRule rule)
    {
        Number = number;
        Prefix = Encoding.UTF8.GetBytes("/" + rule.Path.Trim('/'));
        Users = rule.Users.ToDictionary(static user => user.Name, static user => user.Hash);
        DummyHash = rule.Users.MaxBy(static user => PasswordVerifier.CostOf(user.Hash))!.Hash;
    }

    internal int Number { get; }

    /// <summary>Without a slash at its end; "/" is everything.</summary>
    internal byte[] Prefix { get; }

    internal IReadOnlyDictionary<string, string> Users { get; }

    /// <summary>What an unknown name is checked against, so that it takes as long as a known one, the dearest of those
    /// where they differ.</summary>
    internal string DummyHash { get; }
}

/// <summary>
/// Basic authentication (RFC 7617). A hash is checked off the ring thread; what was right is remembered for a while, so
/// that a page with fifty pictures costs one check. Remembered is a keyed hash of rule, name and password with a key of
/// this process, never the password. Used by all workers at once.
/// </summary>
internal sealed class Authenticator
{
    private const int RememberedMax = 4096;
    private const long RememberedMilliseconds = 5 * 60 * 1000;
    private const int MarkLength = 32;

    private readonly List<ProtectedPath> _paths;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(MarkLength);
    private readonly ConcurrentDictionary<Mark, long> _remembered = new();

    internal Authenticator(IReadOnlyList<AuthRule> rules)
    {
        // The longest first: the closest rule decides.
        _paths = rules.Select(static (rule, number) => new ProtectedPath(number, rule))
            .OrderByDescending(static path => path.Prefix.Length)
            .ToList();
    }

    /// <summary>The rule for a path, or null when everybody may see it.</summary>
    /// <param name="path">Decoded, with its leading slash.</param>
    internal ProtectedPath? RuleOf(ReadOnlySpan<byte> path)
    {
        foreach (ProtectedPath rule in _paths)
        {
            ReadOnlySpan<byte> prefix = rule.Prefix;
            if (prefix.Length == 1
                || (path.StartsWith(prefix) && (path.Length == prefix.Length || path[prefix.Length] == '/')))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>Whether the same credentials were right a while ago. Cheap: one keyed hash.</summary>
    internal bool Remembers(
        ProtectedPath rule,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> password,
        long nowMilliseconds)
    {
        return _remembered.TryGetValue(MarkOf(rule, name, password), out long until) && nowMilliseconds < until;
    }

    /// <summary>Checks the credentials against the rule's hashes. Takes as long as its hash was made to take.</summary>
    internal bool Check(ProtectedPath rule, byte[] name, byte[] password, long nowMilliseconds)
    {
        bool isKnown = rule.Users.TryGetValue(Encoding.UTF8.GetString(name), out string? hash);
        bool isRight = PasswordVerifier.Verify(password, hash ?? rule.DummyHash) & isKnown;
        if (isRight)
        {
            if (_remembered.Count >= RememberedMax)
            {
                _remembered.Clear();
            }

            _remembered[MarkOf(rule, name, password)] = nowMilliseconds + RememberedMilliseconds;
        }

        return isRight;
    }

    private Mark MarkOf(ProtectedPath rule, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        Span<byte> text = stackalloc byte[Http.BasicCredentials.LengthMax + 8];
        int length = 0;
        text[length++] = (byte)rule.Number;
        text[length++] = (byte)(rule.Number >> 8);
        name.CopyTo(text[length..]);
        length += name.Length;
        text[length++] = (byte)':';
        password.CopyTo(text[length..]);
        length += password.Length;
        Span<byte> sum = stackalloc byte[MarkLength];
        HMACSHA256.HashData(_key, text[..length], sum);
        text.Clear();
        return new Mark(BitConverter.ToUInt64(sum), BitConverter.ToUInt64(sum[8..]), BitConverter.ToUInt64(sum[16..]));
    }

    private readonly record struct Mark(ulong First, ulong Second, ulong Third);
}
