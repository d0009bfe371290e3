namespace ChainServe.Http;

internal enum RangeStatus : byte
{
    /// <summary>Bad syntax, another unit or several ranges: the whole file is served (RFC 9110 §14.2).</summary>
    Ignored = 0,

    /// <summary>206.</summary>
    Satisfiable = 1,

    /// <summary>416.</summary>
    Unsatisfiable = 2,
}
