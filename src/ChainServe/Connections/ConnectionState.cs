namespace ChainServe.Connections;

/// <summary>Where a connection slot stands. A slot is Free only when no chain of it is in flight.</summary>
internal enum ConnectionState : byte
{
    /// <summary>In the free list.</summary>
    Free = 0,

    /// <summary>An accept chain waits for a client on it.</summary>
    Accepting = 1,

    /// <summary>Waits for a request, or for the rest of one.</summary>
    Receiving = 2,

    /// <summary>A request is read; the file it names is looked up.</summary>
    Resolving = 3,

    /// <summary>A response chain is in flight.</summary>
    Responding = 4,

    /// <summary>The last response is out; what the client still sends is read and thrown away, so that a reset does
    /// not destroy the response on its way.</summary>
    Draining = 5,

    /// <summary>The socket's close is in flight, or done while other chains still end.</summary>
    Closing = 6,
}
