using System.Threading;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A file of a <see cref="FuseFileSystem"/>: bytes of <see cref="Pattern"/>, and what goes wrong with them. A
/// test may change it while it is served.</summary>
internal sealed class FuseFile
{
    private int _reads;
    private int _stalled;

    /// <param name="name">In the root of the file system.</param>
    /// <param name="length">Bytes that reads find.</param>
    internal FuseFile(string name, long length)
    {
        Name = name;
        Length = length;
        LengthTold = length;
    }

    internal string Name { get; }

    internal long Length { get; set; }

    /// <summary>What the attributes say, which may be a lie.</summary>
    internal long LengthTold { get; set; }

    /// <summary>Opened with FOPEN_DIRECT_IO: each read of the server is one of the file system, and may be short.
    /// </summary>
    internal bool IsDirect { get; set; }

    /// <summary>errno of every lookup of the name; 0 for none.</summary>
    internal int LookupError { get; set; }

    /// <summary>errno of every open; 0 for none.</summary>
    internal int OpenError { get; set; }

    /// <summary>errno of reads that reach <see cref="ReadErrorFrom"/>; 0 for none.</summary>
    internal int ReadError { get; set; }

    internal long ReadErrorFrom { get; set; }

    /// <summary>Reads give no more than this at a time.</summary>
    internal int ReadLengthMax { get; set; } = int.MaxValue;

    /// <summary>Each read takes this long.</summary>
    internal int ReadMilliseconds { get; set; }

    /// <summary>Whether reads that reach <see cref="StallFrom"/> wait for <see cref="FuseFileSystem.Release"/>.
    /// </summary>
    internal bool Stalls { get; set; }

    internal long StallFrom { get; set; }

    /// <summary>Whether opens wait for it.</summary>
    internal bool StallsOpens { get; set; }

    /// <summary>Reads and opens that wait.</summary>
    internal int Stalled => Volatile.Read(ref _stalled);

    /// <summary>All reads so far.</summary>
    internal int Reads => Volatile.Read(ref _reads);

    internal void CountRead()
    {
        Interlocked.Increment(ref _reads);
    }

    internal void CountStalled(int change)
    {
        Interlocked.Add(ref _stalled, change);
    }
}
