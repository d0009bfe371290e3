using System;
using System.IO;
using ChainServe.Configuration;
using Microsoft.Win32.SafeHandles;

namespace ChainServe.Hosting;

/// <summary>The file of the access log, or standard output.</summary>
internal static class AccessLogFile
{
    internal const string StandardOutput = "-";
    private const int StandardOutputDescriptor = 1;

    /// <summary>Opens it; a file is made when there is none.</summary>
    /// <exception cref="StartupException">It cannot be written.</exception>
    internal static SafeFileHandle Open(string path)
    {
        if (path == StandardOutput)
        {
            return new SafeFileHandle(StandardOutputDescriptor, ownsHandle: false);
        }

        try
        {
            return File.OpenHandle(
                path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"the access log {OptionError.Quote(path)} cannot be written ({exception.GetType().Name}); create its "
                + "directory, or let this user write there.",
                exception);
        }
    }
}
