namespace ChainServe.Http;

/// <summary>A run of bytes of a file.</summary>
/// <param name="Offset">Of the first byte.</param>
/// <param name="Count">At least 1.</param>
internal readonly record struct ByteSpan(long Offset, long Count)
{
    /// <summary>Behind the last byte.</summary>
    public long End => Offset + Count;
}
