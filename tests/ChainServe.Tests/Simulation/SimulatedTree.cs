using System;
using System.Collections.Generic;
using System.Linq;
using Uring.Abi;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>The files of a simulation, what they are and what they ever were.</summary>
internal sealed class SimulatedTree
{
    /// <summary>Content codings, and what their siblings' names end with.</summary>
    internal static readonly (string Coding, string Extension)[] Siblings =
        [("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz")];

    private static readonly string[] Originals =
        ["a.bin", "b.txt", "page.html", "none.css", "large.bin", "large.txt", "d/index.html", "404.html"];

    private readonly FakeServer _server;
    private readonly Dice _dice;
    private readonly bool _hasTrouble;
    private readonly string[] _names;
    private readonly Dictionary<string, List<FileVersion>> _versions = [];
    private readonly HashSet<string> _cut = [];
    private int _preserved;

    /// <param name="server">That serves them.</param>
    /// <param name="dice">Of the seed.</param>
    /// <param name="hasSiblings">Whether there are compressed ones.</param>
    /// <param name="hasTrouble">Whether files fail for a while.</param>
    internal SimulatedTree(FakeServer server, Dice dice, bool hasSiblings, bool hasTrouble)
    {
        _server = server;
        _dice = dice;
        _hasTrouble = hasTrouble;

        // Few files: what happens to one shall happen to those who ask for it.
        string[] always = [dice.Pick(Originals), dice.Pick(["large.bin", "large.txt"]), "d/index.html"];
        string[] originals = [.. always.Union(Originals.Where(_ => dice.OneIn(4)))];
        IEnumerable<string> siblings = originals.Where(Varies).SelectMany(
            static name => Siblings.Select(sibling => name + sibling.Extension));
        _names = hasSiblings ? [.. originals, .. siblings] : originals;
        foreach (string name in _names)
        {
            bool isThere = name is not ("none.css" or "404.html") && (!IsSibling(name) || dice.OneIn(2));
            Note(name, isThere ? _server.Write(name, Content(name)) : null);
        }
    }

    internal IReadOnlyList<string> Names => _names;

    /// <summary>Changes so far.</summary>
    internal long Tick { get; private set; }

    internal long NowMilliseconds => _server.Kernel.NowNanoseconds / 1_000_000;

    internal static bool IsLarge(string name)
    {
        return name.StartsWith("large", StringComparison.Ordinal);
    }

    internal static bool IsSibling(string name)
    {
        return Array.Exists(Siblings, sibling => name.EndsWith(sibling.Extension, StringComparison.Ordinal));
    }

    /// <summary>Whether siblings may answer for it.</summary>
    internal static bool Varies(string name)
    {
        return !IsSibling(name) && !name.EndsWith(".bin", StringComparison.Ordinal);
    }

    /// <summary>All that a name has led to so far, the latest last.</summary>
    internal IReadOnlyList<FileVersion> VersionsOf(string name)
    {
        return _versions.TryGetValue(name, out List<FileVersion>? versions) ? versions : [];
    }

    /// <summary>Whether it was cut off in place, so that a response may break off.</summary>
    internal bool WasCut(string name)
    {
        return _cut.Contains(name);
    }

    /// <summary>Anything happens to any file.</summary>
    internal void Change()
    {
        string name = _dice.Pick(_names);
        string path = $"{FakeServer.Root}/{name}";
        FakeNode? node = _server.Files.Find(path);
        if (node is null)
        {
            Put(name, path, mayBeInPlace: false);
            return;
        }

        switch (_dice.Next(12))
        {
            case 0:
            case 1:
                _server.Files.Delete(path);
                Note(name, null);
                break;
            case 2 when node.Content.Length > 0:
                _cut.Add(name);
                Note(name, _server.Files.Truncate(path, _dice.Next(node.Content.Length)));
                break;
            case 3 when !(IsLarge(name) && _cut.Contains(name)):
                Note(name, _server.Files.Append(path, _dice.Bytes(_dice.Next(1, 2_000))));
                break;
            case 4:
                node.ArePagesCold = true;
                break;
            case 5:
                node.IsDentryCold = true;
                break;
            case 6 when _hasTrouble:
                node.ReadError = node.ReadError == 0 ? Errno.EIO : 0;
                break;
            case 7 when _hasTrouble:
                node.OpenError = node.OpenError == 0 ? _dice.Pick([Errno.EIO, Errno.EACCES, Errno.ESTALE]) : 0;
                break;
            default:
                // A large file that is written over while it is sent has no version that could be right.
                Put(name, path, mayBeInPlace: !IsLarge(name));
                break;
        }
    }

    /// <summary>Every file can be opened and read again.</summary>
    internal void EndTrouble()
    {
        foreach (string name in _names)
        {
            if (_server.Files.Find($"{FakeServer.Root}/{name}") is { } node)
            {
                node.ReadError = 0;
                node.OpenError = 0;
            }
        }
    }

    private void Put(string name, string path, bool mayBeInPlace)
    {
        byte[] content = Content(name);
        if (VersionsOf(name)[^1].Content is { Length: > 0 } current && _dice.OneIn(2))
        {
            content = _dice.Bytes(current.Length);
        }

        FakeNode node = mayBeInPlace && _dice.OneIn(2)
            ? _server.Files.WriteFile(path, content)
            : _server.Replace(name, content);
        if (_dice.OneIn(6))
        {
            // Copied with its time, which is one that no other version ever had.
            const long Minute = 60_000_000_000;
            node.ModifyTime -= ++_preserved * Minute;
        }

        Note(name, node);
    }

    private byte[] Content(string name)
    {
        const int CopiedMax = 65_536;
        int[] edges = [0, 1, CopiedMax - 1, CopiedMax];
        bool isEdge = _dice.OneIn(10);
        if (IsLarge(name))
        {
            // Most of them below the size from which the runtime collects garbage in another way: it costs more than
            // all the rest.
            int length = _dice.OneIn(6) ? _dice.Next(CopiedMax + 1, 300_000) : _dice.Next(CopiedMax + 1, 84_000);
            return _dice.Bytes(IsSibling(name) && _dice.OneIn(2) ? length / 3 : length);
        }

        return _dice.Bytes(isEdge ? _dice.Pick(edges) : _dice.Next(1, 3_000));
    }

    private void Note(string name, FakeNode? node)
    {
        Tick++;
        if (!_versions.TryGetValue(name, out List<FileVersion>? versions))
        {
            _versions[name] = versions = [];
        }

        if (versions.Count > 0)
        {
            versions[^1].EndTick = Tick;
            versions[^1].EndMilliseconds = NowMilliseconds;
        }

        versions.Add(new FileVersion(node?.Content, node?.ModifyTime ?? 0));
    }
}
