namespace ChainServe.Http;

/// <summary>The bounds of one request head; to exceed one is a named rejection.</summary>
internal readonly struct RequestLimits
{
    public static readonly RequestLimits Default = new(8192, 16384, 100);

    public RequestLimits(int requestLineLengthMax, int headLengthMax, int headerCountMax)
    {
        RequestLineLengthMax = requestLineLengthMax;
        HeadLengthMax = headLengthMax;
        HeaderCountMax = headerCountMax;
    }

    /// <summary>Bytes of the request line without its CRLF.</summary>
    public int RequestLineLengthMax { get; }

    /// <summary>Bytes of the whole head with its final empty line and with leading empty lines.</summary>
    public int HeadLengthMax { get; }

    public int HeaderCountMax { get; }
}
