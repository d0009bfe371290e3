using ChainServe.Http;

namespace ChainServe.Files;

/// <summary>What entity tags are made of.</summary>
internal enum TagSource : byte
{
    /// <summary>Time of modification and length; the content where the time vouches for nothing.</summary>
    Time = 0,

    /// <summary>The content.</summary>
    Content = 1,

    /// <summary>Nothing: there are none.</summary>
    None = 2,
}

/// <summary>What a site says of a file, beyond what the kernel says.</summary>
/// <param name="ContentType">The value of Content-Type. For a coded variant that of the original.</param>
/// <param name="FieldLines">Whole field lines, each with its CRLF, that 200, 206, 304, 412 and 416 carry:
/// Cache-Control, Vary and the like.</param>
/// <param name="Coding">What the bytes of the file are coded with.</param>
/// <param name="Tags">What the entity tag is made of.</param>
/// <param name="Varies">Other codings of it may answer in its place.</param>
internal readonly record struct Representation(
    byte[] ContentType,
    GuardedLines FieldLines,
    ContentCoding Coding = ContentCoding.Identity,
    TagSource Tags = TagSource.Time,
    bool Varies = false);
