using System;
using System.Collections.Generic;
using System.Linq;

namespace ChainServe.Responses;

/// <summary>
/// What shared caches are told in a site with passwords:
/// 1. nothing by which they may keep what they got with one (RFC 9111 §3.5);
/// 2. "private" of everything that was served on the strength of one, even where there is nothing else to say: some
///    caches do not look at Authorization at all. "private" with the names of fields is no substitute: it speaks of
///    these fields alone (§5.2.2.7).
/// </summary>
internal static class SharedCaches
{
    internal const string CacheControl = "Cache-Control";

    private const StringSplitOptions Words = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public static void KeepOut(FieldLineList lines, bool isGuarded)
    {
        string value = lines.Find(CacheControl) ?? "";
        List<string> directives = [.. value.Split(',', Words)
            .Where(static directive => !Is(directive, "public") && !Is(directive, "s-maxage"))];
        bool isKept = directives.Exists(static directive => IsBare(directive, "private") || Is(directive, "no-store"));
        if (isGuarded && !isKept)
        {
            directives.Insert(0, "private");
        }

        lines.Set(CacheControl, string.Join(", ", directives));
    }

    private static bool Is(string directive, string name)
    {
        return IsBare(directive.Split('=')[0].Trim(), name);
    }

    private static bool IsBare(string directive, string name)
    {
        return directive.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
