using System;
using System.Collections.Generic;
using System.Text;
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
/// Made when facts are made, and not per response.
/// </summary>
internal sealed class SiteFields
{
    private const string Vary = "Vary";

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
    private byte[]? _statusLines;

    /// <param name="cacheControl">Of every file; empty is the default.</param>
    /// <param name="hasSecurityFields">Whether the security fields are sent.</param>
    /// <param name="allowsAnyOrigin">Whether every origin may read the responses.</param>
    /// <param name="variesByOrigin">Whether only some may.</param>
    public SiteFields(string cacheControl, bool hasSecurityFields, bool allowsAnyOrigin, bool variesByOrigin)
    {
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
    public byte[] LinesOf(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> address,
        ReadOnlySpan<byte> contentType,
        bool varies,
        bool isProtected)
    {
        Lines lines = new();
        lines.Set("X-Content-Type-Options", "nosniff");
        lines.Set("Cache-Control", CacheControlOf(path, contentType, isProtected));
        AddShared(lines, path, address, varies);
        lines.Remove("Content-Type");
        return lines.ToBytes();
    }

    /// <summary>Lines of a response that is no file: an error, a redirect, a listing.</summary>
    /// <param name="path">That was asked for, decoded, with its leading slash.</param>
    /// <param name="varies">Whether a file of that name could have several codings.</param>
    /// <param name="varyBy">Another field that the response depends on.</param>
    public byte[] LinesOfStatus(ReadOnlySpan<byte> path, bool varies, string varyBy = "")
    {
        bool isShared = IsSameForAll && varyBy.Length == 0;
        if (isShared && _statusLines is { } known)
        {
            return known;
        }

        Lines lines = new();
        if (varyBy.Length > 0)
        {
            lines.Merge(Vary, varyBy);
        }

        AddShared(lines, path, default, varies);
        lines.Remove("Content-Type");

        // The response has its own: it describes the content that it sends.
        lines.Remove("X-Content-Type-Options");
        byte[] bytes = lines.ToBytes();
        if (isShared)
        {
            _statusLines = bytes;
        }

        return bytes;
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

    private string CacheControlOf(ReadOnlySpan<byte> path, ReadOnlySpan<byte> contentType, bool isProtected)
    {
        if (_cacheControl.Length > 0)
        {
            return _cacheControl;
        }

        if (contentType.StartsWith("text/html"u8))
        {
            return "no-cache";
        }

        string scope = isProtected ? "private" : "public";
        return FingerprintedName.Matches(path) ? $"{scope}, max-age=31536000, immutable" : "";
    }

    private void AddShared(Lines lines, ReadOnlySpan<byte> path, ReadOnlySpan<byte> address, bool varies)
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
            return MatchesAll || Source.Matches(path) || (!address.IsEmpty && Source.Matches(address));
        }
    }

    private sealed class Lines
    {
        private readonly List<(string Name, string Value)> _lines = [];

        public void Set(string name, string value)
        {
            Remove(name);
            if (value.Length > 0)
            {
                _lines.Add((name, value));
            }
        }

        public void SetOrMerge(string name, string value)
        {
            if (name.Equals(Vary, StringComparison.OrdinalIgnoreCase))
            {
                Merge(Vary, value);
            }
            else
            {
                Set(name, value);
            }
        }

        public void Merge(string name, string value)
        {
            int index = _lines.FindIndex(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                _lines.Add((name, value));
            }
            else
            {
                _lines[index] = (name, $"{_lines[index].Value}, {value}");
            }
        }

        public void Remove(string name)
        {
            _lines.RemoveAll(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        public byte[] ToBytes()
        {
            StringBuilder text = new();
            foreach ((string name, string value) in _lines)
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }

            return Encoding.Latin1.GetBytes(text.ToString());
        }
    }
}
