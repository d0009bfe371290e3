using System.Collections.Generic;
using System.IO;

namespace ChainServe.Configuration;

/// <summary>
/// What one site serves, and how: the options of the server itself for the site without a name, and those of each of
/// <see cref="ServerOptions.Hosts"/>. Immutable; units are in the names.
/// </summary>
internal record SitePolicy
{
    /// <summary>The directory to serve, as given; a relative one is relative to the current directory.</summary>
    public string Root { get; init; } = ".";

    /// <summary>The names tried, in order, when a directory is requested; empty means none.</summary>
    public string[] Index { get; init; } = ["index.html"];

    /// <summary>The files under the root never change while the server runs, so whole chains may be used.</summary>
    public bool Immutable { get; init; }

    /// <summary>Serve names that start with a dot.</summary>
    public bool Hidden { get; init; }

    /// <summary>Globs of names and paths that are answered as if they did not exist.</summary>
    public string[] Hide { get; init; } = [];

    /// <summary>Which symbolic links are followed.</summary>
    public SymlinkPolicy Symlinks { get; init; } = SymlinkPolicy.Inside;

    /// <summary>Whether a directory without an index is listed.</summary>
    public bool Browse { get; init; }

    /// <summary>Whether "/about" is answered with about.html, and "/about.html" redirected to it.</summary>
    public bool CleanUrls { get; init; }

    /// <summary>The page of a single-page application, for addresses that name no file; empty is off.</summary>
    public string Spa { get; init; } = "";

    public ErrorPage[] ErrorPages { get; init; } = [];

    public RedirectRule[] Redirects { get; init; } = [];

    public RewriteRule[] Rewrites { get; init; } = [];

    /// <summary>Field lines, "Name: value", that every response of the site carries.</summary>
    public string[] Header { get; init; } = [];

    public HeaderRule[] Headers { get; init; } = [];

    /// <summary>Cache-Control of every file; empty is the default by kind and name.</summary>
    public string CacheControl { get; init; } = "";

    /// <summary>Media types by extension, over those of mime-db.</summary>
    public MimeTypeRule[] MimeTypes { get; init; } = [];

    public EntityTagMode ETag { get; init; } = EntityTagMode.Modified;

    /// <summary>Origins that may read responses across sites; "*" is every one, empty is none.</summary>
    public string[] Cors { get; init; } = [];

    /// <summary>Whether responses carry the usual fields against framing, leaking referrers and the like.</summary>
    public bool SecurityHeaders { get; init; }

    public AuthRule[] Auth { get; init; } = [];

    /// <summary>Whether siblings such as app.js.br answer for app.js where the client takes them.</summary>
    public bool Precompressed { get; init; } = true;

    /// <summary>Whether files without such a sibling are compressed by the server.</summary>
    public bool Compress { get; init; }

    public CannedRoute[] Canned { get; init; } = [];

    /// <summary>The absolute path of the root.</summary>
    internal string RootFullPath => Path.GetFullPath(Root);
}

internal enum SymlinkPolicy : byte
{
    /// <summary>None: a name behind a link does not exist.</summary>
    None = 0,

    /// <summary>Those that stay beneath the root.</summary>
    Inside = 1,

    /// <summary>All.</summary>
    All = 2,
}

internal enum EntityTagMode : byte
{
    /// <summary>Time of modification and length.</summary>
    Modified = 0,

    /// <summary>A hash of the content.</summary>
    Hash = 1,

    Off = 2,
}

/// <summary>A file that answers in place of the built-in page of a status.</summary>
internal sealed record ErrorPage
{
    public int Status { get; init; }

    /// <summary>Relative to the root.</summary>
    public string File { get; init; } = "";
}

/// <summary>The first rule whose pattern matches the whole path wins.</summary>
internal sealed record RedirectRule
{
    /// <summary>A path with "*" for the rest and ":name" for one segment: <c>/blog/:year/*</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>A path or an absolute address, with the same captures: <c>/news/:year/:splat</c>.</summary>
    public string To { get; init; } = "";

    public int Status { get; init; } = 308;
}

/// <summary>As <see cref="RedirectRule"/>, inside the server: the client does not see it.</summary>
internal sealed record RewriteRule
{
    public string From { get; init; } = "";

    public string To { get; init; } = "";
}

internal sealed record HeaderRule
{
    /// <summary>A glob over the path: <c>/assets/**</c>.</summary>
    public string Source { get; init; } = "/**";

    /// <summary>Fields that the responses get, over those of the server.</summary>
    public Dictionary<string, string> Set { get; init; } = [];

    /// <summary>Names of fields that they lose.</summary>
    public string[] Unset { get; init; } = [];
}

internal sealed record MimeTypeRule
{
    /// <summary>Without its dot.</summary>
    public string Extension { get; init; } = "";

    public string Type { get; init; } = "";
}

internal sealed record AuthRule
{
    /// <summary>The path that is protected, and everything below it.</summary>
    public string Path { get; init; } = "/";

    public AuthUser[] Users { get; init; } = [];
}

internal sealed record AuthUser
{
    public string Name { get; init; } = "";

    /// <summary>bcrypt (<c>$2b$…</c>) or PBKDF2 (<c>$pbkdf2-sha256$iterations$salt$hash</c>).</summary>
    public string Hash { get; init; } = "";
}
