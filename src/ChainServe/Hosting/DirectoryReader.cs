using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using ChainServe.Chains;
using ChainServe.Responses;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// Reads what may be shown of a directory: names that a request would be answered for. Off the ring thread. What a
/// symbolic link leads to is judged by its path here, for the listing alone; whether it is served, openat2 decides.
/// </summary>
internal static class DirectoryReader
{
    // What the runtime makes of bytes that are no UTF-8: an address of such a name would lead nowhere.
    private const char Replacement = '\uFFFD';

    /// <param name="directory">Where to read: the path of an open descriptor.</param>
    /// <param name="path">What the directory is called, relative to the root, with a slash at its end.</param>
    /// <param name="site">Its rules.</param>
    /// <param name="entriesMax">Those beyond are counted only.</param>
    internal static DirectoryContent Read(string directory, string path, Site site, int entriesMax)
    {
        List<DirectoryEntry> entries = [];
        int beyond = 0;
        string? realPath = LinkOf(directory.TrimEnd('/'));
        string? realRoot = LinkOf(FormattableString.Invariant($"/proc/self/fd/{site.Tree.Root}"));
        foreach (FileSystemInfo info in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (IsHidden(info.Name, path, site))
            {
                continue;
            }

            if (entries.Count == entriesMax)
            {
                // By its name alone: a look at each of a million would take seconds.
                beyond++;
            }
            else if (Describe(info, realPath, realRoot, site.Tree.Links) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return new DirectoryContent(entries, entries.Count + beyond);
    }

    private static bool IsHidden(string name, string path, Site site)
    {
        return name.Contains(Replacement, StringComparison.Ordinal)
            || (!site.ServesHidden && name.StartsWith('.'))
            || site.Rules.Hides(Encoding.UTF8.GetBytes($"/{path}{name}"));
    }

    private static DirectoryEntry? Describe(FileSystemInfo info, string? realPath, string? realRoot, LinkPolicy links)
    {
        try
        {
            FileSystemInfo? target = info.LinkTarget is { } link ? Follow(link, realPath, realRoot, links) : info;
            return target switch
            {
                // FIFOs, sockets and devices have no length, and are never served.
                FileInfo { Length: 0 } file when !IsRegular(file.FullName) => null,
                FileInfo file => new DirectoryEntry(info.Name, IsDirectory: false, file.Length, file.LastWriteTimeUtc),
                DirectoryInfo => new DirectoryEntry(info.Name, IsDirectory: true, 0, target.LastWriteTimeUtc),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone since it was read, or a link that leads nowhere, or to where this process may not look.
            return null;
        }
    }

    private static bool IsRegular(string path)
    {
        return LinuxKernel.PathStatus(path, out Statx status) == 0 && status.Type == FileType.Regular;
    }

    private static FileSystemInfo? Follow(string link, string? realPath, string? realRoot, LinkPolicy links)
    {
        if (links == LinkPolicy.None || realPath is null || realRoot is null)
        {
            return null;
        }

        string target = Path.GetFullPath(link, realPath);
        string prefix = realRoot.EndsWith('/') ? realRoot : realRoot + "/";
        bool isInside = target == realRoot || target.StartsWith(prefix, StringComparison.Ordinal);

        // An absolute link leads out of the root as far as openat2 is concerned, wherever it ends.
        if (links == LinkPolicy.Inside && (!isInside || link.StartsWith('/')))
        {
            return null;
        }

        return Directory.Exists(target) ? new DirectoryInfo(target) : new FileInfo(target);
    }

    private static string? LinkOf(string descriptor)
    {
        return new FileInfo(descriptor).LinkTarget;
    }
}
