using System;
using ChainServe.Http;

namespace ChainServe.Files;

/// <summary>
/// All that a response needs to know of one version of a file. Immutable, so that a head and a body built from the same
/// facts belong together; only the freshness fields, the prepared head and the place of a copy change, all of them by
/// the one worker that owns the facts.
/// </summary>
internal sealed class FileFacts
{
    /// <summary>No copy of the file is kept.</summary>
    internal const int NoSnapshot = -1;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly FileStamp _stamp;
    private FileFacts?[]? _variants;
    private FileFacts?[]? _compressed;

    private FileFacts(ReadOnlySpan<byte> path, in FileStamp stamp)
    {
        _stamp = stamp;
        Path = new byte[path.Length + 1];
        path.CopyTo(Path);
    }

    public FileKind Kind => _stamp.Kind;

    public long Length => _stamp.Length;

    /// <summary>mtime in nanoseconds of Unix time.</summary>
    public long ModifiedNanoseconds => _stamp.ModifiedNanoseconds;

    /// <summary>mtime in whole seconds, rounded down: what Last-Modified can say.</summary>
    public long ModifiedSeconds { get; private init; }

    /// <summary>ctime in nanoseconds of Unix time.</summary>
    public long ChangedNanoseconds => _stamp.ChangedNanoseconds;

    public ulong Inode => _stamp.Inode;

    public ulong Device => _stamp.Device;

    public FileStamp Stamp => _stamp;

    public bool HasContentHash { get; private init; }

    /// <summary>XXH64 with seed 0 of the content; valid with <see cref="HasContentHash"/>.</summary>
    public ulong ContentHash { get; private init; }

    /// <summary>Relative to the root, with the NUL that the kernel wants behind it.</summary>
    public byte[] Path { get; }

    public ReadOnlySpan<byte> Name => Path.AsSpan(0, Path.Length - 1);

    /// <summary>With its quotes, and W/ when weak. Empty unless regular, and when tags are off.</summary>
    public byte[] EntityTag { get; private init; } = [];

    /// <summary>29 bytes, or none when the time stamp says nothing or is ahead of the clock.</summary>
    public byte[] LastModified { get; private init; } = [];

    public byte[] ContentType { get; private init; } = [];

    /// <summary>What the bytes are coded with.</summary>
    public ContentCoding Coding { get; private init; }

    /// <summary>Other codings of it may answer in its place.</summary>
    public bool Varies { get; private init; }

    /// <summary>
    /// Whole field lines, each with its CRLF, that 200, 206, 304, 412 and 416 carry: Cache-Control, Vary and the like.
    /// </summary>
    public GuardedLines FieldLines { get; private init; } = GuardedLines.None;

    /// <summary>The tag is one of the content, or could not be any better.</summary>
    public bool HasFinalTag { get; private init; }

    /// <summary>
    /// The file was young when the facts were taken: its tag is provisional, its date no strong validator. Facts taken
    /// again two seconds later are better.
    /// </summary>
    public bool IsYoung { get; private init; }

    /// <summary>When the facts were last compared with the file.</summary>
    public long VerifiedAtMilliseconds { get; set; }

    /// <summary>When a request last set out to compare them.</summary>
    public long LookedAtMilliseconds { get; set; } = long.MinValue / 2;

    /// <summary>Somebody reads the whole file, for its digest or to compress it.</summary>
    public bool HasJob { get; set; }

    /// <summary>Of a compressed version: it was worth keeping once.</summary>
    public bool WasWorthIt { get; set; }

    /// <summary>
    /// The head of a plain keep-alive 200 for everybody, filled by the head writer; only its Date is patched per
    /// response.
    /// </summary>
    public byte[]? PreparedHead { get; set; }

    /// <summary>Where the Date stands in <see cref="PreparedHead"/>.</summary>
    public int PreparedDateOffset { get; set; }

    /// <summary>Where the worker keeps a copy of the content, or <see cref="NoSnapshot"/>.</summary>
    public int Snapshot { get; set; } = NoSnapshot;

    /// <summary>Facts of something that is no regular file, or of nothing at all.</summary>
    public static FileFacts Create(ReadOnlySpan<byte> path, FileKind kind)
    {
        return new FileFacts(path, new FileStamp { Kind = kind });
    }

    /// <param name="path">Relative to the root, without NUL.</param>
    /// <param name="stamp">What fstat said.</param>
    /// <param name="nowNanoseconds">Unix time when it said so.</param>
    /// <param name="digest">Of the content that belongs to the stamp, when it was read.</param>
    /// <param name="representation">What the site says of it.</param>
    public static FileFacts Create(
        ReadOnlySpan<byte> path,
        in FileStamp stamp,
        long nowNanoseconds,
        in ContentDigest? digest,
        in Representation representation)
    {
        if (stamp.Kind != FileKind.Regular)
        {
            return new FileFacts(path, stamp);
        }

        long seconds = Math.DivRem(stamp.ModifiedNanoseconds, NanosecondsPerSecond, out long fraction);
        if (fraction < 0)
        {
            seconds--;
        }

        // RFC 9110 §8.8.2.1: never later than Date; and a date that grows with the clock validates nothing.
        bool hasDate = !Files.EntityTag.HasNormalisedTime(stamp) && stamp.ModifiedNanoseconds <= nowNanoseconds;
        return new FileFacts(path, stamp)
        {
            ModifiedSeconds = seconds,
            HasContentHash = digest is not null,
            ContentHash = digest?.First ?? 0,
            EntityTag = Files.EntityTag.Build(stamp, nowNanoseconds, digest, representation),
            LastModified = hasDate ? FormatDate(seconds) : [],
            ContentType = representation.ContentType,
            Coding = representation.Coding,
            Varies = representation.Varies,
            FieldLines = representation.FieldLines,
            HasFinalTag = digest is not null || !Files.EntityTag.NeedsContent(stamp, representation.Tags),
            IsYoung = Files.EntityTag.IsYoung(stamp, nowNanoseconds),
        };
    }

    /// <summary>Whether another look at the name found this same version.</summary>
    public bool SameVersionAs(in FileStamp other)
    {
        return _stamp == other;
    }

    public bool SameVersionAs(FileFacts other)
    {
        return _stamp == other._stamp;
    }

    /// <summary>What is known of a coded variant of this version: facts of its own, those of a sibling that is missing
    /// or stale included; null when nobody looked.</summary>
    public FileFacts? Variant(ContentCoding coding)
    {
        return _variants?[(int)coding - 1];
    }

    public void SetVariant(ContentCoding coding, FileFacts? facts)
    {
        _variants ??= new FileFacts?[Codings.Count];
        _variants[(int)coding - 1] = facts;
    }

    /// <summary>What was made of this version here; null when nobody tried.</summary>
    public FileFacts? Compressed(ContentCoding coding)
    {
        return _compressed?[(int)coding - 1];
    }

    public void SetCompressed(ContentCoding coding, FileFacts facts)
    {
        _compressed ??= new FileFacts?[Codings.Count];
        _compressed[(int)coding - 1] = facts;
    }

    private static byte[] FormatDate(long unixSeconds)
    {
        byte[] date = new byte[HttpDate.Length];
        HttpDate.Format(unixSeconds, date);
        return date;
    }
}
