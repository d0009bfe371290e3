namespace ChainServe.Hosting;

/// <summary>A limit that was passed, by the name of its key; <see cref="LimitNames"/> has the text.</summary>
internal enum LimitKind : byte
{
    /// <summary>All slots of a worker are taken: clients wait in the backlog.</summary>
    ConnectionsPerWorker = 0,

    /// <summary>Turned away with 503, or closed at once.</summary>
    ConnectionsPerAddress = 1,

    /// <summary>The connection ends with its last response.</summary>
    RequestsPerConnection = 2,

    /// <summary>414.</summary>
    RequestLineBytesMax = 3,

    /// <summary>431.</summary>
    HeadBytesMax = 4,

    /// <summary>431.</summary>
    HeaderCountMax = 5,

    /// <summary>413, or the connection ends after the response.</summary>
    BodyBytesDiscardedMax = 6,

    /// <summary>A close.</summary>
    SendBytesPerSecondMin = 7,

    /// <summary>408, or a close.</summary>
    HeadMilliseconds = 8,

    /// <summary>A close.</summary>
    KeepAliveMilliseconds = 9,

    /// <summary>A close.</summary>
    SendMilliseconds = 10,

    /// <summary>A close.</summary>
    DrainMilliseconds = 11,

    /// <summary>A close.</summary>
    GraceMilliseconds = 12,

    /// <summary>Work off the ring's thread: 503, or the file as it is.</summary>
    Jobs = 13,

    /// <summary>No descriptor or memory for another connection: clients wait in the backlog.</summary>
    OpenFiles = 14,
}
