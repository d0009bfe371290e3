using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ChainServe.Tests.Simulation;

/// <summary>Makes up requests: mostly for files, with every field that can change an answer.</summary>
internal sealed class RequestMaker
{
    // Weights as RFC 9110 §12.5.3 has them, worked out by hand. -1: identity is refused.
    private static readonly SimulatedCodings[] Codings =
    [
        new("gzip", 0, 0, 1000, 0),
        new("br, gzip", 1000, 0, 1000, 0),
        new("gzip, deflate, br, zstd", 1000, 1000, 1000, 0),
        new("br;q=0.1, zstd;q=0.9, gzip;q=0.8", 100, 900, 800, 0),
        new("br;q=0.5, identity;q=0.7, gzip;q=0", 500, 0, 0, 700),
        new("*", 1000, 1000, 1000, 0),
        new("gzip;q=0, *;q=0.5", 500, 500, 0, 0),
        new("identity;q=0, gzip", 0, 0, 1000, -1),
        new("*;q=0, br", 1000, 0, 0, -1),
    ];

    private readonly Dice _dice;
    private readonly SimulatedTree _tree;
    private readonly SiteOracle _oracle;
    private readonly string _favourite;

    internal RequestMaker(Dice dice, SimulatedTree tree, SiteOracle oracle)
    {
        _dice = dice;
        _tree = tree;
        _oracle = oracle;

        // What is asked for often is copied, and asked for while it changes.
        _favourite = dice.Pick(tree.Names);
    }

    internal SimulatedRequest Next()
    {
        bool closes = _dice.OneIn(6);
        return _dice.Next(24) switch
        {
            0 => Make("GET", "/ no request", expected: 400, closes: true),
            1 => Make("GET", "/d", expected: 308, closes: closes),
            2 => Make(_dice.Pick(["GET", "HEAD"]), _dice.Pick(["/never", "/.b.txt", "/a.bin/b"]), 404, closes),
            3 => Make("DELETE", "/a.bin", 405, closes, "GET / HTTP/1.1\r\n\r\n!"),
            4 => Make("OPTIONS", "/a.bin", 204, closes),
            5 => Make("BREW", "/a.bin", 501, closes),
            6 => Make("GET", "/a.bin", 413, closes: true, new string('G', 70_000)),
            7 => Make("GET", _dice.Pick(["/../a.bin", "/b.txt%2Fa"]), 400, closes),
            _ => File(PickName(), closes),
        };
    }

    /// <summary>Some request for a file.</summary>
    internal SimulatedRequest Next(string name)
    {
        return File(name, closes: _dice.OneIn(6));
    }

    /// <summary>A file that is worth asking for.</summary>
    internal string PickName()
    {
        string name = _dice.OneIn(2) ? _favourite : _dice.Pick(_tree.Names);
        return SimulatedTree.IsSibling(name) && _dice.OneIn(2) ? name[..name.LastIndexOf('.')] : name;
    }

    private static SimulatedRequest Make(string method, string target, int expected, bool closes, string body = "")
    {
        string length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
        string close = closes ? "Connection: close\r\n" : "";
        return new SimulatedRequest
        {
            Method = method,
            Target = target,
            Expected = expected,
            Closes = closes,
            Head = $"{method} {target} HTTP/1.1\r\nHost: a\r\n{close}{length}\r\n",
            Body = body,
        };
    }

    private SimulatedRequest File(string name, bool closes)
    {
        string target = "/" + (name == "d/index.html" && _dice.OneIn(2) ? "d/" : name);
        target = _dice.OneIn(10) ? target.Replace("b.", "%62.", StringComparison.Ordinal) + "?query" : target;
        SimulatedRequest request = Conditions(name, target, closes);
        StringBuilder head = new StringBuilder();
        bool isOld = _dice.OneIn(12);
        head.Append(request.Method).Append(' ').Append(target).Append(isOld ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        head.Append("Host: a\r\n");
        head.Append(closes ? isOld ? "" : "Connection: close\r\n" : isOld ? "Connection: keep-alive\r\n" : "");
        Append(head, "Accept-Encoding", request.Codings.Field);
        Append(head, "If-Match", string.Join(", ", request.IfMatch));
        Append(head, "If-None-Match", string.Join(", ", request.IfNoneMatch));
        AppendDate(head, "If-Modified-Since", request.IfModifiedSince);
        AppendDate(head, "If-Unmodified-Since", request.IfUnmodifiedSince);
        Append(head, "Range", request.Ranges.Count > 0 ? "bytes=" + string.Join(", ", request.Ranges) : "");
        Append(head, "If-Range", request.IfRangeTag ?? "");
        AppendDate(head, "If-Range", request.IfRangeDate);
        return request with { Head = head.Append("\r\n").ToString() };
    }

    private SimulatedRequest Conditions(string name, string target, bool closes)
    {
        bool hasRange = _dice.OneIn(4);
        int condition = hasRange ? _dice.Next(5) : 5 + _dice.Next(14);
        bool sendsTags = _oracle.TagsOf(name).Count > 0;
        return new SimulatedRequest
        {
            Name = name,
            Method = _dice.OneIn(6) ? "HEAD" : "GET",
            Target = target,
            Closes = closes,
            Head = "",
            Codings = _dice.OneIn(2) ? _dice.Pick(Codings) : new SimulatedCodings("", 0, 0, 0, 0),
            Ranges = hasRange ? Ranges(name) : [],
            IfRangeTag = condition == 0 && sendsTags ? _dice.Pick(_oracle.TagsOf(name)) : null,
            IfRangeDate = condition == 1 ? Date(name) : null,
            IfMatch = condition == 5 ? Tags(name) : [],
            IfNoneMatch = condition is 6 or 7 or 8 ? Tags(name) : [],
            IfModifiedSince = condition is 8 or 9 ? Date(name) : null,
            IfUnmodifiedSince = condition == 10 ? Date(name) : null,
        };
    }

    private List<SimulatedRange> Ranges(string name)
    {
        int scale = SimulatedTree.IsLarge(name) ? 100_000 : 2_500;
        int count = _dice.OneIn(3) ? _dice.Next(2, 6) : 1;
        List<SimulatedRange> ranges = [];
        for (int index = 0; index < count; index++)
        {
            int from = _dice.Next(scale);
            ranges.Add(_dice.Next(4) switch
            {
                0 => new SimulatedRange(from, null),
                1 => new SimulatedRange(null, _dice.Next(1, scale)),
                _ => new SimulatedRange(from, from + _dice.Next(scale / count)),
            });
        }

        return ranges;
    }

    private List<string> Tags(string name)
    {
        IReadOnlyList<string> known = _oracle.TagsOf(name);
        List<string> tags = _dice.OneIn(8) ? ["*"] : _dice.OneIn(2) ? ["\"nothing\""] : [];
        if (known.Count > 0 && !tags.Contains("*"))
        {
            tags.Add(known[^1]);
            tags.Add(_dice.Pick(known));
        }

        return tags;
    }

    // Around the times of what the name has led to: the difference that counts is one second.
    private long Date(string name)
    {
        FileVersion[] known = [.. _tree.VersionsOf(name).Where(version => version.Content is not null)];
        long seconds = known.Length > 0 ? _dice.Pick(known).ModifiedSeconds : 1_767_225_600;
        return seconds + _dice.Next(-1, 2);
    }

    private static void Append(StringBuilder head, string name, string value)
    {
        if (value.Length > 0)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }
    }

    private static void AppendDate(StringBuilder head, string name, long? seconds)
    {
        Append(head, name, seconds is { } known ? FileVersion.DateOf(known) : "");
    }
}
