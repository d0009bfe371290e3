using System.IO;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>The levelled log on standard error. Thread-safe; never throws.</summary>
internal sealed class ServerLog
{
    private readonly TextWriter _writer;
    private readonly LogLevel _level;

    internal ServerLog(TextWriter writer, LogLevel level)
    {
        _writer = TextWriter.Synchronized(writer);
        _level = level;
    }

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

    private void Write(LogLevel level, string message)
    {
        if (IsEnabled(level))
        {
            _writer.WriteLine(message);
        }
    }
}
