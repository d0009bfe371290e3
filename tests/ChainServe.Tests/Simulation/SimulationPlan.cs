using System.Globalization;
using ChainServe.Configuration;
using ChainServe.Connections;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// What a seed decides before anything happens: which features and which kinds of trouble this run has. Most runs have
/// few of them: what would hide another fault in one run is missing in the next.
/// </summary>
internal sealed record SimulationPlan
{
    /// <summary>Room for one large file and a few small ones: copies are made, used and evicted all the time.</summary>
    private const int CopiesBytes = 512 * 1024;

    private const int RatePerMilleMax = 60;

    internal int ClientsMax { get; private init; }

    /// <summary>Slots; fewer than clients, or enough.</summary>
    internal int Connections { get; private init; }

    internal bool HasRoom => Connections > ClientsMax;

    internal bool KeepsCopies { get; private init; }

    /// <summary>Nothing changes, and the server may know.</summary>
    internal bool IsImmutable { get; private init; }

    internal bool HasSiblings { get; private init; }

    internal bool Logs { get; private init; }

    /// <summary>Of the kernel; 0 for no pipes at all.</summary>
    internal int PipeLengthMax { get; private init; }

    /// <summary>Whether the file system knows RWF_NOWAIT.</summary>
    internal bool SupportsNoWait { get; private init; }

    /// <summary>Requests that one connection may bring, or 0.</summary>
    internal int RequestsMax { get; private init; }

    /// <summary>What a client must take of a long body in a second, or 0.</summary>
    internal int BytesPerSecondMin { get; private init; }

    internal bool HasSlowReaders { get; private init; }

    internal bool ClientsLeave { get; private init; }

    /// <summary>Cold names, short reads that may be tried again, no buffer, no descriptor for an accept: what a client
    /// must not notice.</summary>
    internal int HiccupPerMille { get; private init; }

    /// <summary>Errors of opens, reads, closes, and no descriptors.</summary>
    internal int DiskPerMille { get; private init; }

    /// <summary>Errors of sends and receives.</summary>
    internal int NetworkPerMille { get; private init; }

    /// <summary>Opens, reads and closes that take seconds.</summary>
    internal int StallPerMille { get; private init; }

    /// <summary>Writes of the access log that fail, stall, or take a part.</summary>
    internal int LogPerMille { get; private init; }

    /// <summary>Files that change in the middle of a chain.</summary>
    internal int ChangePerMille { get; private init; }

    /// <summary>Entries until the server is told to stop, in the middle of whatever it does; or none.</summary>
    internal int? EntriesUntilStop { get; private init; }

    /// <summary>Longer or shorter than the deadlines of a stopped server's clients.</summary>
    internal int GraceMilliseconds { get; private init; }

    /// <summary>Whether a request may go without its answer although its client did nothing wrong.</summary>
    internal bool MayLoseResponses => NetworkPerMille > 0 || StallPerMille > 0 || EntriesUntilStop is not null;

    /// <summary>Whether an error may take the place of an answer.</summary>
    internal bool MayFail => DiskPerMille > 0 || StallPerMille > 0;

    internal ServerOptions Options
    {
        get
        {
            ServerOptions quick = FakeServer.Quick(IsImmutable, KeepsCopies ? CopiesBytes : 0);
            return quick with
            {
                Precompressed = HasSiblings,
                Timeouts = quick.Timeouts with { GraceMilliseconds = GraceMilliseconds },
                Limits = quick.Limits with
                {
                    RequestsPerConnection = RequestsMax,
                    SendBytesPerSecondMin = BytesPerSecondMin,
                },
            };
        }
    }

    internal static SimulationPlan Of(Dice dice)
    {
        int clients = dice.Next(1, 13);
        bool isImmutable = dice.OneIn(8);
        bool logs = dice.OneIn(3);
        return new SimulationPlan
        {
            ClientsMax = clients,
            Connections = dice.OneIn(3) ? dice.Next(1, clients + 1) : clients + 2,
            KeepsCopies = dice.OneIn(2),
            IsImmutable = isImmutable,
            HasSiblings = dice.OneIn(2),
            Logs = logs,
            PipeLengthMax = dice.Pick([PipePool.PipeLength, PipePool.PipeLength, 65_536, 0]),
            SupportsNoWait = !dice.OneIn(6),
            RequestsMax = dice.OneIn(6) ? dice.Next(1, 6) : 0,
            BytesPerSecondMin = dice.OneIn(3) ? dice.Next(1, 20_000) : 0,
            HasSlowReaders = dice.OneIn(2),
            ClientsLeave = dice.OneIn(2),
            HiccupPerMille = Rate(dice, 2),
            DiskPerMille = Rate(dice, 3),
            NetworkPerMille = Rate(dice, 4),
            StallPerMille = Rate(dice, 5),
            LogPerMille = logs ? 10 * Rate(dice, 2) : 0,
            ChangePerMille = isImmutable ? 0 : dice.Next(RatePerMilleMax),
            EntriesUntilStop = dice.OneIn(3) ? dice.Next(600) : null,
            GraceMilliseconds = dice.Pick([4_000, 4_000, 700]),
        };
    }

    public override string ToString()
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ClientsMax} clients, {Connections} slots, copies {KeepsCopies}, immutable {IsImmutable}, siblings "
            + $"{HasSiblings}, log {Logs}, pipes {PipeLengthMax}, NOWAIT {SupportsNoWait}, requests {RequestsMax}, "
            + $"rate {BytesPerSecondMin}, stop {EntriesUntilStop} within {GraceMilliseconds} ms; ‰: "
            + $"hiccups {HiccupPerMille}, disk {DiskPerMille}, network {NetworkPerMille}, stalls {StallPerMille}, log "
            + $"{LogPerMille}, changes {ChangePerMille}");
    }

    private static int Rate(Dice dice, int oneIn)
    {
        return dice.OneIn(oneIn) ? dice.Next(3, RatePerMilleMax) : 0;
    }
}
