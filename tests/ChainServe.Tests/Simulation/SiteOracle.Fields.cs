using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ChainServe.Tests.Simulation;

// What a response says about its file, and those that have none.
internal sealed partial class SiteOracle
{
    private static readonly (string Extension, string Type)[] Types =
    [
        (".html", "text/html; charset=utf-8"), (".txt", "text/plain; charset=utf-8"),
        (".css", "text/css; charset=utf-8"), (".bin", "application/octet-stream"),
    ];

    private readonly Dictionary<string, List<string>> _tags = [];
    private readonly Dictionary<string, (string Coding, byte[] Body)> _tagged = [];

    /// <summary>Entity tags that responses about a file had, whatever their coding.</summary>
    internal IReadOnlyList<string> TagsOf(string name)
    {
        return _tags.TryGetValue(name, out List<string>? tags) ? tags : [];
    }

    private static bool IsPageOf(int status, SimulatedRequest request, Response response)
    {
        return request.IsHead
            ? response.Fields["Content-Length"] != "0"
            : response.Text.Contains($"<h1>{status}</h1>", StringComparison.Ordinal);
    }

    private string? JudgeMissing(SimulatedRequest request, Response response)
    {
        bool isMissing = request.Expected == 404
            || Recent(request.Name, request).Any(static version => version.Content is null);
        IReadOnlyList<FileVersion> pages = [.. Recent("404.html", request)];
        bool isPage = pages.Count == 0 ? IsPageOf(404, request, response) : pages.Any(page => page.Content is null
            ? IsPageOf(404, request, response)
            : response.Fields["Content-Length"] == $"{page.Length}"
                && (request.IsHead || page.Content.AsSpan().SequenceEqual(response.Body)));
        isPage |= _plan.MayFail && IsPageOf(404, request, response);
        return !isMissing ? "it was there all the time"
            : !isPage ? "no page of this error"
            : response.EntityTag.Length > 0 ? "an error with an entity tag" : null;
    }

    private static string? JudgeCanned(SimulatedRequest request, Response response)
    {
        bool isRight = request.Expected switch
        {
            204 => response.Fields.GetValueOrDefault("Allow") == "GET, HEAD, OPTIONS",
            308 => response.Fields.GetValueOrDefault("Location") == request.Target + "/",
            _ => IsPageOf(request.Expected, request, response),
        };
        return request.Expected == response.Status && isRight ? null : $"not {request.Expected}";
    }

    private string? FieldFault(SimulatedRequest request, Response response)
    {
        bool variesByCoding = response.Fields.GetValueOrDefault("Vary", "") == "Accept-Encoding";
        if (variesByCoding != Varies(request.Name))
        {
            return "the field Vary";
        }

        string? type = Array.Find(
            Types, known => request.Name.EndsWith(known.Extension, StringComparison.Ordinal)).Type;
        bool isMultipart = response.Status == 206 && !response.Fields.ContainsKey("Content-Range");
        bool isContent = response.Status is 200 or 206 && !isMultipart;
        return isContent && type is not null && response.Fields.GetValueOrDefault("Content-Type") != type
            ? "the field Content-Type"
            : null;
    }

    // One strong tag names one body, of one coding, for ever.
    private string? TagFault(SimulatedRequest request, Response response, string coding)
    {
        string tag = response.EntityTag;
        if (tag.Length == 0)
        {
            return response.Status == 416 ? null : "no entity tag";
        }

        if (!TagsOf(request.Name).Contains(tag))
        {
            _tags[request.Name] = [.. TagsOf(request.Name), tag];
        }

        if (tag.StartsWith('W'))
        {
            return null;
        }

        string key = $"{request.Name} {tag}";
        if (response.Status == 200 && response.Body.Length > 0)
        {
            _tagged.TryAdd(key, (coding, response.Body));
        }

        if (!_tagged.TryGetValue(key, out (string Coding, byte[] Body) known))
        {
            return null;
        }

        bool isSame = response.Status switch
        {
            200 when !request.IsHead => known.Body.AsSpan().SequenceEqual(response.Body),
            206 when response.Fields.TryGetValue("Content-Range", out string? range) =>
                IsPartOf(known.Body, range, response),
            _ => Recent(NameOf(request, known.Coding), request).Any(
                version => version.Content.AsSpan().SequenceEqual(known.Body)),
        };
        bool isOfCoding = response.Status is not (200 or 206) || known.Coding == coding;
        return isSame && isOfCoding ? null : $"{tag} names two bodies";
    }

    private static bool IsPartOf(byte[] body, string range, Response response)
    {
        const int Unit = 6; // "bytes "
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        int start = int.Parse(range.AsSpan(Unit, dash - Unit), CultureInfo.InvariantCulture);
        return body.Length >= start + response.Body.Length
            && body.AsSpan(start, response.Body.Length).SequenceEqual(response.Body);
    }
}
