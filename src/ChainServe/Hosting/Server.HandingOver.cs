using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Sockets;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Diagnostics;

namespace ChainServe.Hosting;

// Where the listeners come from, and who gets them: a predecessor's, a service manager's or our own; and at SIGHUP a
// successor's, which accepts from them too before this server stops.
internal sealed partial class Server
{
    private static readonly TimeSpan SuccessorPatience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until it is over, or a successor has taken over.</summary>
    private void Serve(ServiceManager manager, Listeners listeners)
    {
        while (WaitHandle.WaitAny([_stop.WaitHandle, _reload]) != 0)
        {
            if (HasLostTerminal())
            {
                Stop();
            }
            else if (HandOver(manager, listeners))
            {
                return;
            }
        }

        listeners.Hide();
        manager.Stopping(TimeSpan.FromMilliseconds(_options.Timeouts.GraceMilliseconds));
    }

    /// <summary>Starts a successor.</summary>
    /// <returns>Whether it serves. If not, this server goes on.</returns>
    private bool HandOver(ServiceManager manager, Listeners listeners)
    {
        if (Environment.ProcessId == 1)
        {
            // The end of process 1 is the end of its container, successor and all.
            _log.Error("as process 1 this server cannot hand over to another; start the container anew instead");
            return false;
        }

        _log.Information("a successor is started");
        manager.Reloading();
        using Successor? successor = StartSuccessor(listeners, out string? failure);
        if (failure is not null)
        {
            _log.Error($"there is no successor: {failure}; serving on as before");
            manager.ReloadFailed(failure);
            RestoreFile(listeners);
            return false;
        }

        _hasSuccessor = true;
        if (successor!.HasMoved)
        {
            listeners.Hide();
        }

        listeners.OwnFile(false);
        manager.HandedOver(successor.ProcessId);
        _log.Information(string.Create(
            CultureInfo.InvariantCulture,
            $"process {successor.ProcessId} serves from now on; responses in flight may finish"));
        PassSignalsOn(successor);
        return true;
    }

    private void RestoreFile(Listeners listeners)
    {
        try
        {
            listeners.RestoreFile(_options);
        }
        catch (StartupException exception)
        {
            _log.Error(exception.Message);
        }
    }

    /// <summary>What has come meanwhile was meant for whoever serves.</summary>
    private void PassSignalsOn(Successor successor)
    {
        bool isReload = _reload.WaitOne(0);
        if (_stop.IsSet || (isReload && HasLostTerminal()))
        {
            successor.Send(TerminateSignal);
        }
        else if (isReload)
        {
            successor.Send(HangUpSignal);
        }
    }

    private bool HasLostTerminal()
    {
        return _hasTerminal && SignalFacts.HasLostTerminal();
    }

    private Successor? StartSuccessor(Listeners listeners, out string? failure)
    {
        Successor? successor = null;
        try
        {
            successor = Successor.Start(_command, listeners, out failure);
            failure ??= successor!.Await(_stop.WaitHandle, SuccessorPatience);
        }
        catch (Exception exception)
        {
            // Whatever it is, this server has clients to serve.
            failure = exception.Message;
            successor?.End();
        }

        return successor;
    }

    private Listeners OpenListeners(Inheritance? inheritance, out bool hasMoved)
    {
        hasMoved = false;
        if (inheritance is not null)
        {
            Listeners? listeners = Listeners.Take(
                inheritance.Sockets, inheritance.ArePassed, inheritance.File, _options);
            hasMoved = listeners is null;
            return listeners ?? Listeners.Open(_options, _options.WorkerCount);
        }

        List<Socket> passed = ActivatedSockets.Take(Environment.GetEnvironmentVariable, Environment.ProcessId);
        if (passed.Count == 0)
        {
            return Listeners.Open(_options, _options.WorkerCount);
        }

        _log.Debug(FormattableString.Invariant(
            $"the service manager has passed {passed.Count} sockets; Host, Port and UnixSocket are not used"));
        return Listeners.Take(passed);
    }
}
