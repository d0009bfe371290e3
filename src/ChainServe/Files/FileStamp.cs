namespace ChainServe.Files;

/// <summary>What the kernel says of an open descriptor: enough to tell two versions of a file apart.</summary>
internal readonly record struct FileStamp
{
    public FileKind Kind { get; init; }

    public long Length { get; init; }

    /// <summary>mtime in nanoseconds of Unix time.</summary>
    public long ModifiedNanoseconds { get; init; }

    /// <summary>ctime in nanoseconds of Unix time.</summary>
    public long ChangedNanoseconds { get; init; }

    public ulong Inode { get; init; }

    public ulong Device { get; init; }
}
