using System;
using System.Collections.Generic;
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
/// in its sandbox; 5. banner; 6. wait for a signal; 7. stop within the grace period; 8. summary. A second signal ends
/// at once.
/// </summary>
internal sealed class Server : IDisposable
{
    /// <summary>SIGUSR1: what log rotation sends.</summary>
    private const PosixSignal UserSignal = (PosixSignal)10;

    private static readonly TimeSpan FirstTurnPatience = TimeSpan.FromSeconds(20);

    private const int ExitOk = 0;
    private const int ExitForced = 2;
    private const int ExitBug = 70;

    private readonly ServerOptions _options;
    private readonly ServerLog _log;
    private readonly ManualResetEventSlim _stop = new ManualResetEventSlim();
    private readonly List<WorkerPulse> _pulses = [];
    private volatile WorkerThread[] _workers = [];
    private int _signals;

    private Server(ServerOptions options, ServerLog log)
    {
        _options = options;
        _log = log;
    }

    /// <summary>Serves until a signal comes.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartupException">It cannot be started, and why.</exception>
    internal static int Run(ServerOptions options, ServerLog log)
    {
        using Server server = new Server(options, log);
        return server.Run();
    }

    public void Dispose()
    {
        Array.ForEach(_workers, static worker => worker.Dispose());
        _stop.Dispose();
    }

    private int Run()
    {
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration reopen = PosixSignalRegistration.Create(UserSignal, OnReopen);
        using ServiceManager manager = new ServiceManager(
            Environment.GetEnvironmentVariable, Environment.ProcessId, _log);
        using Listeners listeners = OpenListeners();

        // What is opened from here on, and what the rings do, is the user's who serves.
        Privileges.Drop(_options, listeners.Port);
        using SiteRoots roots = new SiteRoots(LinuxKernel.Instance);
        _workers = MakeWorkers(listeners, roots);
        try
        {
            Start();
            if (manager.IsThere)
            {
                manager.Ready($"serving {string.Join(' ', Banner.ToUrls(listeners.EndPoints))}", _pulses);
            }

            ShowBanner(listeners.EndPoints);
            _stop.Wait();
            listeners.Hide();
            manager.Stopping(TimeSpan.FromMilliseconds(_options.Timeouts.GraceMilliseconds));
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
                Pulse: pulse);
            workers.Add(new WorkerThread(settings, workers.Count, _stop.Set));
            _pulses.Add(pulse);
        }

        return [.. workers];
    }

    private Listeners OpenListeners()
    {
        List<System.Net.Sockets.Socket> passed = ActivatedSockets.Take(
            Environment.GetEnvironmentVariable, Environment.ProcessId);
        if (passed.Count == 0)
        {
            return Listeners.Open(_options, _options.WorkerCount);
        }

        _log.Debug(FormattableString.Invariant(
            $"the service manager has passed {passed.Count} sockets; Host, Port and UnixSocket are not used"));
        return Listeners.Take(passed);
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
        if (Interlocked.Increment(ref _signals) > 1)
        {
            _log.Warning("second signal: ended at once");
            _log.Flush();
            Environment.Exit(ExitForced);
        }

        _log.Information("stopping; responses in flight may finish");
        _stop.Set();
    }

    private ClientCounts CountClients(int connections)
    {
        long half = ((long)connections * _options.WorkerCount / 2) + 1;
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
