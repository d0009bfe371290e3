using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Files in memory. Paths are absolute, for the test as for the server; everything may change at any time,
/// also under open files, which keep their inode.</summary>
public sealed class FakeFileSystem
{
    private const long BootTime = 1_767_225_600_000_000_000; // 2026-01-01

    private readonly Func<long> _now;
    private long _lastInode = 1;

    internal FakeFileSystem(Func<long> now)
    {
        _now = now;
        Root = new FakeNode(FileType.Directory, 1, null);
    }

    /// <summary>"/".</summary>
    public FakeNode Root { get; }

    /// <summary>Makes a file with all directories above it, or writes over the one that is there.</summary>
    public FakeNode WriteFile(string path, ReadOnlySpan<byte> content)
    {
        FakeNode directory = MakeParents(path, out string name);
        if (!directory.Children.TryGetValue(name, out FakeNode? node))
        {
            node = Add(directory, name, NewNode(FileType.Regular, directory));
        }

        return Change(node, content.ToArray());
    }

    /// <summary>Puts a new file in the place of another one, by rename.</summary>
    public FakeNode ReplaceFile(string path, ReadOnlySpan<byte> content)
    {
        FakeNode directory = MakeParents(path, out string name);
        return Change(Add(directory, name, NewNode(FileType.Regular, directory)), content.ToArray());
    }

    public FakeNode Append(string path, ReadOnlySpan<byte> more)
    {
        FakeNode node = Node(path);
        return Change(node, [.. node.Content, .. more]);
    }

    public FakeNode Truncate(string path, int length)
    {
        FakeNode node = Node(path);
        byte[] content = node.Content;
        Array.Resize(ref content, length);
        return Change(node, content);
    }

    /// <summary>Removes a name. The kernel remembers that it is gone.</summary>
    public void Delete(string path)
    {
        FakeNode directory = MakeParents(path, out string name);
        directory.Children.Remove(name);
        directory.Absent.Add(name);
    }

    public FakeNode MakeDirectory(string path)
    {
        return MakeParents(path + "/.", out _);
    }

    /// <summary>A directory on a file system of its own.</summary>
    public FakeNode MakeMount(string path, bool supportsNoWait)
    {
        FakeNode directory = MakeParents(path, out string name);
        FakeNode mount = new FakeNode(FileType.Directory, ++_lastInode, null) { SupportsNoWait = supportsNoWait };
        return Add(directory, name, mount);
    }

    public FakeNode MakeSymbolicLink(string path, string target)
    {
        FakeNode directory = MakeParents(path, out string name);
        FakeNode link = new FakeNode(FileType.SymbolicLink, ++_lastInode, directory.Mount) { LinkTarget = target };
        return Add(directory, name, link);
    }

    public FakeNode MakeFifo(string path)
    {
        FakeNode directory = MakeParents(path, out string name);
        return Add(directory, name, NewNode(FileType.Fifo, directory));
    }

    /// <summary>A device that reads as zeros without end.</summary>
    public FakeNode MakeDevice(string path)
    {
        FakeNode directory = MakeParents(path, out string name);
        return Add(directory, name, NewNode(FileType.CharacterDevice, directory));
    }

    /// <summary>What stands at a path; symbolic links are not followed.</summary>
    public FakeNode Node(string path)
    {
        return Find(path) ?? throw new ArgumentException($"the fake file system has no {path}", nameof(path));
    }

    /// <summary>The same, or null when nothing stands there.</summary>
    public FakeNode? Find(string path)
    {
        FakeNode? node = Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node?.Children.GetValueOrDefault(name);
        }

        return node;
    }

    private static FakeNode Add(FakeNode directory, string name, FakeNode node)
    {
        directory.Children[name] = node;
        directory.Absent.Remove(name);
        return node;
    }

    private FakeNode Change(FakeNode node, byte[] content)
    {
        node.Content = content;
        node.ModifyTime = BootTime + _now();
        node.ChangeTime = node.ModifyTime;
        return node;
    }

    private FakeNode MakeParents(string path, out string name)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        FakeNode node = Root;
        foreach (string each in names.AsSpan(0, names.Length - 1))
        {
            if (!node.Children.TryGetValue(each, out FakeNode? child))
            {
                child = Add(node, each, NewNode(FileType.Directory, node));
            }

            node = child;
        }

        name = names[^1];
        return node;
    }

    private FakeNode NewNode(FileType type, FakeNode directory)
    {
        return new FakeNode(type, ++_lastInode, directory.Mount)
        {
            ModifyTime = BootTime + _now(),
            ChangeTime = BootTime + _now(),
        };
    }
}
