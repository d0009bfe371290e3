using System;
using System.Collections.Generic;

namespace ChainServe.Tests.Simulation;

/// <summary>A range as a client writes it: "from-to", "from-", "-to".</summary>
internal readonly record struct SimulatedRange(int? From, int? To)
{
    public override string ToString()
    {
        return $"{From}-{To}";
    }

    /// <summary>What it covers of a body; nothing when the start is behind the end.</summary>
    internal (int Start, int End) Of(int length)
    {
        return From is { } from
            ? (from, Math.Min(length, To + 1 ?? length))
            : (Math.Max(0, length - To!.Value), length);
    }
}

/// <summary>What a client accepts, in thousandths; the naive server does not read fields.</summary>
internal sealed record SimulatedCodings(string Field, int Brotli, int Zstandard, int Gzip, int Identity)
{
    internal bool RefusesIdentity => Identity < 0;

    internal int WeightOf(string coding)
    {
        return coding switch
        {
            "br" => Brotli,
            "zstd" => Zstandard,
            _ => Gzip,
        };
    }
}

/// <summary>A request in a form that needs no parser, the text that says the same, and when it was sent.</summary>
internal sealed record SimulatedRequest
{
    /// <summary>Of the file that answers.</summary>
    internal string Name { get; init; } = "";

    internal string Method { get; init; } = "GET";

    internal string Target { get; init; } = "/";

    internal SimulatedCodings Codings { get; init; } = new SimulatedCodings("", 0, 0, 0, 0);

    internal IReadOnlyList<SimulatedRange> Ranges { get; init; } = [];

    /// <summary>Tags, or "*".</summary>
    internal IReadOnlyList<string> IfMatch { get; init; } = [];

    internal IReadOnlyList<string> IfNoneMatch { get; init; } = [];

    /// <summary>Seconds since 1970.</summary>
    internal long? IfModifiedSince { get; init; }

    internal long? IfUnmodifiedSince { get; init; }

    internal string? IfRangeTag { get; init; }

    internal long? IfRangeDate { get; init; }

    /// <summary>The only status that is right, or 0 when that depends on the file.</summary>
    internal int Expected { get; init; }

    /// <summary>The connection ends behind the response.</summary>
    internal bool Closes { get; init; }

    internal required string Head { get; init; }

    internal string Body { get; init; } = "";

    internal bool IsHead => Method == "HEAD";

    /// <summary>The change before its head was sent in full.</summary>
    internal long SentTick { get; set; }

    internal long SentMilliseconds { get; set; }

    internal bool IsSent { get; set; }

    /// <summary>Where its head ends in all that its client sends.</summary>
    internal int HeadEnd { get; set; }

    public override string ToString()
    {
        return Head.Replace("\r\n", "|", StringComparison.Ordinal);
    }
}
