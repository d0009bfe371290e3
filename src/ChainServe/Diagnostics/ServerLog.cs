using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>
/// The levelled log on standard error: thread-safe, whole lines, never throws. A caller only appends to a bounded
/// queue, and a background thread writes: standard error may be a pipe whose reader has stopped, and a worker that
/// wrote by itself would then hang with all its connections. Lines that do not fit are counted, not waited for.
/// </summary>
internal sealed class ServerLog : IDisposable
{
    internal const int QueuedLinesMax = 1024;

    /// <summary>How long the end of the process waits for a reader of the log.</summary>
    private static readonly TimeSpan FlushWait = TimeSpan.FromSeconds(1);

    private readonly TextWriter _writer;
    private readonly LogLevel _level;
    private readonly LogStyle _style;
    private readonly object _gate = new();
    private readonly Queue<string> _lines = new();
    private Thread? _thread;
    private long _lostLines;
    private bool _isWriting;
    private bool _isDisposed;

    internal ServerLog(TextWriter writer, LogLevel level, LogStyle style = LogStyle.Plain)
    {
        _writer = writer;
        _level = level;
        _style = style;
    }

    /// <summary>Makes the log of this process.</summary>
    internal static ServerLog ToStandardError(LogLevel level)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var writer = new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true };
        LogStyle style = LogStyles.Choose(!Console.IsErrorRedirected, Environment.GetEnvironmentVariable);
        return new ServerLog(writer, level, style);
    }

    /// <summary>Tells whether a level is written; ask before building a message.</summary>
    internal bool IsEnabled(LogLevel level)
    {
        return level <= _level;
    }

    internal void Error(string message)
    {
        Write(LogLevel.Error, message);
    }

    internal void Warning(string message)
    {
        Write(LogLevel.Warning, message);
    }

    internal void Information(string message)
    {
        Write(LogLevel.Information, message);
    }

    internal void Debug(string message)
    {
        Write(LogLevel.Debug, message);
    }

    /// <summary>Waits until what was logged is written, or a second without success.</summary>
    internal void Flush()
    {
        long deadline = Environment.TickCount64 + (long)FlushWait.TotalMilliseconds;
        lock (_gate)
        {
            while (_lines.Count > 0 || _isWriting || _lostLines > 0)
            {
                long left = deadline - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_gate, (int)left))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Writes what is left and ends the background thread.</summary>
    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Write(LogLevel level, string message)
    {
        if (!IsEnabled(level))
        {
            return;
        }

        string line = LogLine.Format(level, message, _style, DateTime.UtcNow);
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_lines.Count >= QueuedLinesMax)
            {
                _lostLines++;
                return;
            }

            _lines.Enqueue(line);
            StartThread();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Starts the thread with the first line: most runs of the program never log one.</summary>
    private void StartThread()
    {
        if (_thread is null)
        {
            _thread = new Thread(WriteLines, maxStackSize: 256 * 1024) { IsBackground = true, Name = "log" };
            _thread.Start();
        }
    }

    private void WriteLines()
    {
        while (TryTake(out string line))
        {
            try
            {
                // The end of the line is part of the text, so that a line is one write.
                _writer.Write(line);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // Nobody reads the log any more; serving goes on.
            }
        }
    }

    private bool TryTake(out string line)
    {
        lock (_gate)
        {
            _isWriting = false;
            Monitor.PulseAll(_gate);
            while (_lines.Count == 0 && _lostLines == 0)
            {
                if (_isDisposed)
                {
                    line = "";
                    return false;
                }

                Monitor.Wait(_gate);
            }

            if (_lines.TryDequeue(out string? next))
            {
                line = next + "\n";
            }
            else
            {
                string message = $"{_lostLines} lines of this log were lost, because nobody read it in time";
                line = LogLine.Format(LogLevel.Warning, message, _style, DateTime.UtcNow) + "\n";
                _lostLines = 0;
            }

            _isWriting = true;
            return true;
        }
    }
}
