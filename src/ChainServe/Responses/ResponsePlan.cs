namespace ChainServe.Responses;

/// <summary>What to answer with a file: decided once, then written by the head writer and sent by a chain.</summary>
internal struct ResponsePlan
{
    public int Status;

    /// <summary>Several ranges: the body is made of parts, and <see cref="ContentLength"/> is that of all of them.
    /// Their
    /// bytes are <see cref="Count"/> no longer.</summary>
    public bool IsMultipart;

    /// <summary>Whether bytes of the file follow the head. Never for HEAD, nor for an empty file.</summary>
    public bool SendsBody;

    /// <summary>Where in the file the body begins.</summary>
    public long Offset;

    /// <summary>How many bytes of the file to send; 0 unless <see cref="SendsBody"/>.</summary>
    public long Count;

    /// <summary>The Content-Length, which HEAD states without sending it.</summary>
    public long ContentLength;
}
