using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>
/// The rules of <see cref="SitePolicy.Redirects"/> and <see cref="SitePolicy.Rewrites"/>. A segment ":name" of From
/// captures one segment and "*", which can only be the last one, the rest; To puts them back with ":name", as many
/// letters, digits and underscores as follow the colon, and ":splat". A colon before anything else is a colon, and so
/// is each in the scheme and the host of an address.
/// </summary>
internal static class PatternValidator
{
    private const string Splat = "splat";

    /// <summary>RFC 9110 §15.4, without those that lead nowhere.</summary>
    internal static readonly int[] RedirectStatuses = [301, 302, 303, 307, 308];

    internal static void CheckRedirect(RedirectRule[] rules, int index, string key, List<OptionError> errors)
    {
        RedirectRule rule = rules[index];
        bool isRepeated = Array.FindIndex(rules, other => other.From == rule.From) < index;
        HashSet<string>? captured = CheckFrom(rule.From, isRepeated, key, errors);
        int path = PathStart(rule.To);
        if (path < 0)
        {
            const string Allowed = "a path that starts with one '/', or an address that starts with http:// or "
                + "https://, in visible ASCII and with one '#' at most";
            errors.Add(new OptionError($"{key}:To", rule.To, Allowed));
        }
        else if (rule.To == rule.From)
        {
            errors.Add(new OptionError($"{key}:To", rule.To, "another path than From: this one never ends"));
        }
        else if (captured is not null)
        {
            CheckUsed(rule.To, path, captured, key, errors);
        }

        if (Array.IndexOf(RedirectStatuses, rule.Status) < 0)
        {
            string status = rule.Status.ToString(CultureInfo.InvariantCulture);
            errors.Add(new OptionError($"{key}:Status", status, Setting.OneOf(RedirectStatuses)));
        }
    }

    internal static void CheckRewrite(RewriteRule[] rules, int index, string key, List<OptionError> errors)
    {
        RewriteRule rule = rules[index];
        bool isRepeated = Array.FindIndex(rules, other => other.From == rule.From) < index;
        HashSet<string>? captured = CheckFrom(rule.From, isRepeated, key, errors);
        if (!PathSyntax.IsRequestPath(rule.To))
        {
            errors.Add(new OptionError($"{key}:To", rule.To, PathSyntax.RequestPath));
        }
        else if (captured is not null)
        {
            CheckUsed(rule.To, 0, captured, key, errors);
        }
    }

    /// <summary>Returns the names that a pattern captures, or null when it is wrong.</summary>
    private static HashSet<string>? CheckFrom(string from, bool isRepeated, string key, List<OptionError> errors)
    {
        string? allowed = null;
        HashSet<string> captured = new(StringComparer.Ordinal);
        if (!PathSyntax.IsRequestPath(from))
        {
            allowed = PathSyntax.RequestPath;
        }
        else if (isRepeated)
        {
            allowed = "each pattern once: the first one wins";
        }
        else
        {
            foreach (string segment in from[1..].Split('/'))
            {
                allowed ??= CheckSegment(segment, captured);
            }
        }

        if (allowed is null)
        {
            return captured;
        }

        errors.Add(new OptionError($"{key}:From", from, allowed));
        return null;
    }

    private static string? CheckSegment(string segment, HashSet<string> captured)
    {
        if (captured.Contains(Splat) || (segment.Contains('*') && segment != "*"))
        {
            return "'*' once, as the last segment, such as /blog/*";
        }

        bool isValid = segment == "*"
            ? captured.Add(Splat)
            : !segment.StartsWith(':')
                || (IsName(segment.AsSpan(1)) && segment != ":" + Splat && captured.Add(segment[1..]));
        return isValid ? null : "names such as :year, of letters, digits and '_', each once, and not :splat";
    }

    private static void CheckUsed(string to, int path, HashSet<string> captured, string key, List<OptionError> errors)
    {
        for (int colon = to.IndexOf(':', path); colon >= 0; colon = to.IndexOf(':', colon + 1))
        {
            ReadOnlySpan<char> rest = to.AsSpan(colon + 1);
            int end = rest.IndexOfAnyExcept(Letters.OfName);
            ReadOnlySpan<char> name = end < 0 ? rest : rest[..end];
            if (IsName(name) && !captured.Contains(name.ToString()))
            {
                string cure = name is Splat ? "a From that ends with /*" : $"a From with a segment :{name}";
                errors.Add(new OptionError($"{key}:To", to, $"{cure}, or leave :{name} out"));
            }
        }
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        return !text.IsEmpty && !char.IsAsciiDigit(text[0]) && text.IndexOfAnyExcept(Letters.OfName) < 0;
    }

    /// <summary>Where the path of an address begins; −1 for what is none, "//host" and "/\host" too: browsers read
    /// them as an address of another server. A fragment has no "#" in it (RFC 3986 §3.5).</summary>
    private static int PathStart(string to)
    {
        if (!Letters.IsVisibleAscii(to) || to.Contains('\\') || to.IndexOf('#') != to.LastIndexOf('#'))
        {
            return -1;
        }

        if (to.StartsWith('/'))
        {
            return to.StartsWith("//", StringComparison.Ordinal) ? -1 : 0;
        }

        int scheme = to.StartsWith("https://", StringComparison.Ordinal) ? "https://".Length
            : to.StartsWith("http://", StringComparison.Ordinal) ? "http://".Length : -1;
        if (scheme < 0)
        {
            return -1;
        }

        int path = to.AsSpan(scheme).IndexOfAny('/', '?', '#');
        int end = path < 0 ? to.Length : scheme + path;
        return HostSyntax.IsValid(Encoding.UTF8.GetBytes(to[scheme..end])) ? end : -1;
    }
}
