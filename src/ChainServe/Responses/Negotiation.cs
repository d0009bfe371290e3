using ChainServe.Files;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>
/// The choice between a file and its coded variants, all of which are known: by quality, then by length. The file as it
/// is has the least quality of all unless the client named it (RFC 9110 §12.5.3), and is the answer when there is no
/// other, accepted or not.
/// </summary>
internal static class Negotiation
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static FileFacts Choose(FileFacts original, AcceptedCodings accepted)
    {
        FileFacts best = original;
        int quality = accepted.QualityOf(ContentCoding.Identity);
        foreach (ContentCoding coding in Codings.ByDensity)
        {
            FileFacts? variant = original.Variant(coding);
            int candidate = accepted.QualityOf(coding);
            if (candidate > 0
                && variant is { Kind: FileKind.Regular }
                && !IsStale(variant.Stamp, original.Stamp)
                && (candidate > quality || (candidate == quality && variant.Length < best.Length)))
            {
                best = variant;
                quality = candidate;
            }
        }

        return best;
    }

    /// <summary>The coding that a client wants most; the file as it is, when it wants none more than that.</summary>
    public static ContentCoding BestOf(AcceptedCodings accepted)
    {
        ContentCoding best = ContentCoding.Identity;
        foreach (ContentCoding coding in Codings.ByDensity)
        {
            if (accepted.QualityOf(coding) > accepted.QualityOf(best)
                || (best == ContentCoding.Identity
                    && accepted.QualityOf(coding) > 0
                    && accepted.QualityOf(coding) == accepted.QualityOf(best)))
            {
                best = coding;
            }
        }

        return best;
    }

    /// <summary>
    /// Whether a sibling was made of an older version. Its time may be that of the original, cut off where a tool or an
    /// archive keeps no more digits.
    /// </summary>
    public static bool IsStale(in FileStamp sibling, in FileStamp original)
    {
        long time = original.ModifiedNanoseconds;
        return sibling.ModifiedNanoseconds < time
            && sibling.ModifiedNanoseconds != time - (time % 1_000)
            && sibling.ModifiedNanoseconds != time - (time % 1_000_000)
            && sibling.ModifiedNanoseconds != time - (time % NanosecondsPerSecond);
    }
}
