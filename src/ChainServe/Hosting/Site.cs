using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

/// <summary>
/// What one site serves and how, in the form that the connection flow needs it in: bytes, not text. Immutable, shared
/// by all workers.
/// </summary>
internal sealed class Site
{
    // Heads have their own fields too: a response buffer holds them all.
    private const int FieldLinesLengthMax = 2_000;

    private const string ApplicationVary = "Accept, Sec-Fetch-Mode";

    private readonly MediaTypes _types;
    private readonly SiteFields _fields;
    private readonly CorsOrigins _origins;
    private readonly Dictionary<int, byte[]> _errorPages = new() { [404] = "404.html"u8.ToArray() };

    internal Site(SitePolicy policy, SiteRoot root)
    {
        Tree = new FileTree(root.Descriptor, (LinkPolicy)policy.Symlinks, root.IsRemote, root.IsUnchangeable);
        Candidates = new CandidateOptions(policy.Index.Select(Encoding.UTF8.GetBytes).ToArray(), policy.CleanUrls);
        IsImmutable = policy.Immutable || root.IsUnchangeable;
        ServesHidden = policy.Hidden;
        HasPrecompressed = policy.Precompressed;
        Compresses = policy.Compress;
        Lists = policy.Browse;
        Application = Encoding.UTF8.GetBytes(policy.Spa.TrimStart('/'));
        Rules = new SiteRules(policy, Candidates);
        Tags = (TagSource)policy.ETag;
        _types = new MediaTypes(policy.MimeTypes.Select(
            static rule => new KeyValuePair<string, string>(rule.Extension, rule.Type)));
        _origins = new CorsOrigins(policy.Cors);
        _fields = FieldsOf(policy, _origins);
        foreach (ErrorPage page in policy.ErrorPages)
        {
            _errorPages[page.Status] = Encoding.UTF8.GetBytes(page.File.TrimStart('/'));
        }

        Options = new CannedResponse(204, "", default, CannedResponses.AllowLine + PreflightLines(policy));
        Routes = new CannedRoutes(RoutesOf(policy));
    }

    internal FileTree Tree { get; }

    internal CandidateOptions Candidates { get; }

    /// <summary>Files do not change while the server runs: whole chains, and facts that never expire.</summary>
    internal bool IsImmutable { get; }

    internal bool ServesHidden { get; }

    /// <summary>Siblings such as "app.js.br" answer for their originals.</summary>
    internal bool HasPrecompressed { get; }

    /// <summary>Files without such a sibling are compressed here.</summary>
    internal bool Compresses { get; }

    /// <summary>What entity tags are made of.</summary>
    internal TagSource Tags { get; }

    /// <summary>Directories without an index are listed.</summary>
    internal bool Lists { get; }

    /// <summary>The page of a single-page application, relative to the root; empty for none.</summary>
    internal byte[] Application { get; }

    /// <summary>What is decided by the path before a file is looked for.</summary>
    internal SiteRules Rules { get; }

    /// <summary>The answer to OPTIONS.</summary>
    internal CannedResponse Options { get; }

    internal CannedRoutes Routes { get; }

    /// <summary>Whether coded variants may answer at all.</summary>
    internal bool LooksForVariants => HasPrecompressed || Compresses;

    /// <summary>The page of an error, relative to the root; empty when the built-in one answers.</summary>
    internal ReadOnlySpan<byte> ErrorPageOf(int status)
    {
        return _errorPages.TryGetValue(status, out byte[]? page) ? page : default;
    }

    /// <summary>Whether the application's page answers when no file does: for navigations, and never in place of a
    /// missing script or picture.</summary>
    internal bool IsApplicationPath(in Request request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> path)
    {
        if (!IsApplicationAddress(path))
        {
            return false;
        }

        return request.SecFetchMode.Of(head).SequenceEqual("navigate"u8) || AcceptMedia.NamesHtml(request, head);
    }

    /// <summary>The lines that let the origin of a request read the response; null for none.</summary>
    internal byte[]? OriginLinesOf(in Request request, ReadOnlySpan<byte> head)
    {
        return _origins.IsEmpty || !request.Has(RequestFields.Origin)
            ? null
            : _origins.LinesFor(request.Origin.Of(head));
    }

    /// <summary>Lines of a response that is no file.</summary>
    /// <param name="path">That was asked for, relative to the root.</param>
    /// <param name="hasPath">Whether the request names one.</param>
    /// <param name="isError">The status is 400 or more.</param>
    internal GuardedLines StatusLinesOf(ReadOnlySpan<byte> path, bool hasPath, bool isError)
    {
        string varyBy = hasPath && IsApplicationAddress(path) ? ApplicationVary : "";
        return _fields.LinesOfStatus(
            hasPath && !_fields.IsSameForAll ? Rooted(path) : default, LooksForVariants, varyBy, isError);
    }

    /// <summary>The same for a listing, whose form the client chooses.</summary>
    internal GuardedLines ListingLinesOf(ReadOnlySpan<byte> path)
    {
        return _fields.LinesOfListing(Rooted(path));
    }

    /// <summary>What the site says of a file.</summary>
    /// <param name="path">Of the original, relative to the root.</param>
    /// <param name="coding">Of the variant.</param>
    internal Representation Describe(ReadOnlySpan<byte> path, ContentCoding coding)
    {
        byte[] rooted = Rooted(path);
        ReadOnlySpan<byte> address = AddressOf(rooted);
        byte[] type = _fields.ContentTypeOf(rooted, address) is { } given
            ? Encoding.Latin1.GetBytes(given)
            : _types.ContentTypeOf(path);
        bool varies = LooksForVariants && MediaTypes.IsCompressible(type);
        string varyBy = Application.Length > 0 && path.SequenceEqual(Application) ? ApplicationVary : "";
        GuardedLines lines = _fields.LinesOf(
            rooted, address, type, varies, Rules.RuleOf(rooted) is not null, varyBy);
        return new Representation(type, lines, coding, Tags, varies);
    }

    // Whether the application's page may answer is decided by the fields of the request, so that a cache must look at
    // them too.
    private bool IsApplicationAddress(ReadOnlySpan<byte> path)
    {
        return Application.Length > 0 && !FileCandidates.HasDot(path);
    }

    private static byte[] Rooted(ReadOnlySpan<byte> path)
    {
        byte[] rooted = new byte[path.Length + 1];
        rooted[0] = (byte)'/';
        path.CopyTo(rooted.AsSpan(1));
        return rooted;
    }

    // By what a page is asked for, beside its own path: "/docs/" for "/docs/index.html", "/about" for "/about.html".
    private ReadOnlySpan<byte> AddressOf(ReadOnlySpan<byte> path)
    {
        int name = path.LastIndexOf((byte)'/') + 1;
        foreach (byte[] index in Candidates.IndexNames)
        {
            if (path[name..].SequenceEqual(index))
            {
                return path[..name];
            }
        }

        return Candidates.TriesHtmlExtension && path.EndsWith(".html"u8) ? path[..^5] : default;
    }

    private static SiteFields FieldsOf(SitePolicy policy, CorsOrigins origins)
    {
        SiteFields fields = new(
            policy.CacheControl,
            policy.SecurityHeaders,
            origins.AllowsAny,
            variesByOrigin: !origins.IsEmpty && !origins.AllowsAny,
            hasPasswords: policy.Auth.Length > 0);
        foreach (string line in policy.Header)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add(line[..colon].Trim(), line[(colon + 1)..].Trim());
        }

        foreach (HeaderRule rule in policy.Headers)
        {
            fields.AddRule(rule.Source, rule.Set, rule.Unset);
        }

        return fields.LengthMax <= FieldLinesLengthMax
            ? fields
            : throw new StartupException(
                $"the configured response headers may take {fields.LengthMax} bytes together, and at most "
                + $"{FieldLinesLengthMax} fit; shorten Header, Headers or CacheControl.");
    }

    private static string PreflightLines(SitePolicy policy)
    {
        return policy.Cors.Length == 0
            ? ""
            : "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
                + "Access-Control-Allow-Headers: Authorization, If-Match, If-Modified-Since, If-None-Match, If-Range, "
                + "If-Unmodified-Since, Range\r\nAccess-Control-Max-Age: 86400\r\n";
    }

    private static List<KeyValuePair<byte[], CannedResponse>> RoutesOf(SitePolicy policy)
    {
        List<KeyValuePair<byte[], CannedResponse>> routes = [];
        foreach (CannedRoute route in policy.Canned)
        {
            CannedResponse response = CannedResponse.WithConditions(
                route.Status,
                route.ContentType,
                Encoding.UTF8.GetBytes(route.Body),
                hasTag: policy.ETag != EntityTagMode.Off);
            int lengthMax = response.LengthMax + FieldLinesLengthMax;
            if (lengthMax > ResponseBuffers.AnswerLengthMax)
            {
                throw new StartupException(
                    $"the response of the canned route '{route.Path}' is {response.LengthMax} bytes long, and at most "
                    + $"{ResponseBuffers.AnswerLengthMax - FieldLinesLengthMax} fit; serve it as a file.");
            }

            routes.Add(new(Encoding.UTF8.GetBytes(route.Path.TrimStart('/')), response));
        }

        return routes;
    }
}
