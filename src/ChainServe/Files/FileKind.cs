namespace ChainServe.Files;

/// <summary>What stands behind a name, as far as serving it is concerned.</summary>
internal enum FileKind : byte
{
    Missing = 0,
    Regular = 1,
    Directory = 2,

    /// <summary>A FIFO, device or socket: never served, 404.</summary>
    Other = 3,

    /// <summary>EACCES: 403.</summary>
    Forbidden = 4,
}
