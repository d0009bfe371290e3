using System;
using System.Globalization;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Files;

/// <summary>
/// Entity tags (RFC 9110 §8.8.3): built, compared, and searched for in the lists of preconditions.
/// A tag is made of mtime and length, so that replicas with the same files send the same tags. A time stamp cannot
/// vouch for the content of a young file (a second write within one clock tick leaves the same stamp), of a file from
/// the future, or of one whose times were normalised to 0 or 1 by a reproducible build. Their tag comes from the
/// content, or, where nobody has hashed it, is weak.
/// </summary>
internal static class EntityTag
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>How old a time stamp must be before it vouches for the content.</summary>
    private const long YoungNanoseconds = 2 * NanosecondsPerSecond;

    /// <summary>Whether mtime or ctime is less than two seconds before now, or lies in the future.</summary>
    public static bool IsYoung(in FileStamp stamp, long nowNanoseconds)
    {
        long limit = nowNanoseconds - YoungNanoseconds;
        return stamp.ModifiedNanoseconds > limit || stamp.ChangedNanoseconds > limit;
    }

    /// <summary>
    /// Whether mtime is second 0 or 1 of the epoch, which says nothing about when the file was written.
    /// </summary>
    public static bool HasNormalisedTime(in FileStamp stamp)
    {
        return stamp.ModifiedNanoseconds is >= 0 and < 2 * NanosecondsPerSecond;
    }

    /// <summary>Whether only the content makes a strong tag, however old the file is.</summary>
    public static bool NeedsContent(in FileStamp stamp, TagSource tags)
    {
        return tags == TagSource.Content || (tags == TagSource.Time && HasNormalisedTime(stamp));
    }

    /// <param name="stamp">Of a regular file.</param>
    /// <param name="nowNanoseconds">When the stamp was taken.</param>
    /// <param name="digest">Of the whole content that belongs to the stamp, when it is known.</param>
    /// <param name="representation">What the tag is made of; a coded variant has a tag that no original has.</param>
    public static byte[] Build(
        in FileStamp stamp,
        long nowNanoseconds,
        in ContentDigest? digest,
        in Representation representation)
    {
        if (representation.Tags == TagSource.None)
        {
            return [];
        }

        bool vouches = !IsYoung(stamp, nowNanoseconds) && !NeedsContent(stamp, representation.Tags);
        string coding = representation.Coding == ContentCoding.Identity
            ? ""
            : "-" + Encoding.ASCII.GetString(Codings.TokenOf(representation.Coding));
        string tag;
        if (!vouches && digest is { } content)
        {
            tag = TextOf(content, stamp.Length, coding);
        }
        else
        {
            string prefix = vouches ? "" : "W/";
            tag = string.Create(
                CultureInfo.InvariantCulture,
                $"{prefix}\"{stamp.ModifiedNanoseconds:x}-{stamp.Length:x}{coding}\"");
        }

        return Encoding.ASCII.GetBytes(tag);
    }

    /// <summary>A strong tag of bytes that are no file.</summary>
    public static byte[] OfContent(ReadOnlySpan<byte> content)
    {
        return Encoding.ASCII.GetBytes(TextOf(ContentDigest.Of(content), content.Length, coding: ""));
    }

    private static string TextOf(in ContentDigest digest, long length, string coding)
    {
        return string.Create(
            CultureInfo.InvariantCulture, $"\"{digest.First:x16}{digest.Second:x16}-{length:x}{coding}\"");
    }

    public static bool IsWeak(ReadOnlySpan<byte> tag)
    {
        return tag.StartsWith("W/"u8);
    }

    /// <summary>RFC 9110 §8.8.3.2: equal, and neither is weak.</summary>
    public static bool StrongEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        return !IsWeak(left) && left.SequenceEqual(right);
    }

    /// <summary>RFC 9110 §8.8.3.2: the opaque parts are equal.</summary>
    public static bool WeakEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        return Opaque(left).SequenceEqual(Opaque(right));
    }

    /// <summary>
    /// Whether an If-Match or If-None-Match value ("*" or a list) matches the tag of an existing file. Reading stops at
    /// the first thing that is no entity tag: what stands behind it has no certain meaning.
    /// </summary>
    public static bool ListMatches(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool strong)
    {
        if (list.Length == 1 && list[0] == '*')
        {
            return true;
        }

        while (true)
        {
            list = list.TrimStart(" \t,"u8);
            int length = TagLength(list);
            if (length == 0)
            {
                return false;
            }

            ReadOnlySpan<byte> candidate = list[..length];
            list = list[length..].TrimStart(" \t"u8);
            if (!list.IsEmpty && list[0] != ',')
            {
                return false;
            }

            if (strong ? StrongEquals(candidate, tag) : WeakEquals(candidate, tag))
            {
                return true;
            }
        }
    }

    /// <summary>Whether the whole text is one entity tag, as in If-Range.</summary>
    public static bool IsSingle(ReadOnlySpan<byte> text)
    {
        return !text.IsEmpty && TagLength(text) == text.Length;
    }

    // [ "W/" ] DQUOTE *etagc DQUOTE; a comma may stand between the quotes. 0 when the text begins with no tag.
    private static int TagLength(ReadOnlySpan<byte> text)
    {
        int open = IsWeak(text) ? 2 : 0;
        if (text.Length <= open || text[open] != '"')
        {
            return 0;
        }

        for (int index = open + 1; index < text.Length; index++)
        {
            byte value = text[index];
            if (value == '"')
            {
                return index + 1;
            }

            if (value is <= (byte)' ' or 0x7F)
            {
                return 0;
            }
        }

        return 0;
    }

    private static ReadOnlySpan<byte> Opaque(ReadOnlySpan<byte> tag)
    {
        return IsWeak(tag) ? tag[2..] : tag;
    }
}
