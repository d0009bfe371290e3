namespace ChainServe.Configuration;

/// <summary>How much the log says; each level contains the ones before it.</summary>
internal enum LogLevel : byte
{
    Error = 0,
    Warning = 1,
    Information = 2,
    Debug = 3,
}
