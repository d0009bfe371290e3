using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Polly;
using Polly.Retry;

namespace ChainServe.Hosting;

/// <summary>
/// The thread of one worker, and its supervisor: a worker that dies, which would be our bug, is made anew with a
/// growing delay while the others go on; one that keeps dying ends the server.
/// </summary>
internal sealed class WorkerThread : IDisposable
{
    private const int RestartsMax = 5;
    private static readonly TimeSpan HealthyLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private const int StackLength = 512 * 1024;

    private readonly WorkerSettings _settings;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _started = new ManualResetEventSlim();
    private readonly Action _onDeath;
    private volatile Worker? _worker;
    private volatile bool _stopRequested;
    private bool _hasStarted;
    private long _bornAt;
    private int _deaths;

    internal WorkerThread(WorkerSettings settings, int index, Action onDeath)
    {
        _settings = settings;
        _onDeath = onDeath;
        _thread = new Thread(Run, StackLength) { IsBackground = true, Name = $"worker {index}" };
    }

    /// <summary>Why the worker could not start, or died for good.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>What all lives of the worker counted; complete after <see cref="Join"/>.</summary>
    internal WorkerCounters Counters { get; } = new WorkerCounters();

    /// <summary>Starts the thread, and waits until its worker is there or has failed.</summary>
    internal void Start()
    {
        _hasStarted = true;
        _thread.Start();
        _started.Wait();
    }

    internal void RequestStop()
    {
        _stopRequested = true;

        // Either this thread sees the worker, or the worker's thread sees the request: a store and a load must not pass
        // each other.
        Interlocked.MemoryBarrier();
        _worker?.RequestStop();
    }

    /// <summary>Puts another file in place of the access log's.</summary>
    internal void ReplaceAccessLog(SafeFileHandle file)
    {
        if (_worker is { } worker)
        {
            worker.ReplaceAccessLog(file);
        }
        else
        {
            file.Dispose();
        }
    }

    /// <summary>Waits for the thread's end, if it was ever started.</summary>
    internal void Join()
    {
        if (_hasStarted)
        {
            _thread.Join();
        }
    }

    public void Dispose()
    {
        _started.Dispose();
    }

    private void Run()
    {
        try
        {
            _settings.EnterSandbox?.Invoke();
            Retry.Execute(RunOnce, MakePipeline);
        }
        catch (Exception exception)
        {
            Failure = exception;
            if (_started.IsSet)
            {
                _settings.Log.Error($"{_thread.Name} died for good: {exception}");
                _onDeath();
            }
        }
        finally
        {
            _started.Set();
        }
    }

    private ResiliencePipeline MakePipeline()
    {
        return new ResiliencePipelineBuilder { TimeProvider = _settings.Time }
            .AddRetry(new RetryStrategyOptions
            {
                // What fails before the first start is no death but a refusal, and is told at once.
                ShouldHandle = new PredicateBuilder().Handle<Exception>(_ => _started.IsSet && IsWorthARestart()),
                MaxRetryAttempts = int.MaxValue,

                // By the deaths in a row, and not by all of them: after a healthy life it is short again.
                DelayGenerator = _ => new ValueTask<TimeSpan?>(FirstDelay * (1 << (_deaths - 1))),
                OnRetry = arguments =>
                {
                    _settings.Log.Error($"{_thread.Name} died and is started again: {arguments.Outcome.Exception}");
                    return default;
                },
            })
            .Build();
    }

    /// <summary>A worker that lived for a while may die again; only one that keeps dying ends the server.</summary>
    private bool IsWorthARestart()
    {
        _deaths = _settings.Time.GetElapsedTime(_bornAt) >= HealthyLife ? 1 : _deaths + 1;
        return _deaths <= RestartsMax && !_stopRequested;
    }

    private void RunOnce()
    {
        _bornAt = _settings.Time.GetTimestamp();
        using Worker worker = Worker.Create(_settings);
        _worker = worker;
        Interlocked.MemoryBarrier();
        _started.Set();
        if (_stopRequested)
        {
            worker.RequestStop();
        }

        try
        {
            worker.Run();
        }
        finally
        {
            _worker = null;
            Counters.Add(worker.Counters);
        }
    }
}
