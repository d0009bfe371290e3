namespace ChainServe.Chains;

/// <summary>How a chunk chain ended, or that it did not yet.</summary>
internal enum ChunkOutcome : byte
{
    /// <summary>The next chunk is in the buffer, in the form that reads and sends apart.</summary>
    Read,

    /// <summary>All chunks of the chain are out; the body goes on.</summary>
    Sent,

    /// <summary>The whole body is out and the file closed.</summary>
    Done,

    /// <summary>The same, and the socket closed too.</summary>
    SocketClosed,

    /// <summary>As <see cref="TailOutcome.SentInPart"/>: the chunk that was cut short is in the buffer, and the file
    /// slot is filled.</summary>
    SentInPart,

    /// <summary>The body cannot go on: the file became shorter or unreadable, or the client is gone. The chain has
    /// ended; the connection must, because the head is out.</summary>
    Broken,

    /// <summary>The descriptor could not be put into its slot. The chain has ended before any byte was sent; the
    /// descriptor is still ours.</summary>
    NotInstalled,
}
