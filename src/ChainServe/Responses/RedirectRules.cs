using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>Redirects by pattern; the first rule that matches wins. A rule that leads to the very path that was asked
/// for would never end, and is passed over.</summary>
internal sealed class RedirectRules
{
    private readonly List<Rule> _rules = [];

    /// <exception cref="ArgumentException">The rule cannot be read; the message says why.</exception>
    public void Add(string from, string to, int status)
    {
        PathPattern pattern = new(from);
        int hash = to.IndexOf('#', StringComparison.Ordinal);
        string address = hash < 0 ? to : to[..hash];
        _rules.Add(new Rule(
            pattern,
            new PathTemplate(address, pattern.Names, isEncoded: true),
            FragmentOf(to[address.Length..]),
            status,
            address.Contains('?', StringComparison.Ordinal)));
    }

    public int Count => _rules.Count;

    /// <param name="path">Decoded, with its leading slash.</param>
    /// <param name="query">As sent, without "?"; it is kept.</param>
    /// <param name="location">Room for the address.</param>
    /// <param name="length">Its length; 0 when a rule matched and its address does not fit.</param>
    /// <param name="status">Of the rule.</param>
    public bool TryMatch(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> query,
        Span<byte> location,
        out int length,
        out int status)
    {
        Span<Range> captures = stackalloc Range[PathPattern.CapturesMax];
        foreach (Rule rule in _rules)
        {
            if (!rule.From.TryMatch(path, captures))
            {
                continue;
            }

            SpanWriter writer = new(location);
            rule.To.Append(ref writer, path, captures, encodes: true);
            int bare = MergeFirstSlashes(location[..writer.Length]);
            status = rule.Status;
            length = bare;
            if (bare == 0)
            {
                return true;
            }

            if (!IsSame(path, location[..bare]))
            {
                // The query stands before the fragment (RFC 3986 §3).
                writer = new SpanWriter(location[bare..]);
                Redirect.AppendQuery(ref writer, query, rule.HasQuery ? (byte)'&' : (byte)'?');
                writer.Append(rule.Fragment);
                bool isAlone = query.IsEmpty && rule.Fragment.Length == 0;
                length = isAlone || writer.Length > 0 ? bare + writer.Length : 0;
                return true;
            }
        }

        length = 0;
        status = 0;
        return false;
    }

    // A capture of nothing between two slashes leaves "//", and what stands behind it would be another server.
    private static int MergeFirstSlashes(Span<byte> location)
    {
        int extra = location.IndexOfAnyExcept((byte)'/') switch
        {
            < 0 => location.Length - 1,
            int first => first - 1,
        };
        if (extra <= 0)
        {
            return location.Length;
        }

        location[extra..].CopyTo(location);
        return location.Length - extra;
    }

    private static byte[] FragmentOf(string text)
    {
        // With its "#", which occurs once.
        byte[] fragment = Encoding.UTF8.GetBytes(text);
        return fragment.Length > 0 && fragment.AsSpan(1).ContainsAnyExcept(Grammar.TargetBytes)
            ? throw new ArgumentException("a fragment is visible ASCII")
            : fragment;
    }

    private static bool IsSame(ReadOnlySpan<byte> path, ReadOnlySpan<byte> location)
    {
        if (path.SequenceEqual(location))
        {
            return true;
        }

        int lengthMax = Redirect.LocationLengthMax(path, default);
        Span<byte> encoded = lengthMax <= 1024 ? stackalloc byte[1024] : new byte[lengthMax];
        int length = Redirect.WriteLocation(encoded, path, default);
        return encoded[..length].SequenceEqual(location);
    }

    private sealed record Rule(PathPattern From, PathTemplate To, byte[] Fragment, int Status, bool HasQuery);
}
