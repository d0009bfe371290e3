using System;
using Microsoft.Extensions.Configuration;

namespace ChainServe.Configuration;

/// <summary>The bound form of <see cref="SitePolicy"/>: null means not given.</summary>
internal abstract class SiteSettings
{
    public string? Root { get; set; }

    public string[]? Index { get; set; }

    public bool? Immutable { get; set; }

    public bool? Hidden { get; set; }

    public string[]? Hide { get; set; }

    public SymlinkPolicy? Symlinks { get; set; }

    public bool? Browse { get; set; }

    public bool? CleanUrls { get; set; }

    public string? Spa { get; set; }

    public ErrorPageSettings[]? ErrorPages { get; set; }

    public RedirectSettings[]? Redirects { get; set; }

    public RewriteSettings[]? Rewrites { get; set; }

    public string[]? Header { get; set; }

    public HeaderSettings[]? Headers { get; set; }

    public string? CacheControl { get; set; }

    public MimeTypeSettings[]? MimeTypes { get; set; }

    public EntityTagMode? ETag { get; set; }

    public string[]? Cors { get; set; }

    public bool? SecurityHeaders { get; set; }

    public AuthSettings[]? Auth { get; set; }

    public bool? Precompressed { get; set; }

    public bool? Compress { get; set; }

    public CannedSettings[]? Canned { get; set; }

    /// <summary>Puts empty lists where the configuration has them: the binder leaves them out, but "no index files" is
    /// neither "the default index files" nor those of the site above.</summary>
    /// <param name="section">What this was bound from.</param>
    internal void KeepEmptyLists(IConfiguration section)
    {
        Index ??= EmptyIfGiven<string>(section, nameof(Index));
        Hide ??= EmptyIfGiven<string>(section, nameof(Hide));
        ErrorPages ??= EmptyIfGiven<ErrorPageSettings>(section, nameof(ErrorPages));
        Redirects ??= EmptyIfGiven<RedirectSettings>(section, nameof(Redirects));
        Rewrites ??= EmptyIfGiven<RewriteSettings>(section, nameof(Rewrites));
        Header ??= EmptyIfGiven<string>(section, nameof(Header));
        Headers ??= EmptyIfGiven<HeaderSettings>(section, nameof(Headers));
        MimeTypes ??= EmptyIfGiven<MimeTypeSettings>(section, nameof(MimeTypes));
        Cors ??= EmptyIfGiven<string>(section, nameof(Cors));
        Auth ??= EmptyIfGiven<AuthSettings>(section, nameof(Auth));
        Canned ??= EmptyIfGiven<CannedSettings>(section, nameof(Canned));
    }

    /// <param name="inherited">What holds where nothing is said: the defaults, or the site above.</param>
    protected SitePolicy ToPolicy(SitePolicy inherited)
    {
        return new SitePolicy
        {
            Root = Root ?? inherited.Root,
            Index = Index ?? inherited.Index,
            Immutable = Immutable ?? inherited.Immutable,
            Hidden = Hidden ?? inherited.Hidden,
            Hide = Hide ?? inherited.Hide,
            Symlinks = Symlinks ?? inherited.Symlinks,
            Browse = Browse ?? inherited.Browse,
            CleanUrls = CleanUrls ?? inherited.CleanUrls,
            Spa = Spa ?? inherited.Spa,
            ErrorPages = Convert(ErrorPages, page => page.ToPage(), inherited.ErrorPages),
            Redirects = Convert(Redirects, rule => rule.ToRule(), inherited.Redirects),
            Rewrites = Convert(Rewrites, rule => rule.ToRule(), inherited.Rewrites),
            Header = Header ?? inherited.Header,
            Headers = Convert(Headers, rule => rule.ToRule(), inherited.Headers),
            CacheControl = CacheControl ?? inherited.CacheControl,
            MimeTypes = Convert(MimeTypes, rule => rule.ToRule(), inherited.MimeTypes),
            ETag = ETag ?? inherited.ETag,
            Cors = Cors ?? inherited.Cors,
            SecurityHeaders = SecurityHeaders ?? inherited.SecurityHeaders,
            Auth = Convert(Auth, rule => rule.ToRule(), inherited.Auth),
            Precompressed = Precompressed ?? inherited.Precompressed,
            Compress = Compress ?? inherited.Compress,
            Canned = Convert(Canned, route => route.ToRoute(), inherited.Canned),
        };
    }

    private static T[]? EmptyIfGiven<T>(IConfiguration section, string list)
    {
        return section[list] is null ? null : [];
    }

    private static TTo[] Convert<TFrom, TTo>(TFrom[]? given, Converter<TFrom, TTo> convert, TTo[] inherited)
    {
        return given is null ? inherited : Array.ConvertAll(given, convert);
    }
}
