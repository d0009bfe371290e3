namespace ChainServe.Tests.Simulation;

/// <summary>A request, and when its last byte was sent.</summary>
internal sealed record SimulatedRequest(string Name, string Text)
{
    internal bool IsHead { get; init; }

    internal bool HasCondition { get; init; }

    internal bool HasRange { get; init; }

    internal int From { get; init; }

    internal int To { get; init; }

    /// <summary>The only status that is right, or 0 when that depends on the file.</summary>
    internal int Expected { get; init; }

    /// <summary>No response follows this one's.</summary>
    internal bool Closes { get; init; }

    internal long SentTick { get; set; }

    internal long SentMilliseconds { get; set; }

    internal bool IsSent { get; set; }

    public override string ToString()
    {
        return Text.Replace("\r\n", "|", System.StringComparison.Ordinal);
    }
}
