using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using ChainServe.Files;

namespace ChainServe.Responses;

/// <summary>
/// The field lines that a site adds to its responses, in this order; a later line of the same name takes the place of
/// an earlier one:
/// 1. X-Content-Type-Options: nosniff;
/// 2. Cache-Control: that of the configuration, or "no-cache" for pages (they are asked for by their own name, and with
///    an entity tag asking is cheap), a year for names with a hash of the content in them, and none for the rest;
/// 3. Vary, in one line whatever it is for;
/// 4. the security fields, then CORS;
/// 5. the lines for every response, then those of the rules whose glob matches the path, in their order.
/// An error has no Cache-Control: what is not there may be there tomorrow, and who may not come in now may come in
/// then. In a site with passwords all lines are made for those without one and for those with (<see
/// cref="SharedCaches"/>): the path of a file does not tell how it was asked for, and a rewrite may lead there from a
/// protected one. Made when facts are made, and not per response.
/// </summary>
internal sealed class SiteFields
{
    internal const string Vary = "Vary";
    private const string CacheControl = SharedCaches.CacheControl;

    // No Strict-Transport-Security: RFC 6797 §7.2 forbids it where there is no TLS.
    private static readonly (string Name, string Value)[] SecurityFields =
    [
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Content-Security-Policy", "frame-ancestors 'self'"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ];

    private readonly List<(string Name, string Value)> _always = [];
    private readonly List<Rule> _rules = [];
    private readonly string _cacheControl;
    private readonly bool _variesByOrigin;
    private readonly bool _hasPasswords;
    private readonly ConcurrentDictionary<(bool Varies, string VaryBy, bool IsError), GuardedLines> _statusLines = [];

    /// <param name="cacheControl">Of every file; empty is the default.</param>
    /// <param name="hasSecurityFields">Whether the security fields are sent.</param>
    /// <param name="allowsAnyOrigin">Whether every origin may read the responses.</param>
    /// <param name="variesByOrigin">Whether only some may.</param>
    /// <param name="hasPasswords">Whether some paths are only for those who know one.</param>
    public SiteFields(
        string cacheControl,
        bool hasSecurityFields,
        bool allowsAnyOrigin,
        bool variesByOrigin,
        bool hasPasswords = false)
    {
        _hasPasswords = hasPasswords;
        _cacheControl = cacheControl;
        _variesByOrigin = variesByOrigin;
        if (hasSecurityFields)
        {
            _always.AddRange(SecurityFields);
        }

        if (allowsAnyOrigin)
        {
            _always.Add(("Access-Control-Allow-Origin", "*"));
            _always.Add(("Access-Control-Expose-Headers", CorsOrigins.ExposedFields));
        }
    }

    /// <summary>A bound for the lines of any path.</summary>
    public int LengthMax
    {
        get
        {
            int length = 256 + _cacheControl.Length;
            foreach ((string name, string value) in _always)
            {
                length += name.Length + value.Length + 4;
            }

            foreach (Rule rule in _rules)
            {
                foreach ((string name, string value) in rule.Set)
                {
                    length += name.Length + value.Length + 4;
                }
            }

            return length;
        }
    }

    /// <summary>Whether the lines of a response that is no file are the same for every path.</summary>
    public bool IsSameForAll => _rules.TrueForAll(static rule => rule.MatchesAll);

    /// <summary>Adds a line that every response carries.</summary>
    public void Add(string name, string value)
    {
        _always.Add((name, value));
    }

    /// <summary>Adds a rule; later ones are applied to what the earlier ones left.</summary>
    /// <param name="source">A glob over the path.</param>
    /// <param name="set">Names and values.</param>
    /// <param name="unset">Names of fields that go.</param>
    public void AddRule(string source, IReadOnlyDictionary<string, string> set, IReadOnlyList<string> unset)
    {
        _rules.Add(new Rule(new PathGlob(source), source is "/**" or "**", set, unset));
    }

    /// <summary>Lines of 200, 206, 304, 412 and 416.</summary>
    /// <param name="path">Of the file, decoded, with its leading slash.</param>
    /// <param name="address">Another path by which it is asked for: of an index page its directory; or empty.</param>
    /// <param name="contentType">Of the file.</param>
    /// <param name="varies">Whether other codings of it may answer.</param>
    /// <param name="isProtected">Only some clients may have it, so that no shared cache may keep it.</param>
    /// <param name="varyBy">Another field that the response depends on.</param>
    public GuardedLines LinesOf(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> address,
        ReadOnlySpan<byte> contentType,
        bool varies,
        bool isProtected,
        string varyBy = "")
    {
        FieldLineList lines = new();
        lines.Set("X-Content-Type-Options", "nosniff");
        lines.Set(CacheControl, CacheControlOf(path, contentType));
        lines.Merge(Vary, varyBy);
        AddShared(lines, path, address, varies);
        lines.Remove("Content-Type");
        return Guard(lines, isProtected);
    }

    /// <summary>Lines of a response that is no file: an error, a redirect, a configured one.</summary>
    /// <param name="path">That was asked for, decoded, with its leading slash; empty when the request names none, and
    /// then the rules for every path are all there are.</param>
    /// <param name="varies">Whether a file of that name could have several codings.</param>
    /// <param name="varyBy">Another field that the response depends on.</param>
    /// <param name="isError">The status is 400 or more.</param>
    public GuardedLines LinesOfStatus(
        ReadOnlySpan<byte> path,
        bool varies,
        string varyBy = "",
        bool isError = false)
    {
        if (!IsSameForAll)
        {
            return MakeLinesOfStatus(path, varies, varyBy, isError);
        }

        (bool, string, bool) key = (varies, varyBy, isError);
        return _statusLines.TryGetValue(key, out GuardedLines? known)
            ? known
            : _statusLines[key] = MakeLinesOfStatus(path, varies, varyBy, isError);
    }

    /// <summary>Lines of a listing, whose form the client chooses.</summary>
    /// <param name="path">Of the directory, decoded, with its leading slash.</param>
    public GuardedLines LinesOfListing(ReadOnlySpan<byte> path)
    {
        FieldLineList lines = new();
        lines.Set(CacheControl, "no-cache");
        lines.Merge(Vary, "Accept");
        AddShared(lines, path, default, varies: false);
        return OwnContent(lines);
    }

    private GuardedLines MakeLinesOfStatus(ReadOnlySpan<byte> path, bool varies, string varyBy, bool isError)
    {
        FieldLineList lines = new();
        lines.Merge(Vary, varyBy);
        AddShared(lines, path, default, varies);
        if (isError)
        {
            lines.Remove(CacheControl);
        }

        return OwnContent(lines);
    }

    // The response describes the content that it sends itself.
    private GuardedLines OwnContent(FieldLineList lines)
    {
        lines.Remove("Content-Type");
        lines.Remove("X-Content-Type-Options");
        return Guard(lines, isProtected: false);
    }

    private GuardedLines Guard(FieldLineList lines, bool isProtected)
    {
        if (!_hasPasswords)
        {
            byte[] same = lines.ToBytes();
            return new GuardedLines(same, same);
        }

        SharedCaches.KeepOut(lines, isProtected);
        byte[] open = lines.ToBytes();
        if (isProtected)
        {
            return new GuardedLines(open, open);
        }

        SharedCaches.KeepOut(lines, isGuarded: true);
        return new GuardedLines(open, lines.ToBytes());
    }

    /// <summary>The content type that a rule gives a path, or null.</summary>
    public string? ContentTypeOf(ReadOnlySpan<byte> path, ReadOnlySpan<byte> address)
    {
        string? type = null;
        foreach (Rule rule in _rules)
        {
            if (rule.Matches(path, address))
            {
                foreach ((string name, string value) in rule.Set)
                {
                    type = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) ? value : type;
                }
            }
        }

        return type;
    }

    private string CacheControlOf(ReadOnlySpan<byte> path, ReadOnlySpan<byte> contentType)
    {
        if (_cacheControl.Length > 0)
        {
            return _cacheControl;
        }

        if (contentType.StartsWith("text/html"u8))
        {
            return "no-cache";
        }

        return FingerprintedName.Matches(path) ? "public, max-age=31536000, immutable" : "";
    }

    private void AddShared(FieldLineList lines, ReadOnlySpan<byte> path, ReadOnlySpan<byte> address, bool varies)
    {
        if (varies)
        {
            lines.Merge(Vary, "Accept-Encoding");
        }

        if (_variesByOrigin)
        {
            lines.Merge(Vary, "Origin");
        }

        foreach ((string name, string value) in _always)
        {
            lines.SetOrMerge(name, value);
        }

        foreach (Rule rule in _rules)
        {
            if (!rule.Matches(path, address))
            {
                continue;
            }

            foreach (string name in rule.Unset)
            {
                lines.Remove(name);
            }

            foreach ((string name, string value) in rule.Set)
            {
                lines.SetOrMerge(name, value);
            }
        }
    }

    private sealed record Rule(
        PathGlob Source,
        bool MatchesAll,
        IReadOnlyDictionary<string, string> Set,
        IReadOnlyList<string> Unset)
    {
        public bool Matches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> address)
        {
            return MatchesAll
                || (!path.IsEmpty && Source.Matches(path))
                || (!address.IsEmpty && Source.Matches(address));
        }
    }
}
