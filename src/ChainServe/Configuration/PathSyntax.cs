using System;

namespace ChainServe.Configuration;

/// <summary>The forms of a path in a configuration.</summary>
internal static class PathSyntax
{
    /// <summary>What <see cref="IsRequestPath"/> takes, to follow "give".</summary>
    internal const string RequestPath =
        "a path as a request is read: it starts with '/' and has no '%', '//', '/./', '/../', query or fragment";

    /// <summary>What <see cref="IsFileUnderRoot"/> takes, to follow "give".</summary>
    internal const string FileUnderRoot = "the path of a file under the root, without '..' and a leading '/'";

    // A path and its NUL stand in 4,096 bytes.
    private const int LengthMax = 1_000;

    /// <summary>Whether a request can have the path: it is compared with one that was decoded and normalised.</summary>
    internal static bool IsRequestPath(string path)
    {
        if (!path.StartsWith('/') || Letters.HasControl(path) || path.AsSpan().IndexOfAny('%', '?', '#') >= 0)
        {
            return false;
        }

        string[] segments = path[1..].Split('/');
        return Array.TrueForAll(segments[..^1], IsSegment) && (segments[^1].Length == 0 || IsSegment(segments[^1]));
    }

    internal static bool IsFileUnderRoot(string path)
    {
        return path.Length <= LengthMax && !Letters.HasControl(path) && Array.TrueForAll(path.Split('/'), IsSegment);
    }

    private static bool IsSegment(string segment)
    {
        return segment is not ("" or "." or "..");
    }
}
