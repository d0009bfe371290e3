using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>
/// <c>openat2(2)</c>'s look-up: 1. the start, 2. name by name, with the limits of RESOLVE_*, 3. the last name's type
/// against the open flags. "Cold" means that only a look-up that may wait can tell.
/// </summary>
internal ref struct PathWalk
{
    private const int NameLengthMax = 255;
    private const int PathLengthMax = 4096;
    private const int LinksMax = 40;
    private const ulong NoFollow = 0x20000;
    private const ulong Directory = 0x10000;

    private readonly FakeNode _root;
    private readonly ResolveFlags _resolve;
    private readonly bool _mayWait;
    private readonly List<FakeNode> _trail;
    private int _links;

    internal PathWalk(IReadOnlyList<FakeNode> start, ResolveFlags resolve, bool mayWait)
    {
        bool scoped = (resolve & (ResolveFlags.Beneath | ResolveFlags.InRoot)) != 0;
        _root = start[0];
        _trail = scoped ? [start[^1]] : [.. start];
        _resolve = resolve;
        _mayWait = mayWait;
    }

    /// <summary>Finds the node that a path names.</summary>
    /// <returns>0 or -errno; -EAGAIN when it is cold.</returns>
    internal int Find(string path, OpenFlags flags, out IReadOnlyList<FakeNode> trail)
    {
        trail = _trail;
        if (path.Length == 0)
        {
            return -Errno.ENOENT;
        }

        if (path.Length >= PathLengthMax)
        {
            return -Errno.ENAMETOOLONG;
        }

        bool wantsDirectory = path.EndsWith('/') || ((ulong)flags & Directory) != 0;
        int result = Walk(path, ((ulong)flags & NoFollow) == 0);
        if (result < 0)
        {
            return result;
        }

        FakeNode node = _trail[^1];
        return wantsDirectory && node.Type != FileType.Directory ? -Errno.ENOTDIR : -node.OpenError;
    }

    private int Walk(string path, bool followLast)
    {
        if (path[0] == '/')
        {
            if ((_resolve & ResolveFlags.Beneath) != 0)
            {
                return -Errno.EXDEV;
            }

            if ((_resolve & ResolveFlags.InRoot) != 0)
            {
                _trail.RemoveRange(1, _trail.Count - 1);
            }
            else
            {
                _trail.Clear();
                _trail.Add(_root);
            }
        }

        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int index = 0; index < names.Length; index++)
        {
            int result = Step(names[index], followLast || index < names.Length - 1);
            if (result < 0)
            {
                return result;
            }
        }

        return 0;
    }

    private int Step(string name, bool follow)
    {
        FakeNode here = _trail[^1];
        if (here.Type != FileType.Directory)
        {
            return -Errno.ENOTDIR;
        }

        switch (name)
        {
            case ".":
                return 0;
            case "..":
                return StepUp();
        }

        if (System.Text.Encoding.UTF8.GetByteCount(name) > NameLengthMax)
        {
            return -Errno.ENAMETOOLONG;
        }

        if (!here.Children.TryGetValue(name, out FakeNode? next))
        {
            bool known = !here.Absent.Add(name);
            if (!known && !_mayWait)
            {
                here.Absent.Remove(name);
                return -Errno.EAGAIN;
            }

            return -Errno.ENOENT;
        }

        if (next.IsDentryCold && !_mayWait)
        {
            return -Errno.EAGAIN;
        }

        next.IsDentryCold = false;
        if (next.Mount != here.Mount && (_resolve & ResolveFlags.NoCrossDevice) != 0)
        {
            return -Errno.EXDEV;
        }

        return next.Type == FileType.SymbolicLink ? Follow(next, follow) : Enter(next);
    }

    private readonly int Enter(FakeNode next)
    {
        _trail.Add(next);
        return 0;
    }

    private readonly int StepUp()
    {
        if (_trail.Count > 1)
        {
            _trail.RemoveAt(_trail.Count - 1);
            return 0;
        }

        if ((_resolve & ResolveFlags.Beneath) != 0)
        {
            // The kernel leaves its cached mode before it refuses, so a cached look-up only says "cold".
            return _mayWait ? -Errno.EXDEV : -Errno.EAGAIN;
        }

        return 0;
    }

    private int Follow(FakeNode link, bool follow)
    {
        if (!follow || (_resolve & ResolveFlags.NoSymlinks) != 0 || ++_links > LinksMax)
        {
            return -Errno.ELOOP;
        }

        if (!link.WasFollowed && !_mayWait)
        {
            return -Errno.EAGAIN;
        }

        link.WasFollowed = true;
        return Walk(link.LinkTarget, followLast: true);
    }
}
