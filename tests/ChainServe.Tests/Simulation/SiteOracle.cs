using System;
using System.Collections.Generic;
using System.Linq;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// A file server so naive that it keeps every version of every file: it tells whether an answer could have been true at
/// some moment between request and response. What comes from facts alone, an empty body too, or from a copy may be two
/// seconds old.
/// </summary>
internal sealed class SiteOracle
{
    private const long StaleMilliseconds = 2_000;

    private static readonly List<Version> Never = [new Version(null, long.MaxValue, long.MaxValue)];

    private readonly Dictionary<string, List<Version>> _versions = [];
    private readonly Dictionary<string, byte[]> _tags = [];
    private readonly Func<long> _now;
    private readonly bool _keepsCopies;

    /// <param name="now">Milliseconds.</param>
    /// <param name="keepsCopies">Whether bodies come from copies too, which are as old as the facts at most.</param>
    internal SiteOracle(Func<long> now, bool keepsCopies)
    {
        _now = now;
        _keepsCopies = keepsCopies;
    }

    internal long Tick { get; private set; }

    internal long NowMilliseconds => _now();

    /// <summary>The file is this from now on; null: there is none.</summary>
    internal void Set(string name, byte[]? content)
    {
        Tick++;
        List<Version> versions = _versions.TryGetValue(name, out List<Version>? known) ? known : _versions[name] = [];
        if (versions.Count > 0)
        {
            versions[^1] = versions[^1] with { EndTick = Tick, EndMilliseconds = NowMilliseconds };
        }

        versions.Add(new Version(content, long.MaxValue, long.MaxValue));
    }

    internal byte[]? Current(string name)
    {
        return _versions[name][^1].Content;
    }

    /// <returns>Null when the response is allowed, else what is wrong with it.</returns>
    internal string? Judge(SimulatedRequest request, Response response)
    {
        List<Version> all = _versions.GetValueOrDefault(request.Name) ?? Never;
        long since = request.SentMilliseconds - StaleMilliseconds;
        Version[] recent = [.. all.Where(each => each.EndMilliseconds >= since)];
        IEnumerable<Version> possible = _keepsCopies ? recent : all.Where(each => each.EndTick > request.SentTick);
        byte[][] during = [.. possible.Where(each => each.Content is not null).Select(each => each.Content!)];
        bool isRight = response.Status switch
        {
            200 when request.IsHead => recent.Any(
                each => $"{each.Content?.Length}" == response.Fields["Content-Length"]),
            200 when response.Body.Length == 0 => recent.Any(each => each.Content is { Length: 0 }),
            200 => during.Any(content => content.AsSpan().SequenceEqual(response.Body)),
            206 => during.Any(content => IsPart(request, content, response)),
            304 => request.HasCondition && recent.Any(each => each.Content is not null),
            416 => request.HasRange && recent.Any(each => each.Content?.Length <= request.From),
            404 => recent.Any(each => each.Content is null),
            _ => request.Expected == response.Status,
        };
        isRight &= request.Expected == 0 || request.Expected == response.Status;
        return isRight
            ? TagFault(request.Name, response)
            : $"{response.Status} with {response.Body.Length} bytes for {request}";
    }

    private string? TagFault(string name, Response response)
    {
        bool isStrong = response.EntityTag.StartsWith('"');
        if (response.Status != 200 || !isStrong || response.Body.Length == 0)
        {
            return null;
        }

        string key = $"{name} {response.EntityTag}";
        _tags.TryAdd(key, response.Body);
        return _tags[key].AsSpan().SequenceEqual(response.Body)
            ? null
            : $"{key} names two bodies";
    }

    private static bool IsPart(SimulatedRequest request, byte[] content, Response response)
    {
        int end = Math.Min(request.To + 1, content.Length);
        return request.HasRange && request.From < end
            && content.AsSpan()[request.From..end].SequenceEqual(response.Body)
            && response.Fields["Content-Range"] == $"bytes {request.From}-{end - 1}/{content.Length}";
    }

    private sealed record Version(byte[]? Content, long EndTick, long EndMilliseconds);
}
