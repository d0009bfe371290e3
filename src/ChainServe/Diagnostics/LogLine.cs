using System;
using System.Globalization;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>Turns a message into one line.</summary>
internal static class LogLine
{
    internal static string Format(LogLevel level, string message, LogStyle style, DateTime utcNow)
    {
        (string name, string color) = level switch
        {
            LogLevel.Error => ("error", "\e[31m"),
            LogLevel.Warning => ("warning", "\e[33m"),
            LogLevel.Information => ("info", "\e[36m"),
            _ => ("debug", "\e[90m"),
        };
        string text = ToOneLine(message);
        return style switch
        {
            LogStyle.Timed => string.Create(
                CultureInfo.InvariantCulture,
                $"{utcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {name}: {text}"),
            LogStyle.Colored => $"{color}{name}:\e[0m {text}",
            _ => $"{name}: {text}",
        };
    }

    /// <summary>
    /// Replaces control characters: a message may carry a request target, and nobody on the network may write lines of
    /// their own or escape sequences into the log.
    /// </summary>
    private static string ToOneLine(string message)
    {
        return string.Create(message.Length, message, static (line, text) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                line[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
    }
}
