using System;

namespace ChainServe.Files;

/// <summary>
/// Which files may answer a decoded path, in order:
/// 1. the root or "dir/" asks for each index name below it;
/// 2. every other path asks for itself, and then, with clean addresses and no dot in its last segment, for path.html.
/// </summary>
internal static class FileCandidates
{
    private static ReadOnlySpan<byte> HtmlExtension => ".html"u8;

    public static int Count(ReadOnlySpan<byte> path, in CandidateOptions options)
    {
        if (IsDirectoryPath(path))
        {
            return options.IndexNames.Length;
        }

        return options.TriesHtmlExtension && !HasDot(path) ? 2 : 1;
    }

    /// <summary>Whether there is a dot in the last segment: the name of a script or a picture, not of a page.</summary>
    public static bool HasDot(ReadOnlySpan<byte> path)
    {
        return path[(path.LastIndexOf((byte)'/') + 1)..].Contains((byte)'.');
    }

    /// <summary>Writes a candidate with a NUL behind it, as the kernel wants it.</summary>
    /// <param name="path">The decoded path.</param>
    /// <param name="candidate">From 0 to <see cref="Count"/> − 1.</param>
    /// <param name="options">The same as for the count.</param>
    /// <param name="destination">Room for the path, the longest name to append, and the NUL.</param>
    /// <returns>The length without the NUL, or 0 when it does not fit.</returns>
    public static int Write(ReadOnlySpan<byte> path, int candidate, in CandidateOptions options, Span<byte> destination)
    {
        ReadOnlySpan<byte> suffix = default;
        if (IsDirectoryPath(path))
        {
            suffix = options.IndexNames[candidate];
        }
        else if (candidate > 0)
        {
            suffix = HtmlExtension;
        }

        int length = path.Length + suffix.Length;
        if (destination.Length <= length)
        {
            return 0;
        }

        path.CopyTo(destination);
        suffix.CopyTo(destination[path.Length..]);
        destination[length] = 0;
        return length;
    }

    /// <summary>
    /// The clean address of a page: "/about" for "/about.html", "/docs/" for "/docs/index.html"; else the path itself.
    /// </summary>
    public static ReadOnlySpan<byte> CleanAddressOf(ReadOnlySpan<byte> path, scoped in CandidateOptions options)
    {
        if (!options.TriesHtmlExtension || !path.EndsWith(HtmlExtension))
        {
            return path;
        }

        int name = path.LastIndexOf((byte)'/') + 1;
        foreach (byte[] index in options.IndexNames)
        {
            if (path[name..].SequenceEqual(index))
            {
                return path[..name];
            }
        }

        // A name that holds another dot, or nothing but the extension, would not lead back.
        ReadOnlySpan<byte> stem = path[..^HtmlExtension.Length];
        return stem.Length == name || stem[name..].Contains((byte)'.') ? path : stem;
    }

    public static bool IsDirectoryPath(ReadOnlySpan<byte> path)
    {
        return path.IsEmpty || path[^1] == '/';
    }
}
