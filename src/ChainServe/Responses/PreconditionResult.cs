namespace ChainServe.Responses;

internal enum PreconditionResult : byte
{
    Proceed = 0,

    /// <summary>304.</summary>
    NotModified = 1,

    /// <summary>412.</summary>
    Failed = 2,
}
