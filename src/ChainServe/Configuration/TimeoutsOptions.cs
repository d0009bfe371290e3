namespace ChainServe.Configuration;

/// <summary>Deadlines. All are absolute per phase: a byte now and then buys no time.</summary>
internal sealed record TimeoutsOptions
{
    /// <summary>From the first byte of a request, or the accept, to the end of its head.</summary>
    public int HeadMilliseconds { get; init; } = 10_000;

    /// <summary>How long a connection may stay open between two requests.</summary>
    public int KeepAliveMilliseconds { get; init; } = 30_000;

    /// <summary>How long a send may make no progress.</summary>
    public int SendMilliseconds { get; init; } = 60_000;

    /// <summary>How long responses in flight may take to finish after the first stop signal.</summary>
    public int GraceMilliseconds { get; init; } = 10_000;

    /// <summary>How long the rest of a request is read before a lingering close.</summary>
    public int DrainMilliseconds { get; init; } = 30_000;
}
