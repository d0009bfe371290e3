using System;
using System.Collections.Generic;
using System.Globalization;

namespace ChainServe.Configuration;

/// <summary>
/// The rules of one site. What a host inherits is not looked at again: its errors are those of the site above.
/// </summary>
internal static class SiteValidator
{
    /// <summary>Statuses whose page may be a file of the site: those of requests that could be read.</summary>
    internal static readonly int[] ErrorPageStatuses = [400, 401, 403, 404, 405, 406, 413, 414, 500, 501, 503];

    private const int IndexNamesMax = 32;

    /// <param name="site">The site.</param>
    /// <param name="above">The site that it inherits from, or null.</param>
    /// <param name="prefix">Where its keys stand: nothing, or <c>Hosts:0:</c>.</param>
    /// <param name="errors">Gets what is wrong.</param>
    internal static void Check(SitePolicy site, SitePolicy? above, string prefix, List<OptionError> errors)
    {
        if (site.Root != above?.Root && (site.Root.Length == 0 || site.Root.Contains('\0')))
        {
            errors.Add(new OptionError(prefix + "Root", site.Root, "the path of a directory"));
        }

        if (site.Spa != above?.Spa && site.Spa.Length > 0 && !PathSyntax.IsFileUnderRoot(site.Spa))
        {
            errors.Add(new OptionError(prefix + "Spa", site.Spa, PathSyntax.FileUnderRoot));
        }

        if (site.CacheControl != above?.CacheControl && !FieldSyntax.IsValue(site.CacheControl))
        {
            errors.Add(new OptionError(prefix + "CacheControl", site.CacheControl, FieldSyntax.Value));
        }

        CheckEach(site.Index, above?.Index, prefix + "Index", CheckIndex, errors);
        CheckEach(site.Hide, above?.Hide, prefix + "Hide", CheckHide, errors);
        CheckEach(site.ErrorPages, above?.ErrorPages, prefix + "ErrorPages", CheckErrorPage, errors);
        CheckEach(site.Redirects, above?.Redirects, prefix + "Redirects", PatternValidator.CheckRedirect, errors);
        CheckEach(site.Rewrites, above?.Rewrites, prefix + "Rewrites", PatternValidator.CheckRewrite, errors);
        CheckEach(site.Header, above?.Header, prefix + "Header", FieldValidator.CheckLine, errors);
        CheckEach(site.Headers, above?.Headers, prefix + "Headers", FieldValidator.CheckRule, errors);
        CheckEach(site.MimeTypes, above?.MimeTypes, prefix + "MimeTypes", CheckMimeType, errors);
        CheckEach(site.Cors, above?.Cors, prefix + "Cors", CheckOrigin, errors);
        CheckEach(site.Auth, above?.Auth, prefix + "Auth", AuthValidator.CheckRule, errors);
        CheckEach(site.Canned, above?.Canned, prefix + "Canned", CannedValidator.CheckRoute, errors);
    }

    private static void CheckEach<T>(
        T[] list,
        T[]? above,
        string key,
        Action<T[], int, string, List<OptionError>> check,
        List<OptionError> errors)
    {
        for (int i = 0; i < list.Length && !ReferenceEquals(list, above); i++)
        {
            check(list, i, string.Create(CultureInfo.InvariantCulture, $"{key}:{i}"), errors);
        }
    }

    private static void CheckIndex(string[] names, int index, string key, List<OptionError> errors)
    {
        string name = names[index];
        if (name.Length is 0 or > 255 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
        {
            errors.Add(new OptionError(key, name, "a file name without a slash"));
        }
        else if (index == IndexNamesMax)
        {
            errors.Add(new OptionError(key, name, $"at most {IndexNamesMax} names"));
        }
    }

    private static void CheckHide(string[] globs, int index, string key, List<OptionError> errors)
    {
        if (globs[index].Length == 0 || Letters.HasControl(globs[index]))
        {
            errors.Add(new OptionError(key, globs[index], "a glob of names or paths, such as *.bak or /drafts/**"));
        }
    }

    private static void CheckErrorPage(ErrorPage[] pages, int index, string key, List<OptionError> errors)
    {
        ErrorPage page = pages[index];
        string status = page.Status.ToString(CultureInfo.InvariantCulture);
        if (Array.IndexOf(ErrorPageStatuses, page.Status) < 0)
        {
            errors.Add(new OptionError($"{key}:Status", status, Setting.OneOf(ErrorPageStatuses)));
        }
        else if (Array.FindIndex(pages, other => other.Status == page.Status) < index)
        {
            errors.Add(new OptionError($"{key}:Status", status, "each status once"));
        }

        if (!PathSyntax.IsFileUnderRoot(page.File))
        {
            errors.Add(new OptionError($"{key}:File", page.File, PathSyntax.FileUnderRoot));
        }
    }

    private static void CheckMimeType(MimeTypeRule[] rules, int index, string key, List<OptionError> errors)
    {
        string extension = rules[index].Extension;
        const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;
        if (extension.Length == 0 || Letters.HasControl(extension) || extension.AsSpan().IndexOfAny('.', '/') >= 0)
        {
            errors.Add(new OptionError($"{key}:Extension", extension, "an extension without its dot, such as webp"));
        }
        else if (Array.FindIndex(rules, other => other.Extension.Equals(extension, Ignore)) < index)
        {
            errors.Add(new OptionError($"{key}:Extension", extension, "each extension once"));
        }

        if (!FieldSyntax.IsMediaType(rules[index].Type))
        {
            const string Allowed = "a media type such as text/plain; charset=utf-8";
            errors.Add(new OptionError($"{key}:Type", rules[index].Type, Allowed));
        }
    }

    private static void CheckOrigin(string[] origins, int index, string key, List<OptionError> errors)
    {
        string origin = origins[index];
        if (origin == "*" ? origins.Length > 1 : !Origin.IsValid(origin))
        {
            const string Allowed = "* alone, or origins as browsers send them, such as https://example.org or "
                + "http://localhost:3000: in lower case, without a path and without the usual port";
            errors.Add(new OptionError(key, origin, Allowed));
        }
    }
}
