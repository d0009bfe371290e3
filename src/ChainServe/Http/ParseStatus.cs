namespace ChainServe.Http;

internal enum ParseStatus : byte
{
    /// <summary>Every byte so far may begin a valid head; more are needed.</summary>
    Incomplete = 0,
    Complete = 1,

    /// <summary>No continuation of these bytes is a valid head.</summary>
    Rejected = 2,
}
