using System;
using System.Globalization;
using System.IO;
using ChainServe.Configuration;
using Uring.Abi;

namespace ChainServe.Diagnostics;

/// <summary>What the process was started with, as far as signals go.</summary>
internal static class SignalFacts
{
    /// <summary>Whether whoever started the process wants a signal ignored, as nohup does.</summary>
    internal static bool IsIgnored(int signal)
    {
        return IsIgnored(TextFile.TryRead("/proc/self/status") ?? "", signal);
    }

    /// <param name="status">The text of /proc/self/status.</param>
    /// <param name="signal">Its number.</param>
    internal static bool IsIgnored(string status, int signal)
    {
        foreach (string line in status.Split('\n'))
        {
            if (line.StartsWith("SigIgn:", StringComparison.Ordinal)
                && ulong.TryParse(
                    line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong ignored))
            {
                return (ignored & (1UL << (signal - 1))) != 0;
            }
        }

        return false;
    }

    /// <summary>Whether the process belongs to a terminal that is still there.</summary>
    internal static bool HasTerminal()
    {
        return LookForTerminal() is null;
    }

    /// <summary>Whether the terminal that the process belonged to is gone. A look that fails for another reason (no
    /// descriptor is left, the calling thread is in a sandbox) does not say so.</summary>
    internal static bool HasLostTerminal()
    {
        // The number of the error, where the framework has no exception of its own for it.
        return LookForTerminal() is { HResult: Errno.ENXIO or Errno.EIO or Errno.ENODEV };
    }

    private static Exception? LookForTerminal()
    {
        try
        {
            File.OpenHandle("/dev/tty", FileMode.Open, FileAccess.Read, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }
}
