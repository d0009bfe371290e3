using System;
using System.Text;

namespace ChainServe.Diagnostics;

/// <summary>The mount that a path lies on.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="FileSystem">Its type, such as <c>ext4</c>.</param>
/// <param name="IsReadOnly">Whether nobody can change what lies on it: its file system itself is mounted read-only. A
/// mount that is read-only over a writable file system, as containers have it, says nothing about other
/// writers.</param>
internal sealed record MountPoint(string Path, string FileSystem, bool IsReadOnly)
{
    // File systems of this machine alone: a network file system is changed by its server, an overlay by its layers.
    private static readonly string[] LocalFileSystems =
        ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "squashfs", "erofs", "iso9660", "cramfs", "romfs"];

    // File systems that ask another machine, or a program.
    private static readonly string[] RemoteFileSystems =
    [
        "nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "ceph", "afs", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2",
        "orangefs", "coda", "vboxsf", "autofs", "fuse", "fuseblk",
    ];

    /// <summary>Whether some of the tree at a path lies on a file system that waits for somebody else.</summary>
    internal static bool IsRemote(string mountInfo, string path)
    {
        foreach (string line in mountInfo.Split('\n'))
        {
            if (ParseLine(line) is { } mount && mount.Path != path && Holds(path, mount.Path)
                && IsRemote(mount.FileSystem))
            {
                return true;
            }
        }

        return Find(mountInfo, path) is { } own && IsRemote(own.FileSystem);
    }

    /// <summary>Whether the whole tree at a path lies on one file system that nobody can change.</summary>
    internal static bool IsUnchangeable(string mountInfo, string path)
    {
        foreach (string line in mountInfo.Split('\n'))
        {
            if (ParseLine(line) is { } mount && mount.Path != path && Holds(path, mount.Path))
            {
                return false;
            }
        }

        return Find(mountInfo, path) is { IsReadOnly: true };
    }

    /// <summary>
    /// Finds the mount of an absolute path in the text of /proc/self/mountinfo (man 5 proc_pid_mountinfo): the longest
    /// mount point that holds the path, and of two at one place the later, which covers the earlier.
    /// </summary>
    internal static MountPoint? Find(string mountInfo, string path)
    {
        MountPoint? best = null;
        foreach (string line in mountInfo.Split('\n'))
        {
            if (ParseLine(line) is { } mount && Holds(mount.Path, path)
                && (best is null || mount.Path.Length >= best.Path.Length))
            {
                best = mount;
            }
        }

        return best;
    }

    /// <summary>Parses <c>36 35 98:0 /root /point rw,noatime shared:1 - ext4 /dev/sda1 rw</c>.</summary>
    private static MountPoint? ParseLine(string line)
    {
        string[] fields = line.Split(' ');

        // Any number of optional fields stands before the lone dash.
        int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (dash < 0 || fields.Length < dash + 4)
        {
            return null;
        }

        string fileSystem = fields[dash + 1];
        bool isReadOnly = HasOption(fields[dash + 3], "ro") && Array.IndexOf(LocalFileSystems, fileSystem) >= 0;
        return new MountPoint(Unescape(fields[4]), fileSystem, isReadOnly);
    }

    private static bool IsRemote(string fileSystem)
    {
        // "fuse.sshfs" and the like are named by their program.
        return Array.IndexOf(RemoteFileSystems, fileSystem) >= 0
            || fileSystem.StartsWith("fuse.", StringComparison.Ordinal);
    }

    private static bool Holds(string mount, string path)
    {
        return mount == "/" || path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal);
    }

    private static bool HasOption(string options, string option)
    {
        return Array.IndexOf(options.Split(','), option) >= 0;
    }

    /// <summary>Spaces, tabs, newlines and backslashes are written as three octal digits.</summary>
    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                ReadOnlySpan<char> digits = text.AsSpan(i + 1, 3);
                int code = ((digits[0] - '0') * 64) + ((digits[1] - '0') * 8) + (digits[2] - '0');
                result.Append((char)code);
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
