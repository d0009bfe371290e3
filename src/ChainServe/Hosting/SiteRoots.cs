using System;
using System.Collections.Generic;
using System.IO;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>The directories that sites are served from, open for the life of the server.</summary>
internal sealed class SiteRoots : IDisposable
{
    private readonly IKernel _kernel;
    private readonly List<int> _roots = [];

    internal SiteRoots(IKernel kernel)
    {
        _kernel = kernel;
    }

    /// <exception cref="StartupException">It cannot be opened.</exception>
    internal SiteRoot Open(SitePolicy policy)
    {
        int root = _kernel.OpenDirectory(policy.RootFullPath);
        if (root < 0)
        {
            throw new StartupException(
                $"the root '{policy.Root}' cannot be opened (errno {-root}); choose a directory that this user may "
                + "enter with --root.");
        }

        _roots.Add(root);
        return Describe(root, policy.Symlinks);
    }

    /// <summary>What the mounts say of the tree. The question is about the directory that was opened, whatever symbolic
    /// links led to it.</summary>
    private static SiteRoot Describe(int root, SymlinkPolicy links)
    {
        try
        {
            string mounts = File.ReadAllText("/proc/self/mountinfo");
            string? path = new FileInfo(FormattableString.Invariant($"/proc/self/fd/{root}")).LinkTarget;
            return new SiteRoot(
                root,
                links != SymlinkPolicy.All && path is not null && MountPoint.IsUnchangeable(mounts, path),
                MountPoint.IsRemote(mounts, path is null || links == SymlinkPolicy.All ? "/" : path));
        }
        catch (IOException)
        {
            return new SiteRoot(root, IsUnchangeable: false);
        }
    }

    public void Dispose()
    {
        _roots.ForEach(root => _kernel.Close(root));
    }
}
