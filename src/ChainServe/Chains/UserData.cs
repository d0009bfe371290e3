namespace ChainServe.Chains;

/// <summary>What a completion belongs to.</summary>
internal enum ChainKind : byte
{
    /// <summary>Nothing that was ever submitted.</summary>
    None = 0,

    /// <summary><see cref="AcceptChain"/>.</summary>
    Accept = 1,

    /// <summary><see cref="ReceiveChain"/>.</summary>
    Receive = 2,

    /// <summary><see cref="ResolveChain"/>.</summary>
    Resolve = 3,

    /// <summary><see cref="FileChain"/>.</summary>
    File = 4,

    /// <summary><see cref="CheckedFileChain"/>.</summary>
    CheckedFile = 5,

    /// <summary><see cref="ChunkChain"/>.</summary>
    Chunk = 6,

    /// <summary><see cref="CannedChain"/>.</summary>
    Canned = 7,

    /// <summary><see cref="CloseChain"/>.</summary>
    Close = 8,

    /// <summary>A cancel, or another entry that nobody waits for and that posts only what went wrong.</summary>
    Detached = 9,

    /// <summary>The read of the worker's wake event.</summary>
    Wake = 10,

    /// <summary><see cref="SpliceChain"/>.</summary>
    Splice = 11,

    /// <summary><see cref="PipeChain"/>; the slot is the pipe's number.</summary>
    Pipe = 12,

    /// <summary><see cref="LogChain"/>.</summary>
    Log = 13,

    /// <summary><see cref="GateChain"/>.</summary>
    Gate = 14,
}

/// <summary>What stands alone and posts only what went wrong.</summary>
internal enum DetachedStep : byte
{
    /// <summary>A cancel.</summary>
    Cancel = 0,

    /// <summary>A close of a slot or descriptor that a chain left open.</summary>
    Close = 1,
}

/// <summary>
/// The 64 bits that come back with a completion: kind (8), step (8), generation (24), slot (24). No pointer, no
/// dictionary. A slot is not reused while a chain of it is in flight, so that a completion of another generation is a
/// bug
/// that ends the process before it can touch another client's connection.
/// </summary>
internal readonly record struct UserData(ulong Value)
{
    private const int KindShift = 56;
    private const int StepShift = 48;
    private const int GenerationShift = 24;
    private const ulong Mask24 = 0xFF_FFFF;

    internal ChainKind Kind => (ChainKind)(Value >> KindShift);

    internal byte Step => (byte)(Value >> StepShift);

    internal uint Generation => (uint)((Value >> GenerationShift) & Mask24);

    internal int Slot => (int)(Value & Mask24);

    internal static ulong Of(DetachedStep step, ConnectionId id)
    {
        return Of(ChainKind.Detached, (byte)step, id);
    }

    /// <summary>The same chain's next step.</summary>
    internal UserData NextStep()
    {
        return new UserData(Value + (1UL << StepShift));
    }

    internal static ulong Of(ChainKind kind, byte step, ConnectionId id)
    {
        return ((ulong)kind << KindShift)
            | ((ulong)step << StepShift)
            | ((ulong)id.Generation << GenerationShift)
            | (uint)id.Slot;
    }
}

/// <summary>A slot in one of its lives.</summary>
internal readonly record struct ConnectionId(int Slot, uint Generation);
