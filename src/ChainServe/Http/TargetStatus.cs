namespace ChainServe.Http;

internal enum TargetStatus : byte
{
    /// <summary>A path below the root was written.</summary>
    Path = 0,

    /// <summary>"*": the server as a whole (RFC 9112 §3.2.4).</summary>
    Asterisk = 1,

    /// <summary>400.</summary>
    Invalid = 2,

    /// <summary>414: no path can be as long.</summary>
    TooLong = 3,

    /// <summary>404: a segment is longer than any file name.</summary>
    NoSuchName = 4,
}
