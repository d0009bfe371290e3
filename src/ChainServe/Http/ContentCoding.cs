namespace ChainServe.Http;

/// <summary>A content coding that the server knows (RFC 9110 §8.4.1, RFC 7932, RFC 8878).</summary>
internal enum ContentCoding : byte
{
    /// <summary>None: the file as it is.</summary>
    Identity = 0,

    /// <summary><c>gzip</c>, a file's sibling ".gz".</summary>
    Gzip = 1,

    /// <summary><c>zstd</c>, ".zst".</summary>
    Zstd = 2,

    /// <summary><c>br</c>, ".br".</summary>
    Brotli = 3,
}
