namespace ChainServe.Configuration;

/// <summary>What one worker and one request may take. Every limit is fixed at start.</summary>
internal sealed record LimitsOptions
{
    /// <summary>Each connection owns two fixed-file slots and one native block: this sizes the tables.</summary>
    public int ConnectionsPerWorker { get; init; } = 16384;

    /// <summary>Connections of one client address, of all workers together; an IPv6 client is its /64. 0 is half of
    /// what the server holds.</summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Requests that one connection may bring; 0 is no limit.</summary>
    public int RequestsPerConnection { get; init; } = 1_000_000;

    /// <summary>What a client must take of a long body, on average over 5 s and from its fifth second on; 0 is no
    /// limit.</summary>
    public int SendBytesPerSecondMin { get; init; } = 240;

    public int RequestLineBytesMax { get; init; } = 8192;

    /// <summary>Request line and header fields together.</summary>
    public int HeadBytesMax { get; init; } = 16384;

    public int HeaderCountMax { get; init; } = 100;

    /// <summary>Body bytes of a request that are read and thrown away before the connection closes.</summary>
    public int BodyBytesDiscardedMax { get; init; } = 65536;

    /// <summary>Cached file facts, names that do not exist included.</summary>
    public int FactsPerWorker { get; init; } = 65536;

    /// <summary>Memory for copies of hot files; 0 keeps none.</summary>
    public int CannedBytesPerWorker { get; init; } = 64 * 1024 * 1024;

    /// <summary>The longest file of which a copy is kept.</summary>
    public int CannedFileBytesMax { get; init; } = 256 * 1024;

    /// <summary>Ranges of one request, after those that overlap or touch are joined; with more the whole file is sent.
    /// </summary>
    public int RangesMax { get; init; } = 16;

    /// <summary>The longest file that the server compresses itself.</summary>
    public int CompressBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Entries of a directory listing; those beyond are counted, not shown.</summary>
    public int ListingEntriesMax { get; init; } = 10_000;
}
