namespace ChainServe.Connections;

/// <summary>How far a spliced body is, and how fast its client takes it. Times are the worker's milliseconds.</summary>
internal struct SpliceProgress
{
    /// <summary>The most that the next splice moves: what the last one did, where that was too much.</summary>
    internal int LengthMax;

    /// <summary>Since when all splices from the file have failed for the moment; 0 when the last has not.</summary>
    internal long FailingSince;

    /// <summary>What was left of its deadline when it began to wait for a pipe.</summary>
    internal long TimeLeft;

    /// <summary>When the body last ceased to wait for its client.</summary>
    internal long WaitEnded;

    /// <summary>Since when the rate is measured, less the waits that are not its client's.</summary>
    internal long MeasuredSince;

    /// <summary>What its client had taken then; below 0 when that was not asked yet.</summary>
    internal long MeasuredBytes;
}
