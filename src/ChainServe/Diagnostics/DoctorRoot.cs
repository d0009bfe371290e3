using System;
using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>Judges the root and the file system under it.</summary>
internal static class DoctorRoot
{
    private static readonly string[] Network = ["nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "afs"];

    internal static DoctorFinding JudgeRoot(DoctorFacts facts)
    {
        return facts.RootProblem is null
            ? new DoctorFinding(DoctorVerdict.Ok, "root", $"{facts.RootPath} is a directory that can be read")
            : new DoctorFinding(DoctorVerdict.Problem, "root", facts.RootProblem);
    }

    /// <summary>Returns null when the options name no page, or there is no root that it could be in.</summary>
    internal static DoctorFinding? JudgePages(DoctorFacts facts)
    {
        const string Name = "pages";
        if (facts.RootProblem is not null || !MissingPages.AreNamed(facts.Options))
        {
            return null;
        }

        return facts.MissingPages is { } missing
            ? new DoctorFinding(DoctorVerdict.Note, Name, missing)
            : new DoctorFinding(DoctorVerdict.Ok, Name, "those of Spa and ErrorPages are there");
    }

    /// <summary>Returns null when the mount table is hidden: nothing depends on it.</summary>
    internal static DoctorFinding? JudgeFileSystem(DoctorFacts facts)
    {
        const string Name = "file system";
        if (facts.RootProblem is not null || MountPoint.Find(facts.Proc.MountInfo, facts.RootPath) is not { } mount)
        {
            return null;
        }

        string where = $"{mount.FileSystem} at {mount.Path}";
        bool isFuse = mount.FileSystem.StartsWith("fuse", StringComparison.Ordinal);
        if (isFuse || mount.FileSystem is "tmpfs" or "ramfs" or "overlay")
        {
            string text = $"{where} works, but reads go through kernel workers; ext4, xfs or btrfs is faster";
            return new DoctorFinding(DoctorVerdict.Note, Name, text);
        }

        if (Array.IndexOf(Network, mount.FileSystem) >= 0)
        {
            string text = $"{where} works, but changes made elsewhere send no events; they are seen after a second";
            return new DoctorFinding(DoctorVerdict.Note, Name, text);
        }

        // A link that may lead anywhere leads to what others write.
        bool cannotChange = facts.Options.Symlinks != SymlinkPolicy.All
            && MountPoint.IsUnchangeable(facts.Proc.MountInfo, facts.RootPath);
        string chains = facts.Options.Immutable || cannotChange
            ? "cannot change, so responses are whole chains"
            : "can change, so responses are checked chains (a read-only file system or --immutable allows whole ones)";
        return new DoctorFinding(DoctorVerdict.Ok, Name, $"{where}, {chains}");
    }
}
