using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Pipes;
using System.Threading;
using ChainServe.Configuration;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// A server that is to take over: the same program with the same command line, which reads its configuration anew and
/// accepts from the same sockets. It answers on a pipe when it serves; until then, and for ever if it fails, the
/// predecessor serves.
/// </summary>
/// <remarks>Started on the main thread, which no sandbox of a worker holds for.</remarks>
internal sealed class Successor : IDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    // What holds for the predecessor's process alone.
    private static readonly string[] OwnVariables =
        ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", ServiceManager.WatchdogProcessVariable];

    private readonly AnonymousPipeServerStream _answers;
    private readonly Process _process;
    private readonly ManualResetEvent _hasAnswered = new(initialState: false);
    private volatile int _answer = -1;

    private Successor(AnonymousPipeServerStream answers, Process process)
    {
        _answers = answers;
        _process = process;
        new Thread(Listen, maxStackSize: 256 * 1024) { IsBackground = true, Name = "successor" }.Start();
    }

    internal int ProcessId => _process.Id;

    /// <summary>It serves on other sockets than those that it was left.</summary>
    internal bool HasMoved => _answer == Inheritance.Moved;

    /// <summary>How this process was started: what stands at the path of the program by now, which may be a newer
    /// version, with the same arguments.</summary>
    internal static ProcessStartInfo CommandOfThisProcess()
    {
        // The host of a program that is not published takes the program as its first argument.
        string[] words = (TextFile.TryRead("/proc/self/cmdline") ?? "").Split('\0');
        ProcessStartInfo start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        for (int index = 1; index < words.Length - 1; index++)
        {
            start.ArgumentList.Add(words[index]);
        }

        return start;
    }

    /// <summary>Starts it.</summary>
    /// <param name="start">The program.</param>
    /// <param name="listeners">What it is left.</param>
    /// <param name="failure">Why it could not be started, or null. Whatever the reason is: the predecessor has clients
    /// to serve.</param>
    internal static Successor? Start(ProcessStartInfo start, Listeners listeners, out string? failure)
    {
        AnonymousPipeServerStream? answers = null;
        Process? process = null;
        List<int> sockets = listeners.Descriptors;
        try
        {
            answers = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
            int pipe = (int)answers.ClientSafePipeHandle.DangerousGetHandle();
            foreach (string name in OwnVariables)
            {
                start.Environment.Remove(name);
            }

            start.Environment[Inheritance.Variable] = Inheritance.Describe(
                Environment.ProcessId, pipe, sockets, listeners.ArePassed, listeners.File);
            sockets.ForEach(static socket => DescriptorFlags.SetInherited(socket, isInherited: true));
            process = Process.Start(start)!;
            failure = null;
            return new Successor(answers, process);
        }
        catch (Exception exception)
        {
            failure = $"'{start.FileName}' cannot be started ({exception.Message})";
            process?.Kill();
            process?.Dispose();
            answers?.Dispose();
            return null;
        }
        finally
        {
            sockets.ForEach(static socket => DescriptorFlags.SetInherited(socket, isInherited: false));
            answers?.DisposeLocalCopyOfClientHandle();
        }
    }

    /// <summary>Waits until it serves.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="patience">How long it may take.</param>
    /// <returns>Null when it serves; else why it does not. It has ended then.</returns>
    internal string? Await(WaitHandle stop, TimeSpan patience)
    {
        int which = WaitHandle.WaitAny([_hasAnswered, stop], patience);
        if (which == 0 && _answer is Inheritance.Kept or Inheritance.Moved)
        {
            return null;
        }

        string failure = which switch
        {
            0 when _process.WaitForExit(ExitPatience) => string.Create(
                CultureInfo.InvariantCulture, $"it ended with exit code {_process.ExitCode}, and has said why"),
            0 => "it neither serves nor ends",
            1 => "the server is to stop",
            _ => string.Create(CultureInfo.InvariantCulture, $"it does not serve within {patience.TotalSeconds} s"),
        };
        End();
        return failure;
    }

    /// <summary>Passes on a signal that its predecessor got.</summary>
    internal void Send(int signal)
    {
        if (!_process.HasExited)
        {
            LinuxKernel.SendSignal(_process.Id, signal);
        }
    }

    /// <summary>Ends it at once, if it has not ended yet.</summary>
    internal void End()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        _answers.Dispose();
        _process.Dispose();
    }

    private void Listen()
    {
        try
        {
            _answer = _answers.ReadByte();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // As if it had ended.
        }

        _hasAnswered.Set();
    }
}
