using System;
using System.IO;

namespace ChainServe.Configuration;

/// <summary>Files of the machine that may not be there, or not for this user.</summary>
internal static class TextFile
{
    /// <summary>The whole text, or null when it cannot be read.</summary>
    internal static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
