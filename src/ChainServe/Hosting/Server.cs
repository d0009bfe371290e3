using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using Uring;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// The life of the server: 1. listeners; 2. the user that serves; 3. roots and logs; 4. workers, each on its thread and
/// in its sandbox; 5. predecessor, service manager and banner hear of it; 6. wait for a signal, and hand over to a
/// successor when it is SIGHUP; 7. stop within the grace period; 8. summary. A second signal ends at once.
/// </summary>
internal sealed partial class Server : IDisposable
{
    /// <summary>SIGUSR1: what log rotation sends.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    private const int HangUpSignal = 1;
    private const int TerminateSignal = 15;

    private static readonly TimeSpan FirstTurnPatience = TimeSpan.FromSeconds(20);

    private const int ExitOk = 0;
    private const int ExitForced = 2;
    private const int ExitBug = 70;

    private readonly ServerOptions _options;
    private readonly ServerLog _log;
    private readonly ManualResetEventSlim _stop = new ManualResetEventSlim();
    private readonly StopSignals _signals = new StopSignals(TimeProvider.System);
    private readonly AutoResetEvent _reload = new AutoResetEvent(initialState: false);
    private readonly ProcessStartInfo _command = Successor.CommandOfThisProcess();
    private readonly bool _hasTerminal = SignalFacts.HasTerminal();
    private readonly List<WorkerPulse> _pulses = [];
    private volatile WorkerThread[] _workers = [];
    private volatile bool _hasSuccessor;

    private Server(ServerOptions options, ServerLog log)
    {
        _options = options;
        _log = log;
    }

    /// <summary>Serves until a signal comes, or a successor.</summary>
    /// <param name="options">What is served, and how.</param>
    /// <param name="log">The log.</param>
    /// <param name="inheritance">What a predecessor has left, or null.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartupException">It cannot be started, and why.</exception>
    internal static int Run(ServerOptions options, ServerLog log, string? inheritance)
    {
        using Inheritance? inherited = Inheritance.Take(inheritance, ProcFacts.CollectParent());
        using Server server = new Server(options, log);
        return server.Run(inherited);
    }

    public void Dispose()
    {
        Array.ForEach(_workers, static worker => worker.Dispose());
        _stop.Dispose();
        _reload.Dispose();
    }

    private int Run(Inheritance? inheritance)
    {
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration reopen = PosixSignalRegistration.Create(UserSignal, OnReopen);
        using PosixSignalRegistration? reload = SignalFacts.IsIgnored(HangUpSignal)
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnReload);
        using ServiceManager manager = new ServiceManager(
            Environment.GetEnvironmentVariable, Environment.ProcessId, _log);
        using Listeners listeners = OpenListeners(inheritance, out bool hasMoved);

        // What is opened from here on, and what the rings do, is the user's who serves.
        Privileges.Drop(_options, listeners.Port);
        using SiteRoots roots = new SiteRoots(LinuxKernel.Instance);
        _workers = MakeWorkers(listeners, roots);
        try
        {
            Start();
            listeners.OwnFile(true);
            inheritance?.Answer(hasMoved ? Inheritance.Moved : Inheritance.Kept);
            if (manager.IsThere)
            {
                manager.Ready($"serving {string.Join(' ', Banner.ToUrls(listeners.EndPoints))}", _pulses);
            }

            ShowBanner(listeners.EndPoints);
            if (MissingPages.Describe(_options) is { } pages)
            {
                _log.Warning(pages);
            }

            Serve(manager, listeners);
        }
        finally
        {
            Array.ForEach(_workers, static worker => worker.RequestStop());
            Array.ForEach(_workers, static worker => worker.Join());
        }

        foreach (string line in Summary.Of(_workers))
        {
            _log.Information(line);
        }

        return Array.Exists(_workers, static worker => worker.Failure is not null) ? ExitBug : ExitOk;
    }

    private WorkerThread[] MakeWorkers(Listeners listeners, SiteRoots roots)
    {
        LandlockRule[] rules = Sandbox.RulesOf(_options);
        SiteTable sites = new SiteTable(_options, roots.Open);
        int connections = CountConnections();
        AccessLogSettings? accessLog = OpenAccessLog();
        ClientCounts clients = CountClients(connections);
        List<WorkerThread> workers = [];
        foreach (Listener[] share in listeners.ShareOut(_options.WorkerCount))
        {
            WorkerPulse pulse = new WorkerPulse();
            WorkerSettings settings = new WorkerSettings(
                LinuxKernel.Instance,
                share,
                connections,
                new FlowOptions(_options),
                sites,
                TimeProvider.System,
                _log,
                AccessLog: accessLog,
                Clients: clients,
                EnterSandbox: _options.Sandbox ? () => Sandbox.Enter(rules) : null,
                Pulse: pulse,
                HasSuccessor: () => _hasSuccessor);
            workers.Add(new WorkerThread(settings, workers.Count, _stop.Set));
            _pulses.Add(pulse);
        }

        return [.. workers];
    }

    private void ShowBanner(List<System.Net.EndPoint> endPoints)
    {
        if (_options.AccessLog == AccessLogFile.StandardOutput)
        {
            // Standard output has lines of one kind.
            _log.Information($"listening on {string.Join(' ', Banner.ToUrls(endPoints))}");
        }
        else
        {
            string sandbox = Sandbox.VersionFor(_options) > 0 ? ", Landlock" : "";
            string engine = _options.Poll ? "io_uring, SQPOLL" : "io_uring, DEFER_TASKRUN";
            Banner.Show(_options, engine + sandbox, endPoints);
        }
    }

    /// <summary>Tries the file of the access log, so that a mistake is told before anything is served.</summary>
    private AccessLogSettings? OpenAccessLog()
    {
        if (_options.AccessLog.Length == 0)
        {
            return null;
        }

        AccessLogFile.Open(_options.AccessLog).Dispose();
        return new AccessLogSettings(_options.LogFormat, () => AccessLogFile.Open(_options.AccessLog));
    }

    /// <summary>SIGHUP: what a configuration that has changed asks for, and what is left of a terminal that was
    /// closed. The main thread finds out which: this one may have inherited the sandbox of a worker.</summary>
    private void OnReload(PosixSignalContext context)
    {
        context.Cancel = true;
        _log.Debug("SIGHUP");
        _reload.Set();
    }

    /// <summary>A log was moved away: its name is opened anew.</summary>
    private void OnReopen(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_options.AccessLog.Length == 0)
        {
            return;
        }

        try
        {
            // Before the workers are there, they have yet to open it.
            Array.ForEach(_workers, worker => worker.ReplaceAccessLog(AccessLogFile.Open(_options.AccessLog)));
            _log.Information("the access log is opened anew");
        }
        catch (StartupException exception)
        {
            _log.Error($"{exception.Message} The old file is written on.");
        }
    }

    private void Start()
    {
        foreach (WorkerThread worker in _workers)
        {
            worker.Start();
            switch (worker.Failure)
            {
                case null:
                    break;
                case RingException exception:
                    throw new StartupException(
                        RingSetupFailure.OnThisMachine(
                            exception.Operation, exception.ErrorNumber, _options.Poll).ToSentence(),
                        exception);
                case OutOfMemoryException exception:
                    throw new StartupException(
                        "there is not enough address space for the response buffers; lower Limits:ConnectionsPerWorker "
                        + "or --workers.",
                        exception);
                default:
                    throw worker.Failure;
            }
        }

        for (int index = 0; index < _pulses.Count; index++)
        {
            if (!_pulses[index].AwaitTurn(FirstTurnPatience))
            {
                throw new StartupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"worker {index} has started and does not turn; start again, and report it with what --log-level "
                    + $"debug prints."));
            }
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }

    private void Stop()
    {
        switch (_signals.Take())
        {
            case StopSignal.First:
                _log.Information("stopping; responses in flight may finish");
                _stop.Set();
                break;
            case StopSignal.Echo:
                _log.Debug("the stop signal came twice");
                break;
            default:
                _log.Warning("second signal: ended at once");
                _log.Flush();
                Environment.Exit(ExitForced);
                break;
        }
    }

    private ClientCounts CountClients(int connections)
    {
        long half = Math.Max(1, (long)connections * _options.WorkerCount / 2);
        int limit = _options.Limits.ConnectionsPerAddress;
        return new ClientCounts(limit > 0 ? limit : (int)Math.Min(int.MaxValue, half));
    }

    private int CountConnections()
    {
        int wanted = _options.Limits.ConnectionsPerWorker;
        long openFiles = ProcFacts.CollectOpenFiles()?.Soft ?? long.MaxValue;
        int fitting = OpenFilesBudget.ConnectionsThatFit(wanted, openFiles);
        if (fitting == 0)
        {
            throw new StartupException(
                $"the limit of {openFiles} open files leaves no room for connections; raise it with ulimit -n or "
                + "LimitNOFILE=.");
        }

        if (fitting < wanted)
        {
            _log.Debug(FormattableString.Invariant(
                $"the limit of {openFiles} open files allows {fitting} connections per worker, not {wanted}"));
        }

        return fitting;
    }
}
