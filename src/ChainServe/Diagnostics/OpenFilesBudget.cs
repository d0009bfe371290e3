using System;

namespace ChainServe.Diagnostics;

/// <summary>
/// How many connections the limit of open files holds. The kernel refuses a fixed-file table larger than
/// RLIMIT_NOFILE with EMFILE, and each connection has two slots in its worker's table.
/// </summary>
internal static class OpenFilesBudget
{
    /// <summary>Descriptors beside the table: the runtime's own, rings, listeners, root, watcher, pipes.</summary>
    private const int Reserved = 256;

    /// <summary>Returns the connections per worker to start with: what is wanted, or what fits.</summary>
    /// <param name="wanted">Limits:ConnectionsPerWorker.</param>
    /// <param name="openFiles">RLIMIT_NOFILE of this process.</param>
    internal static int ConnectionsThatFit(int wanted, long openFiles)
    {
        return (int)Math.Clamp((openFiles - Reserved) / 2, 0, wanted);
    }
}
