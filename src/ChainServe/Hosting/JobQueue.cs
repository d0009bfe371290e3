using System;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace ChainServe.Hosting;

/// <summary>
/// The jobs of one worker. They run on the threads of the pool; those that have ended wait here until the worker, woken
/// by its event, takes them. Bounded: a flood of requests that need one is answered with 503, not with threads.
/// </summary>
internal sealed class JobQueue
{
    /// <summary>Jobs of a worker that run or wait at the same time.</summary>
    internal const int OutstandingMax = 64;

    /// <summary>Checks of passwords among them: whoever guesses them takes no place of anybody else's work.</summary>
    internal const int PasswordsMax = 16;

    private readonly ConcurrentQueue<Job> _ended = new();
    private readonly Action _wake;
    private readonly bool _isInline;
    private int _outstanding;
    private int _passwords;

    /// <param name="wake">Wakes the worker; from any thread.</param>
    /// <param name="isInline">Run at once on the worker's thread: for a kernel that is not one for threads.</param>
    internal JobQueue(Action wake, bool isInline)
    {
        _wake = wake;
        _isInline = isInline;
    }

    /// <summary>Starts a job, on the worker's thread.</summary>
    /// <returns>False when there are too many.</returns>
    internal bool TryStart(Job job)
    {
        int password = job is PasswordJob ? 1 : 0;
        if (_outstanding == OutstandingMax || _passwords + password > PasswordsMax)
        {
            return false;
        }

        _outstanding++;
        _passwords += password;
        if (_isInline)
        {
            End(job);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static state => state.Queue.End(state.Job), (Queue: this, Job: job), preferLocal: false);
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
        return true;
    }

    private void End(Job job)
    {
        job.Run();
        _ended.Enqueue(job);
        _wake();
    }
}
