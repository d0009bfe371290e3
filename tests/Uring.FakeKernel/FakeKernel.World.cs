using System.Collections.Generic;
using System.Linq;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>Descriptors, sockets, and what must be back at the end.</summary>
public sealed partial class FakeKernel
{
    private const int FirstDescriptor = 3;

    private readonly Dictionary<int, DescriptorEntry> _descriptors = [];
    private readonly List<FakeClient> _clients = [];

    /// <summary>Requests that were taken and have not ended, of all rings.</summary>
    public int RequestsInFlight => _rings.Sum(ring => ring.InFlight.Count);

    /// <summary>Requests that a stall holds, of all rings.</summary>
    public int RequestsStalled => _rings.Sum(ring => ring.StalledCount);

    /// <summary>Descriptors that the program opened and did not close, rings among them.</summary>
    public int OpenDescriptors => _descriptors.Values.Count(entry => !entry.OwnedByTest);

    /// <summary>A listening socket, as the program's own start would have made it.</summary>
    public FakeListener Listen()
    {
        ListenerFile file = new ListenerFile();
        return new FakeListener(AddDescriptor(file, ownedByTest: true), file);
    }

    /// <summary>A file that is open for writing, as the program's own start would have opened it; made when it is not
    /// there. The test closes it.</summary>
    public int OpenForWriting(string path)
    {
        FakeNode node = Files.Find(path) ?? Files.WriteFile(path, []);
        return AddDescriptor(new NodeFile([Files.Root, node], pathOnly: false, isForWriting: true), ownedByTest: true);
    }

    /// <summary>A client connects; the connection waits until the program accepts it.</summary>
    public FakeClient Connect(FakeListener listener)
    {
        FakeConnection connection = new FakeConnection(() => NowNanoseconds);
        _clients.Add(connection.Client);
        listener.File.Connect(connection);
        return connection.Client;
    }

    /// <summary>Filled slots of all rings by kind ("socket", "file", "directory", …), or all kinds.</summary>
    public int OpenSlots(string? kind = null)
    {
        return _rings.Where(ring => ring.Slots is not null).Sum(
            ring => ring.Slots!.Count(file => file is not null && (kind is null || file.Kind == kind)));
    }

    /// <summary>Provided buffers of a group that are not in their ring.</summary>
    public int BuffersOutstanding(ushort group)
    {
        return _rings.Sum(
            ring => ring.BufferRings.TryGetValue(group, out FakeBufferRing? buffers) ? buffers.OutstandingCount : 0);
    }

    /// <summary>What a program at rest has not given back: one sentence each, empty when there is nothing.</summary>
    public IReadOnlyList<string> FindLeaks()
    {
        List<string> leaks = [];
        foreach (FakeRing ring in _rings)
        {
            if (ring.InFlight.Count > 0)
            {
                leaks.Add($"requests in flight: {ring.DescribeInFlight()}");
            }

            for (int slot = 0; slot < (ring.Slots?.Length ?? 0); slot++)
            {
                if (ring.Slots![slot] is { } file)
                {
                    leaks.Add($"slot {slot} holds a {file.Kind}");
                }
            }

            foreach ((ushort group, FakeBufferRing buffers) in ring.BufferRings)
            {
                if (buffers.OutstandingCount != 0)
                {
                    leaks.Add($"{buffers.OutstandingCount} buffers of group {group} are not in their ring");
                }
            }

            if (ring.OverflowCount > 0 || ring.ReadyCount > 0)
            {
                leaks.Add($"{ring.ReadyCount + ring.OverflowCount} completions were not looked at");
            }
        }

        // What stands in a pipe would be sent in front of the next user's bytes.
        foreach ((int descriptor, DescriptorEntry entry) in _descriptors)
        {
            if (entry.File is PipeFile { IsWriteEnd: false, Pipe.Count: > 0 and int count })
            {
                leaks.Add($"the pipe of descriptor {descriptor} holds {count} bytes");
            }
        }

        return leaks;
    }

    /// <summary>Throws when a program at rest has not given everything back.</summary>
    public void AssertNothingLeaks()
    {
        IReadOnlyList<string> leaks = FindLeaks();
        if (leaks.Count > 0)
        {
            throw new FakeKernelException("not given back: " + string.Join("; ", leaks));
        }
    }

    /// <summary>Throws when a program that has ended left a ring, a mapping or a descriptor open.</summary>
    public void AssertEverythingIsClosed()
    {
        AssertNothingLeaks();
        string[] open = _descriptors.Where(pair => !pair.Value.OwnedByTest)
            .Select(pair => $"descriptor {pair.Key} ({pair.Value.File?.Kind ?? "ring"})").ToArray();
        if (open.Length + _rings.Count > 0)
        {
            throw new FakeKernelException($"still open: {_rings.Count} rings, {string.Join(", ", open)}");
        }
    }

    internal OpenFile? FileAt(int descriptor)
    {
        return _descriptors.TryGetValue(descriptor, out DescriptorEntry? entry) ? entry.File : null;
    }

    internal int AddDescriptor(OpenFile file, bool ownedByTest)
    {
        int descriptor = NextDescriptor();
        _descriptors[descriptor] = new DescriptorEntry(file.Hold(), null, ownedByTest);
        return descriptor;
    }

    /// <summary>Where a relative path starts: the directory that a descriptor names.</summary>
    internal int StartOf(int descriptor, string path, out IReadOnlyList<FakeNode> start)
    {
        start = [Files.Root];
        if (path.StartsWith('/') && descriptor < 0)
        {
            return 0;
        }

        OpenFile? file = FileAt(descriptor);
        if (file is not NodeFile directory)
        {
            return file is null ? -Errno.EBADF : -Errno.ENOTDIR;
        }

        start = directory.Trail;
        return directory.Node.Type == FileType.Directory ? 0 : -Errno.ENOTDIR;
    }

    internal int WriteStatus(int descriptor, ulong target)
    {
        OpenFile? file = FileAt(descriptor);
        if (file is not NodeFile node)
        {
            return file is null ? -Errno.EBADF : throw new FakeKernelException($"status of a {file.Kind}");
        }

        UserMemory.Write(target, node.Node.Status());
        return 0;
    }

    private FakeRing? RingAt(int descriptor)
    {
        return _descriptors.TryGetValue(descriptor, out DescriptorEntry? entry) ? entry.Ring : null;
    }

    private int NextDescriptor()
    {
        // The lowest free number, as POSIX has it: a stale number soon names something else.
        int descriptor = FirstDescriptor;
        while (_descriptors.ContainsKey(descriptor))
        {
            descriptor++;
        }

        return descriptor;
    }

    private sealed record DescriptorEntry(OpenFile? File, FakeRing? Ring, bool OwnedByTest);
}
