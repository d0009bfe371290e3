using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
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

    private const int ExitOk = 0;
    private const int ExitForced = 2;
    private const int ExitBug = 70;

    private readonly ServerOptions _options;
    private readonly ServerLog _log;
    private readonly ManualResetEventSlim _stop = new ManualResetEventSlim();
    private readonly List<WorkerThread> _workers = [];
    private readonly List<int> _roots = [];
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
        _workers.ForEach(static worker => worker.Dispose());
        _stop.Dispose();
    }

    private int Run()
    {
        LinuxKernel kernel = LinuxKernel.Instance;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using Listeners listeners = OpenListeners();

        // What is opened from here on, and what the rings do, is the user's who serves.
        Privileges.Drop(_options, listeners.Port);
        LandlockRule[] rules = Sandbox.RulesOf(_options);
        SiteTable sites = new SiteTable(_options, policy => OpenRoot(kernel, policy));
        int connections = CountConnections();
        AccessLogSettings? accessLog = OpenAccessLog();
        ClientCounts clients = CountClients(connections);
        using PosixSignalRegistration reopen = PosixSignalRegistration.Create(UserSignal, OnReopen);
        foreach (Listener[] share in listeners.ShareOut(_options.WorkerCount))
        {
            WorkerSettings settings = new WorkerSettings(
                kernel,
                share,
                connections,
                new FlowOptions(_options),
                sites,
                TimeProvider.System,
                _log,
                AccessLog: accessLog,
                Clients: clients,
                EnterSandbox: _options.Sandbox ? () => Sandbox.Enter(rules) : null);
            _workers.Add(new WorkerThread(settings, _workers.Count, _stop.Set));
        }

        try
        {
            Start();
            ShowBanner(listeners.EndPoints);
            _stop.Wait();
        }
        finally
        {
            _workers.ForEach(static worker => worker.RequestStop());
            _workers.ForEach(static worker => worker.Join());
            _roots.ForEach(root => kernel.Close(root));
        }

        return Summarise();
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
            $"the service manager has passed {passed.Count} sockets; Host and Port are not used"));
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
            _workers.ForEach(worker => worker.ReplaceAccessLog(AccessLogFile.Open(_options.AccessLog)));
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
    }

    private int Summarise()
    {
        WorkerCounters total = new WorkerCounters();
        bool hasDied = false;
        foreach (WorkerThread worker in _workers)
        {
            total.Add(worker.Counters);
            hasDied |= worker.Failure is not null;
        }

        double enters = total.Requests == 0 ? 0 : 1000.0 * total.Enters / total.Requests;
        double facts = Percent(total.FactsHits, total.FactsHits + total.FactsMisses);
        double canned = Percent(total.SnapshotHits, total.Requests);
        _log.Information(string.Create(
            CultureInfo.InvariantCulture,
            $"served {total.Requests} requests on {total.Connections} connections; "
            + $"{enters:F0} io_uring_enter per 1,000 requests; facts known {facts:F1} %, "
            + $"sent from memory {canned:F1} % ({total.Snapshots} copies made); {total.Resolves} resolves, "
            + $"{total.ColdRetries} cold retries, {total.ChangedFiles} changed files, {total.Timeouts} timeouts, "
            + $"{total.ShortSplices} short splices, {total.Jobs} jobs, {total.Compressions} compressions, "
            + $"{total.LostLogLines} lost log lines, {total.Unexpected} unexpected completions"));
        string limits = LimitNames.Describe(total.Limits);
        _log.Information($"limits passed: {(limits.Length > 0 ? limits : "none")}");
        return hasDied ? ExitBug : ExitOk;
    }

    private static double Percent(long part, long whole)
    {
        return whole == 0 ? 0 : 100.0 * part / whole;
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

    private SiteRoot OpenRoot(LinuxKernel kernel, SitePolicy policy)
    {
        int root = kernel.OpenDirectory(policy.RootFullPath);
        if (root < 0)
        {
            throw new StartupException(
                $"the root '{policy.Root}' cannot be opened (errno {-root}); choose a directory that this user may "
                + "enter with --root.");
        }

        _roots.Add(root);
        return new SiteRoot(root, IsUnchangeable(root));
    }

    /// <summary>Whether nobody can write the tree. The question is about the directory that was opened, whatever
    /// symbolic links led to it.</summary>
    private static bool IsUnchangeable(int root)
    {
        try
        {
            string mounts = File.ReadAllText("/proc/self/mountinfo");
            string? path = new FileInfo(FormattableString.Invariant($"/proc/self/fd/{root}")).LinkTarget;
            return path is not null && MountPoint.IsUnchangeable(mounts, path);
        }
        catch (IOException)
        {
            return false;
        }
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
