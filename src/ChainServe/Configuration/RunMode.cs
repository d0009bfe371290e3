namespace ChainServe.Configuration;

/// <summary>What the command line asks for.</summary>
internal enum RunMode : byte
{
    Serve = 0,
    Check = 1,
    Doctor = 2,

    /// <summary>Help, version or completions: System.CommandLine answers by itself.</summary>
    Answered = 3,
}
