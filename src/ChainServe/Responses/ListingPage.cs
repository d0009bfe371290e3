using System;
using System.Globalization;
using System.Net;
using System.Text;

namespace ChainServe.Responses;

/// <summary>
/// A directory as a page: one table, readable on a telephone and in the dark, with nothing to load and no script; its
/// columns are sorted by links. Names are escaped for HTML, and encoded byte for byte in addresses.
/// </summary>
internal static class ListingPage
{
    internal const string Style = """
        :root{color-scheme:light dark;--line:#e3e5e8;--soft:#6a7078;--hover:#f3f5f7;--link:#0b57d0}
        @media(prefers-color-scheme:dark){:root{--line:#2c3036;--soft:#9aa1aa;--hover:#20242a;--link:#8ab4f8}
        body{background:#16181c;color:#e6e6e6}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem;font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.25rem;font-weight:600;margin:0 0 1rem;overflow-wrap:anywhere}
        a{color:var(--link);text-decoration:none}a:hover,a:focus{text-decoration:underline}
        table{width:100%;border-collapse:collapse}
        th,td{padding:.4rem .5rem;text-align:left;border-bottom:1px solid var(--line)}
        th{font-size:.85rem;font-weight:600}th a{color:inherit}
        tbody tr:hover{background:var(--hover)}
        td:first-child{overflow-wrap:anywhere;width:99%}
        .n{text-align:right}td.n,time{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
        p{color:var(--soft);font-size:.9rem}
        @media(max-width:34rem){.d{display:none}}
        """;

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>The value of Content-Security-Policy that lets the page be what it is, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'sha256-WfvaVqgpb213YB79l2GlktmlbxggDohIBYv+5c5jaSU='; "
        + "base-uri 'none'; form-action 'none'";

    /// <param name="path">Of the directory, decoded, relative to the root; empty, or with a slash at its end.</param>
    /// <param name="content">Its names.</param>
    /// <param name="query">Their order.</param>
    public static byte[] Write(string path, DirectoryContent content, ListingQuery query)
    {
        StringBuilder page = new(4096 + (200 * content.Entries.Count));
        page.Append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
            .Append(Escape("/" + path)).Append("</title>\n<style>").Append(Style).Append("</style>\n<h1>");
        AppendCrumbs(page, path);
        page.Append("</h1>\n<table>\n<thead><tr>");
        AppendHead(page, query, ListingKey.Name, "name", "Name", "");
        AppendHead(page, query, ListingKey.Size, "size", "Size", "n");
        AppendHead(page, query, ListingKey.Date, "date", "Modified", "n d");
        page.Append("</tr></thead>\n<tbody>\n");
        if (path.Length > 0)
        {
            page.Append("<tr><td><a href=\"../\">../</a><td class=\"n\"><td class=\"n d\">\n");
        }

        foreach (DirectoryEntry entry in content.Sorted(query))
        {
            AppendRow(page, entry);
        }

        page.Append("</tbody>\n</table>\n<p>").Append(Summary(content)).Append("</p>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static string Summary(DirectoryContent content)
    {
        if (content.Count > content.Entries.Count)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The first {content.Entries.Count} of {content.Count} entries.");
        }

        return content.Count switch
        {
            0 => "This directory is empty.",
            1 => "1 entry.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{content.Count} entries."),
        };
    }

    private static void AppendCrumbs(StringBuilder page, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        page.Append("<a href=\"").Append(Up(names.Length)).Append("\" aria-label=\"root\">/</a>");
        for (int index = 0; index < names.Length; index++)
        {
            string name = Escape(names[index]);
            if (index == names.Length - 1)
            {
                page.Append(' ').Append(name).Append(" /");
            }
            else
            {
                page.Append(" <a href=\"").Append(Up(names.Length - 1 - index)).Append("\">")
                    .Append(name).Append("</a> /");
            }
        }
    }

    private static string Up(int levels)
    {
        return levels == 0 ? "./" : new StringBuilder().Insert(0, "../", levels).ToString();
    }

    private static void AppendHead(
        StringBuilder page,
        ListingQuery query,
        ListingKey key,
        string name,
        string title,
        string style)
    {
        bool isSorted = query.Key == key;
        string order = isSorted && !query.IsDescending ? "desc" : "asc";
        page.Append("<th scope=\"col\" class=\"").Append(style).Append('"');
        if (isSorted)
        {
            page.Append(" aria-sort=\"").Append(query.IsDescending ? "descending" : "ascending").Append('"');
        }

        page.Append("><a href=\"?sort=").Append(name).Append("&amp;order=").Append(order).Append("\">").Append(title);
        if (isSorted)
        {
            page.Append(query.IsDescending ? " ↓" : " ↑");
        }

        page.Append("</a></th>");
    }

    private static void AppendRow(StringBuilder page, DirectoryEntry entry)
    {
        string slash = entry.IsDirectory ? "/" : "";
        page.Append("<tr><td><a href=\"./").Append(Uri.EscapeDataString(entry.Name)).Append(slash).Append("\">")
            .Append(Escape(entry.Name)).Append(slash).Append("</a><td class=\"n\"");
        if (entry.IsDirectory)
        {
            page.Append('>');
        }
        else
        {
            page.Append(CultureInfo.InvariantCulture, $" title=\"{entry.Length} bytes\">")
                .Append(Readable(entry.Length));
        }

        page.Append("<td class=\"n d\"><time datetime=\"")
            .Append(entry.Modified.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)).Append("\">")
            .Append(entry.Modified.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Append("</time>\n");
    }

    // Three digits say enough: 999 B, 1.2 kB, 34.5 MB.
    private static string Readable(long length)
    {
        double value = length;
        int unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string format = unit == 0 || value >= 99.95 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    private static string Escape(string text)
    {
        return WebUtility.HtmlEncode(text);
    }
}
