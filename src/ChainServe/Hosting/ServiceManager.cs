using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

/// <summary>
/// What a service manager is told (man sd_notify(3)): that the server serves, that it stops or hands over, and, as
/// often as it wants to hear it, that every worker still turns. Nobody is told anything where NOTIFY_SOCKET is not set.
/// </summary>
/// <remarks>Made before the user changes: a socket that is connected stays so, and that of the manager need not be
/// everybody's.</remarks>
internal sealed class ServiceManager : IDisposable
{
    internal const string WatchdogProcessVariable = "WATCHDOG_PID";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string SocketVariable = "NOTIFY_SOCKET";

    /// <summary>Beyond the grace period: what is cut off may take a moment to end.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    // A manager that does not read holds nothing up for ever: what it must hear it may take its time for.
    private const int SendMilliseconds = 1_000;
    private const int ReadyMilliseconds = 30_000;

    private readonly ServerLog _log;
    private readonly Socket? _socket;
    private readonly TimeSpan _watchdog;
    private readonly object _beating = new();
    private IReadOnlyList<WorkerPulse> _pulses = [];
    private Timer? _timer;
    private bool _isStuck;

    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="processId">This process: a watchdog for another one is not ours.</param>
    /// <param name="log">Hears when the manager cannot be reached, and when a worker does not turn.</param>
    internal ServiceManager(Func<string, string?> environment, int processId, ServerLog log)
    {
        _log = log;
        _watchdog = WatchdogOf(environment, processId);
        if (environment(SocketVariable) is { Length: > 1 } path && path[0] is '/' or '@')
        {
            _socket = Connect(path);
        }
    }

    /// <summary>Whether anybody is told.</summary>
    internal bool IsThere => _socket is not null;

    /// <summary>Every worker accepts clients.</summary>
    internal void Ready(string status, IReadOnlyList<WorkerPulse> pulses)
    {
        Send($"READY=1\nSTATUS={status}", ReadyMilliseconds);
        if (_socket is not null && _watchdog > TimeSpan.Zero)
        {
            _pulses = pulses;
            AskAll();

            // Twice as often as it may be missed.
            _timer = new Timer(_ => Beat(), null, _watchdog / 2, _watchdog / 2);
        }
    }

    /// <summary>A successor is started; the server goes on meanwhile.</summary>
    internal void Reloading()
    {
        // The clock of Stopwatch is CLOCK_MONOTONIC here.
        long microseconds = (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;
        Send(string.Create(
            CultureInfo.InvariantCulture,
            $"RELOADING=1\nMONOTONIC_USEC={microseconds}\nSTATUS=starting a successor"));
    }

    /// <summary>There is no successor; the server goes on.</summary>
    internal void ReloadFailed(string reason)
    {
        Send($"READY=1\nSTATUS=serving as before, since the reload failed: {reason}");
    }

    /// <summary>Another process serves from now on, and tells the manager whatever follows.</summary>
    internal void HandedOver(int processId)
    {
        StopBeating();
        Send(
            string.Create(
                CultureInfo.InvariantCulture,
                $"MAINPID={processId}\nREADY=1\nWATCHDOG=1\nSTATUS=serving, started by a reload"),
            ReadyMilliseconds);
    }

    /// <summary>The server stops.</summary>
    /// <param name="grace">How long responses may take.</param>
    internal void Stopping(TimeSpan grace)
    {
        StopBeating();

        // man sd_notify(3): only what is longer than the manager's own TimeoutStopSec= makes a difference.
        long microseconds = (long)(grace + StopMargin).TotalMicroseconds;
        Send(string.Create(
            CultureInfo.InvariantCulture,
            $"STOPPING=1\nEXTEND_TIMEOUT_USEC={microseconds}\nSTATUS=responses in flight may finish"));
    }

    /// <summary>Tells the manager that all is well, if it is.</summary>
    internal void Beat()
    {
        // A manager that does not read holds up one beat, and not one thread for each.
        if (!Monitor.TryEnter(_beating))
        {
            return;
        }

        try
        {
            int stuck = AskAll();
            if (stuck < 0)
            {
                Send("WATCHDOG=1");
            }
            else if (!_isStuck)
            {
                _log.Error(string.Create(
                    CultureInfo.InvariantCulture,
                    $"worker {stuck} has not turned for {_watchdog.TotalSeconds / 2} s; the service manager's watchdog "
                    + $"is left without an answer"));
            }

            _isStuck = stuck >= 0;
        }
        finally
        {
            Monitor.Exit(_beating);
        }
    }

    public void Dispose()
    {
        StopBeating();
        _socket?.Dispose();
    }

    private static TimeSpan WatchdogOf(Func<string, string?> environment, int processId)
    {
        bool isOurs = environment(WatchdogProcessVariable) is not { } owner
            || owner == processId.ToString(CultureInfo.InvariantCulture);
        return isOurs
            && long.TryParse(
                environment(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds <= (long)TimeSpan.FromDays(1).TotalMicroseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : TimeSpan.Zero;
    }

    private Socket? Connect(string path)
    {
        Socket socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // "@" stands for the zero byte of the abstract namespace.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            _log.Warning($"the service manager cannot be told anything: {SocketVariable} cannot be connected to "
                + $"({exception.Message})");
            return null;
        }
    }

    /// <summary>Wakes all workers.</summary>
    /// <returns>One that has not turned since the last time, or -1.</returns>
    private int AskAll()
    {
        int stuck = -1;
        for (int index = 0; index < _pulses.Count; index++)
        {
            stuck = _pulses[index].Ask() ? stuck : index;
        }

        return stuck;
    }

    private void StopBeating()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void Send(string state, int patienceMilliseconds = SendMilliseconds)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            _socket.SendTimeout = patienceMilliseconds;
            _socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The manager does not listen; whoever is served does not mind.
        }
    }
}
