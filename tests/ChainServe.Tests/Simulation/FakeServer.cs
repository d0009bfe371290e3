using System;
using System.Collections.Generic;
using System.IO;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Kernel;
using Xunit;

namespace ChainServe.Tests.Simulation;

/// <summary>
/// One worker on a kernel in memory, turned by the test. Time is virtual: <see cref="RunUntilQuiet"/> lets none go by,
/// <see cref="Pass"/> a given span. Every completion is held against the chain that it belongs to.
/// </summary>
internal sealed partial class FakeServer : IDisposable
{
    internal const string Root = "/www";
    internal const string AccessLogPath = "/var/log/access.log";

    private const int TurnsMax = 100_000;

    private readonly FakeListener _listener;
    private readonly FakeListener? _otherListener;
    private readonly int _root;
    private readonly int _accessLog = -1;
    private readonly List<FakeClient> _clients = [];
    private readonly ChainLedger _ledger = new ChainLedger();

    // Of errors alone: each log that writes has a thread, and simulations make servers by the thousand.
    private readonly ServerLog _log = new ServerLog(TextWriter.Null, LogLevel.Error);
    private long _until;
    private bool _hasStopped;

    /// <param name="options">Or <see cref="Quick"/>.</param>
    /// <param name="connections">Slots.</param>
    /// <param name="pipeLengthMax">What the kernel allows; a pipe of more has 65,536 bytes. 0: no pipe at all, so that
    /// long bodies are read and sent.</param>
    /// <param name="logs">Into <see cref="AccessLogPath"/>, in the common format.</param>
    /// <param name="clients">Counts them.</param>
    /// <param name="hasSuccessor">Somebody else accepts when the worker stops.</param>
    /// <param name="isRemote">The root asks somebody else for its files.</param>
    /// <param name="supportsNoWait">Whether the root's file system knows RWF_NOWAIT.</param>
    /// <param name="hasOtherListener">It accepts from another socket too.</param>
    internal FakeServer(
        ServerOptions? options = null,
        int connections = 8,
        int pipeLengthMax = PipePool.PipeLength,
        bool logs = false,
        ClientCounts? clients = null,
        bool hasSuccessor = false,
        bool isRemote = false,
        bool supportsNoWait = true,
        bool hasOtherListener = false)
    {
        Kernel.PipeLengthMax = pipeLengthMax;
        if (pipeLengthMax == 0)
        {
            Kernel.PipeErrors.Enqueue(Errno.EMFILE);
        }

        Kernel.Files.MakeMount(Root, supportsNoWait);
        _listener = Kernel.Listen();
        _otherListener = hasOtherListener ? Kernel.Listen() : null;
        _root = Kernel.OpenDirectory(Root);
        Options = options ?? Quick();
        _accessLog = logs ? Kernel.OpenForWriting(AccessLogPath) : -1;
        Worker = Worker.Create(new WorkerSettings(
            Kernel,
            FakeListeners.Of(Kernel, [_listener, .. _otherListener is null ? [] : (FakeListener[])[_otherListener]]),
            connections,
            new FlowOptions(Options),
            new SiteTable(Options, _ => new SiteRoot(_root, IsUnchangeable: false, isRemote)),
            new VirtualTime(Kernel),
            _log,
            RunJob: job => RunJob(job),
            logs ? new AccessLogSettings(AccessLogFormat.Common, () => new(_accessLog, ownsHandle: false)) : null,
            clients,
            HasSuccessor: () => hasSuccessor));
        Kernel.Statistics.Submitted = Take;
        Kernel.Statistics.Posted = _ledger.Posted;
        Kernel.Faults.Hook = Faults.Find;
    }

    internal FakeKernel Kernel { get; } = new FakeKernel();

    internal FakeFileSystem Files => Kernel.Files;

    internal Worker Worker { get; }

    internal WorkerCounters Counters => Worker.Counters;

    internal ServerOptions Options { get; }

    internal int BacklogCount => _listener.BacklogCount;

    /// <summary>Everything that was submitted since a test cleared it.</summary>
    internal List<SubmissionQueueEntry> Submitted { get; } = [];

    internal FaultInjector Faults { get; } = new FaultInjector();

    /// <summary>What happens to work off the ring: it is done at once.</summary>
    internal Action<Job> RunJob { get; set; } = static job => job.Run();

    /// <summary>Turning ends with the turn that is running: the test has stopped the worker.</summary>
    internal bool Breaks { get; set; }

    /// <summary>Called when the worker would sleep; returns whether it did something.</summary>
    internal Func<bool>? Outside { get; set; }

    /// <summary>Deadlines short enough to wait for, and far enough apart to tell them; no copies of hot files, so that
    /// each response goes through its chain.</summary>
    internal static ServerOptions Quick(bool immutable = false, int cannedBytes = 0)
    {
        return new ServerOptions
        {
            Immutable = immutable,
            Limits = new LimitsOptions
            {
                FactsPerWorker = 64,
                CannedBytesPerWorker = cannedBytes,
                SendBytesPerSecondMin = 0,
            },
            Timeouts = new TimeoutsOptions
            {
                HeadMilliseconds = 1_000,
                KeepAliveMilliseconds = 3_000,
                SendMilliseconds = 5_000,
                DrainMilliseconds = 500,
                GraceMilliseconds = 4_000,
            },
        };
    }

    /// <summary>A file whose time stamps vouch for its content.</summary>
    internal FakeNode Write(string name, byte[] content)
    {
        return Age(Files.WriteFile($"{Root}/{name}", content));
    }

    /// <summary>Puts another file in its place, by rename.</summary>
    internal FakeNode Replace(string name, byte[] content)
    {
        return Files.ReplaceFile($"{Root}/{name}", content);
    }

    internal static FakeNode Age(FakeNode node)
    {
        const long Hour = 3_600_000_000_000;
        node.ModifyTime -= Hour;
        node.ChangeTime -= Hour;
        return node;
    }

    /// <param name="request">What the client sends at once.</param>
    /// <param name="isOther">To the other socket.</param>
    internal FakeClient Connect(string request = "", bool isOther = false)
    {
        FakeClient client = Kernel.Connect(isOther ? _otherListener! : _listener);
        _clients.Add(client);
        client.Send(request);
        return client;
    }

    internal void FailAccept(int errno)
    {
        _listener.QueueAcceptError(errno);
    }

    /// <summary>Turns until the worker waits for the outside world.</summary>
    internal void RunUntilQuiet()
    {
        RunUntil(Kernel.NowNanoseconds);
    }

    /// <summary>Turns while time goes by; the last wait may end a sweep later.</summary>
    internal void Pass(long milliseconds)
    {
        RunUntil(Kernel.NowNanoseconds + (milliseconds * 1_000_000));
    }

    /// <summary>A whole exchange on a connection of its own, which the client then closes.</summary>
    internal Response Get(string target, string fields = "", string method = "GET")
    {
        FakeClient client = Connect($"{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        RunUntilQuiet();
        Response response = ResponseReader.Single(client.ReceivedBytes, method == "HEAD");
        client.Close();
        RunUntilQuiet();
        return response;
    }

    private void RunUntil(long time)
    {
        _until = time;
        Kernel.Idle = OnIdle;
        try
        {
            for (int turn = 0; turn < TurnsMax && !Breaks; turn++)
            {
                Worker.Turn();
            }
        }
        catch (QuietException)
        {
            Assert.Equal([], _ledger.Faults(atRest: false));
            return;
        }
        catch (FakeKernelException exception) when (exception.Message.StartsWith("this wait", StringComparison.Ordinal))
        {
            // Nothing has a deadline: time goes by without the worker.
            Kernel.Advance(_until - Kernel.NowNanoseconds);
            RunUntil(Kernel.NowNanoseconds);
            return;
        }

        Assert.True(Breaks, "the worker never comes to rest");
    }

    private bool OnIdle()
    {
        if (Outside is not null && Outside())
        {
            return true;
        }

        // Out of the wait, with nothing half-done: a wait that would sleep has no completion to hand over.
        return Kernel.NowNanoseconds < _until ? false : throw new QuietException();
    }

    private void Take(SubmissionQueueEntry entry)
    {
        Submitted.Add(entry);
        _ledger.Submitted(entry);
    }

    private sealed class QuietException : Exception;
}
