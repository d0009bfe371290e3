using System;

namespace ChainServe.Configuration;

/// <summary>
/// The server cannot start, and the user can do something about it. The message is one sentence with the cause and
/// the cure; it is printed as it is, without a stack trace, and the process ends with exit code 1.
/// </summary>
internal sealed class StartupException : Exception
{
    internal StartupException(string message)
        : base(message)
    {
    }

    internal StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
