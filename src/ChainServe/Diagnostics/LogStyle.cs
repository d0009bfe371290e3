using System;

namespace ChainServe.Diagnostics;

/// <summary>How a line of the log looks.</summary>
internal enum LogStyle : byte
{
    /// <summary>With the time, for files and pipes.</summary>
    Timed = 0,

    /// <summary>Without the time: a person watches, or the journal adds its own.</summary>
    Plain = 1,

    /// <summary>Without the time, the level in colour.</summary>
    Colored = 2,
}

/// <summary>Chooses the style for standard error.</summary>
internal static class LogStyles
{
    /// <param name="isTerminal">Whether standard error is a terminal.</param>
    /// <param name="variable">Looks up an environment variable.</param>
    internal static LogStyle Choose(bool isTerminal, Func<string, string?> variable)
    {
        if (!isTerminal)
        {
            // systemd sets JOURNAL_STREAM when the stream goes into the journal.
            return variable("JOURNAL_STREAM") is null ? LogStyle.Timed : LogStyle.Plain;
        }

        // https://no-color.org: present and not empty, whatever its value.
        bool isColorless = !string.IsNullOrEmpty(variable("NO_COLOR")) || variable("TERM") == "dumb";
        return isColorless ? LogStyle.Plain : LogStyle.Colored;
    }
}
