namespace ChainServe.Files;

/// <summary>The configured part of <see cref="FileCandidates"/>.</summary>
internal readonly struct CandidateOptions
{
    public CandidateOptions(byte[][] indexNames, bool triesHtmlExtension)
    {
        IndexNames = indexNames;
        TriesHtmlExtension = triesHtmlExtension;
    }

    /// <summary>Without slashes and without NUL, in order of preference.</summary>
    public byte[][] IndexNames { get; }

    /// <summary>Whether "about" may be answered with about.html.</summary>
    public bool TriesHtmlExtension { get; }
}
