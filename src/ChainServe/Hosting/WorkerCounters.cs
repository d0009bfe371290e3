using System;

namespace ChainServe.Hosting;

/// <summary>What one worker has counted; read by the summary after the worker has ended.</summary>
internal sealed class WorkerCounters
{
    private readonly long[] _limits = new long[LimitNames.Count];

    /// <summary>By <see cref="LimitKind"/>: how often each was passed.</summary>
    internal ReadOnlySpan<long> Limits => _limits;

    internal long Connections { get; set; }

    internal long Requests { get; set; }

    /// <summary>Requests that went through a resolve: the cold path.</summary>
    internal long Resolves { get; set; }

    /// <summary>Chains that were started again without CACHED and NOWAIT.</summary>
    internal long ColdRetries { get; set; }

    /// <summary>Chains that found another file than their facts said.</summary>
    internal long ChangedFiles { get; set; }

    /// <summary>Look-ups that found facts of their path.</summary>
    internal long FactsHits { get; set; }

    /// <summary>Look-ups that found none.</summary>
    internal long FactsMisses { get; set; }

    /// <summary>Copies of hot files that were made.</summary>
    internal long Snapshots { get; set; }

    /// <summary>Responses that were sent from one.</summary>
    internal long SnapshotHits { get; set; }

    /// <summary>Requests that waited for work off the ring thread.</summary>
    internal long Jobs { get; set; }

    /// <summary>Files that were compressed.</summary>
    internal long Compressions { get; set; }

    /// <summary>Splices of which the socket took only a part.</summary>
    internal long ShortSplices { get; set; }

    /// <summary>Sends that left something over, or sent nothing, because the socket was full.</summary>
    internal long ShortSends { get; set; }

    /// <summary>Connections that ended at a deadline.</summary>
    internal long Timeouts { get; set; }

    /// <summary>Accepts that found no descriptor or memory.</summary>
    internal long AcceptPauses { get; set; }

    /// <summary>Opens and reads that the disk or its file system failed.</summary>
    internal long FileErrors { get; set; }

    /// <summary>Completions that no rule foresaw; each is logged.</summary>
    internal long Unexpected { get; set; }

    /// <summary>Lines that did not get into the access log.</summary>
    internal long LostLogLines { get; set; }

    /// <summary>Calls of io_uring_enter.</summary>
    internal long Enters { get; set; }

    /// <summary>Counts a limit that was passed.</summary>
    internal void Pass(LimitKind limit)
    {
        _limits[(int)limit]++;
    }

    /// <summary>Counts a deadline that has ended a connection.</summary>
    internal void PassDeadline(LimitKind limit)
    {
        Timeouts++;
        Pass(limit);
    }

    internal void Add(WorkerCounters other)
    {
        for (int limit = 0; limit < _limits.Length; limit++)
        {
            _limits[limit] += other._limits[limit];
        }

        Connections += other.Connections;
        Requests += other.Requests;
        Resolves += other.Resolves;
        ColdRetries += other.ColdRetries;
        ChangedFiles += other.ChangedFiles;
        FactsHits += other.FactsHits;
        FactsMisses += other.FactsMisses;
        Snapshots += other.Snapshots;
        SnapshotHits += other.SnapshotHits;
        Jobs += other.Jobs;
        Compressions += other.Compressions;
        ShortSplices += other.ShortSplices;
        ShortSends += other.ShortSends;
        Timeouts += other.Timeouts;
        AcceptPauses += other.AcceptPauses;
        FileErrors += other.FileErrors;
        Unexpected += other.Unexpected;
        LostLogLines += other.LostLogLines;
        Enters += other.Enters;
    }
}
