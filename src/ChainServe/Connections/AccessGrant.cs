namespace ChainServe.Connections;

/// <summary>What the check of a request's credentials has said.</summary>
internal enum AccessGrant : byte
{
    /// <summary>Nothing was checked.</summary>
    Unknown = 0,

    /// <summary>The response is for those who know a password.</summary>
    Granted = 1,

    Refused = 2,
}
