using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Kernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>
/// A worker with its supervisor, on its own thread and a kernel in memory. Whenever the worker would sleep it takes the
/// next step of the test, so that everything happens on its thread and in order. Time is virtual: a delay is noted and
/// over at once.
/// </summary>
internal sealed class Supervised : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Action> _steps = [];
    private readonly FakeListener _listener;
    private readonly int _root;
    private volatile bool _isStopping;

    /// <param name="setupError">errno of the first ring's set-up.</param>
    /// <param name="clients">Counts them.</param>
    internal Supervised(int setupError = 0, ClientCounts? clients = null)
    {
        Kernel.Files.MakeDirectory(FakeServer.Root);
        FakeServer.Age(Kernel.Files.WriteFile($"{FakeServer.Root}/file", new byte[1_000]));
        _listener = Kernel.Listen();
        _root = Kernel.OpenDirectory(FakeServer.Root);
        Kernel.Idle = TakeStep;
        ServerOptions options = FakeServer.Quick();
        var settings = new WorkerSettings(
            Kernel,
            FakeListeners.Of(Kernel, _listener),
            Connections: 8,
            new FlowOptions(options),
            new SiteTable(options, _ => new SiteRoot(_root, IsUnchangeable: false)),
            new NotedTime(this),
            new ServerLog(Log, LogLevel.Debug),
            RunJob: static job => job.Run(),
            Clients: clients);
        Thread = new WorkerThread(settings, 0, () => GivenUp++);
        Kernel.SetupErrors.Enqueue(setupError);
        Thread.Start();
    }

    internal FakeKernel Kernel { get; } = new FakeKernel();

    internal StringWriter Log { get; } = new StringWriter();

    internal WorkerThread Thread { get; }

    /// <summary>How often the supervisor told that it has given up.</summary>
    internal int GivenUp { get; private set; }

    /// <summary>How long the supervisor waited, each time.</summary>
    internal List<double> Delays { get; } = [];

    /// <summary>What happens while the supervisor waits.</summary>
    internal Action? Waiting { get; set; }

    /// <summary>Runs a step when the worker would sleep, and waits until it would sleep again.</summary>
    internal void Do(Action step)
    {
        using var done = new ManualResetEventSlim();
        _steps.Add(step);
        _steps.Add(done.Set);
        Assert.True(done.Wait(Patience), $"the worker goes on: {Log}");
    }

    /// <summary>Ends the worker's life at its next turn, with an answer that no kernel gives.</summary>
    internal void Kill()
    {
        _steps.Add(() =>
        {
            Kernel.EnterErrors.Enqueue(Errno.EIO);
            Connect("").Close();
        });
    }

    /// <summary>Ends the worker's life as a bug of its own would.</summary>
    internal void Throw(Exception exception)
    {
        _steps.Add(() => throw exception);
    }

    internal int CountDescriptors()
    {
        int count = 0;
        Do(() => count = Kernel.OpenDescriptors);
        return count;
    }

    /// <summary>A client with a request; from a step, or while the supervisor waits.</summary>
    internal FakeClient Connect(string request = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
    {
        FakeClient client = Kernel.Connect(_listener);
        client.Send(request);
        return client;
    }

    /// <summary>A whole exchange on a connection of its own.</summary>
    internal void RequireService()
    {
        FakeClient? client = null;
        Do(() => client = Connect());
        Assert.Equal(200, ResponseReader.Single(client!.ReceivedBytes).Status);
        Do(client.Close);
    }

    /// <summary>Stops it as a signal would, and waits for its end.</summary>
    internal void Stop()
    {
        Thread.RequestStop();
        _isStopping = true;
        Thread.Join();
    }

    public void Dispose()
    {
        Stop();
        Thread.Dispose();
        Kernel.Close(_root);
        _steps.Dispose();
    }

    private bool TakeStep()
    {
        Action? step;
        while (!_steps.TryTake(out step, millisecondsTimeout: 10))
        {
            if (_isStopping)
            {
                // The signal of the stop ends this wait, or a deadline does.
                return false;
            }
        }

        step();
        return true;
    }

    private sealed class NotedTime : TimeProvider
    {
        private readonly Supervised _owner;
        private readonly VirtualTime _time;

        internal NotedTime(Supervised owner)
        {
            _owner = owner;
            _time = new VirtualTime(owner.Kernel);
        }

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override long GetTimestamp() => _time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _owner.Delays.Add(dueTime.TotalMilliseconds);
            _owner.Kernel.Advance(dueTime);
            _owner.Waiting?.Invoke();
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
