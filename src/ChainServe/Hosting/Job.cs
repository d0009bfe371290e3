using System;
using ChainServe.Chains;

namespace ChainServe.Hosting;

/// <summary>
/// Work of one request that takes too long for a ring thread: it runs on another, and its connection waits
/// for it as it waits for a resolve. A job has its own copies of what it needs; what it is given of the connection (a
/// descriptor) stays open until it has ended.
/// </summary>
internal abstract class Job
{
    /// <summary>The connection that waits.</summary>
    internal ConnectionId Id { get; set; }

    /// <summary>It reads what lies on a file system that asks somebody else, who may not answer.</summary>
    internal bool IsRemote { get; set; }

    /// <summary>What went wrong, or null.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>Does the work, and keeps what went wrong.</summary>
    internal void Run()
    {
        try
        {
            Work();
        }
        catch (Exception exception)
        {
            // Whatever it is, the request is answered with it, and the server goes on.
            Failure = exception;
        }
    }

    /// <summary>Not on the worker's thread.</summary>
    protected abstract void Work();
}
