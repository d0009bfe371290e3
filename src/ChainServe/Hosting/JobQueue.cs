using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace ChainServe.Hosting;

/// <summary>
/// The jobs of one worker. They run on the threads of the pool, and where somebody else may never answer on threads of
/// their own; those that have ended wait here until the worker, woken by its event, takes them. Bounded: a flood of
/// requests that need one is answered with 503, not with threads.
/// </summary>
internal sealed class JobQueue
{
    /// <summary>Jobs of a worker that run or wait at the same time.</summary>
    internal const int OutstandingMax = 64;

    /// <summary>Checks of passwords among them: whoever guesses them takes no place of anybody else's work.</summary>
    internal const int PasswordsMax = 16;

    /// <summary>Jobs among them that read remote files: a disk that stalls takes no more places than these.</summary>
    internal const int RemoteMax = 16;

    private const int StackLength = 512 * 1024;

    private readonly ConcurrentQueue<Job> _ended = new();
    private readonly Action _wake;
    private readonly Action<Job>? _run;
    private readonly Action<Action> _startThread;
    private int _outstanding;
    private int _passwords;
    private int _remotes;

    /// <param name="wake">Wakes the worker; from any thread.</param>
    /// <param name="run">Runs a job at once, on the worker's thread: for a kernel that is not one for threads. Null for
    /// the pool.</param>
    /// <param name="startThread">Runs something on a thread of its own; null for the system's.</param>
    internal JobQueue(Action wake, Action<Job>? run, Action<Action>? startThread = null)
    {
        _wake = wake;
        _run = run;
        _startThread = startThread ?? StartThread;
    }

    /// <summary>Starts a job, on the worker's thread.</summary>
    /// <returns>False when there are too many.</returns>
    internal bool TryStart(Job job)
    {
        int password = job is PasswordJob ? 1 : 0;
        int remote = job.IsRemote ? 1 : 0;
        if (_outstanding == OutstandingMax
            || _passwords + password > PasswordsMax
            || _remotes + remote > RemoteMax)
        {
            return false;
        }

        _outstanding++;
        _passwords += password;
        _remotes += remote;
        if (_run is not null)
        {
            _run(job);
            End(job);
        }
        else if (job.IsRemote)
        {
            try
            {
                _startThread(() => RunAndEnd(job));
            }
            catch (OutOfMemoryException)
            {
                // What the runtime says when the system gives no thread: then this is one job too many.
                _outstanding--;
                _remotes--;
                return false;
            }
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static state => state.Queue.RunAndEnd(state.Job), (Queue: this, Job: job), preferLocal: false);
        }

        return true;
    }

    /// <summary>Takes a job that has ended, on the worker's thread.</summary>
    internal bool TryTake([NotNullWhen(true)] out Job? job)
    {
        // Nothing is read that another thread writes while there is no job at all.
        if (_outstanding == 0 || !_ended.TryDequeue(out job))
        {
            job = null;
            return false;
        }

        _outstanding--;
        _passwords -= job is PasswordJob ? 1 : 0;
        _remotes -= job.IsRemote ? 1 : 0;
        return true;
    }

    private static void StartThread(Action run)
    {
        new Thread(() => run(), StackLength) { IsBackground = true, Name = "remote job" }.Start();
    }

    private void RunAndEnd(Job job)
    {
        job.Run();
        End(job);
    }

    private void End(Job job)
    {
        _ended.Enqueue(job);
        _wake();
    }
}
