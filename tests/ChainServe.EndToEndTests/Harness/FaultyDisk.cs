using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>
/// A server with a disk that obeys the test below /disk/, and a healthy one beside it: hot.bin, large.bin and names
/// that nobody has asked for yet. The disk goes first at the end, so that nothing waits for it.
/// </summary>
internal sealed class FaultyDisk : IDisposable
{
    private const int HotLength = 1_000;
    private const int LargeLength = 300_000;
    private const int ColdCount = 500;

    // The runtime keeps threads of its pool for a while.
    private const int PoolThreads = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporarySite _site = new TemporarySite();
    private readonly int _descriptors;
    private readonly int _threads;
    private int _cold;

    internal FaultyDisk(FuseFile[] files, params string[] arguments)
        : this(files, new Dictionary<string, string>(), arguments)
    {
    }

    internal FaultyDisk(FuseFile[] files, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        Mount.SkipUnlessMachineIsOurs();
        try
        {
            _site.WritePattern("hot.bin", HotLength);
            _site.WritePattern("large.bin", LargeLength);
            for (int index = 0; index < ColdCount; index++)
            {
                _site.WritePattern($"cold{index}.bin", HotLength + index);
            }

            FileSystem = new FuseFileSystem(_site.PathOf("disk"), files);
            Server = ServerProcess.Start(_site, settings, ["--workers", "1", .. arguments]);
            RequireHealth();
            _descriptors = Server.CountDescriptors();
            _threads = CountThreads();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal FuseFileSystem FileSystem { get; } = null!;

    internal ServerProcess Server { get; } = null!;

    /// <summary>Clients that have asked for files of the faulty disk, one each.</summary>
    internal List<RawClient> Ask(IEnumerable<FuseFile> files)
    {
        var clients = new List<RawClient>();
        foreach (FuseFile file in files)
        {
            var client = new RawClient(Server);
            client.Send(RawClient.Request("/disk/" + file.Name));
            clients.Add(client);
        }

        return clients;
    }

    /// <summary>What lies on the healthy disk is served, whether anybody has asked for it before or not.</summary>
    internal void RequireHealth()
    {
        using var client = new RawClient(Server);
        RequireFile(client, "/hot.bin", HotLength);
        RequireFile(client, $"/cold{_cold % ColdCount}.bin", HotLength + (_cold % ColdCount));
        RequireFile(client, "/large.bin", LargeLength);
        Assert.Equal(404, client.Ask($"/none{_cold++}.bin").Status);
    }

    /// <summary>A whole answer with the bytes of a file.</summary>
    internal static void RequireFile(RawClient client, string target, long length)
    {
        RequireBody(client.Ask(target), length);
    }

    internal static void RequireBody(RawResponse response, long length)
    {
        Assert.True(response.Status == 200, $"{response.Status} {response.Text}");
        Assert.Equal(length, response.Body.Length);
        Assert.True(Pattern.Matches(0, response.Body), "the bytes are those of the file");
    }

    /// <summary>Reads a response of which not all came: the right bytes, fewer than were promised, and the end.
    /// </summary>
    /// <returns>How many came; 0 when not even a head did.</returns>
    internal static long RequireBroken(RawClient client, long length)
    {
        try
        {
            Assert.Equal(length, client.ReadHead().ContentLength);
        }
        catch (Exception exception) when (exception is EndOfStreamException or System.Net.Sockets.SocketException)
        {
            return 0;
        }

        long received = client.ReadToEnd((offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)), out _);
        Assert.InRange(received, 0, length - 1);
        return received;
    }

    /// <summary>The fault is over: everything is served, and what the server took for it is given back.</summary>
    internal ServerSummary Stop(params FuseFile[] files)
    {
        RequireHealth();
        foreach (FuseFile file in files)
        {
            using var client = new RawClient(Server);
            RequireFile(client, "/disk/" + file.Name, file.Length);
        }

        Assert.True(
            SpinWait.SpinUntil(() => Server.CountDescriptors() <= _descriptors, Patience),
            $"{Server.CountDescriptors()} descriptors, and {_descriptors} at the start");
        Assert.True(
            SpinWait.SpinUntil(() => CountThreads() <= _threads + PoolThreads, Patience),
            $"{CountThreads()} threads, and {_threads} at the start");
        return Server.Stop();
    }

    /// <summary>The kernel's threads that waited for the disk end when they have had nothing to do for a while.
    /// </summary>
    internal void RequireFewKernelWorkers()
    {
        // Of each kind, for files and for the rest, a ring keeps one.
        const int Kept = 2;
        Assert.True(
            SpinWait.SpinUntil(() => Server.CountKernelWorkers() <= Kept, Patience),
            $"{Server.CountKernelWorkers()} kernel workers");
    }

    public void Dispose()
    {
        FileSystem?.Dispose();
        Server?.Dispose();
        _site.Dispose();
    }

    private int CountThreads()
    {
        return Server.CountThreads() - Server.CountKernelWorkers();
    }
}
