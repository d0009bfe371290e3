namespace ChainServe.Http;

/// <summary>What a static file server has to know of the request method.</summary>
internal enum HttpMethod : byte
{
    /// <summary>A token that no registry lists: 501 (RFC 9110 §9.1).</summary>
    Unknown = 0,
    Get = 1,
    Head = 2,
    Options = 3,

    /// <summary>A registered method that no file here allows: 405 with Allow (RFC 9110 §15.5.6).</summary>
    Unsupported = 4,
}
