using System;
using System.IO;
using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A root that is unmounted, covered, moved away or deleted while it is served. The server keeps the directory
/// that it opened at its start, and the next SIGHUP takes what is in the place of it by then. Until then every answer
/// is whole and of one of the two, or says that there is nothing, and other sites do not notice.</summary>
[Collection(Alone.Name)]
public sealed class VanishingRootTests
{
    private const string Host = "vanishing";
    private const long MemoryBytes = 64 << 20;

    [SkippableFact]
    public void TheRootOfTheStartIsServedUntilAReloadTakesWhatIsInItsPlace()
    {
        string[] hosts = ["unmounted", "covered", "moved", "linked"];
        using var site = new VanishingSite(hosts);
        (string unmounted, string covered, string moved, string linked) =
            (site.Root(hosts[0]), site.Root(hosts[1]), site.Root(hosts[2]), site.Root(hosts[3]));
        site.WriteNew(unmounted);
        using Mount old = Mount.Memory(unmounted, MemoryBytes);
        Array.ForEach([unmounted, covered, moved, linked + ".old"], site.WriteOld);
        Array.ForEach([moved + ".new", linked + ".new"], site.WriteNew);
        Directory.CreateSymbolicLink(linked, linked + ".old");

        using ServerProcess first = site.Start();
        using var generations = new Generations(first);
        using var hammer = new Hammer(first);
        Visitor[] visitors = [.. hosts.Select(host => new Visitor(first, host))];
        Array.ForEach(visitors, visitor => visitor.Await(VanishingSite.Old));
        RawClient[] slow = [.. hosts.Select(host => AskSlowly(first, host))];

        old.Unmount();
        using Mount cover = Mount.Memory(covered, MemoryBytes);
        site.WriteNew(covered);
        Directory.Move(moved, moved + ".old");
        Directory.Move(moved + ".new", moved);
        Directory.CreateSymbolicLink(linked + ".link", linked + ".new");
        Assert.Equal(0, Machine.Run("mv", "-T", linked + ".link", linked));

        // Longer than anything that is known of a file is believed.
        TemporarySite.WaitUntilFilesAreOld();
        Array.ForEach(visitors, visitor => visitor.Await(VanishingSite.Old));
        Array.ForEach(slow, RequireWhole);
        generations.Reload();
        generations.AwaitPredecessors();
        Array.ForEach(visitors, visitor => visitor.Await(VanishingSite.New));
        Require(hammer, visitors);
        generations.Stop();
    }

    [SkippableFact]
    public void ADeletedRootHasNothingAndAReloadTakesTheNextOne()
    {
        using var site = new VanishingSite(Host);
        string root = site.Root(Host);
        site.WriteOld(root);
        using ServerProcess first = site.Start();
        using var generations = new Generations(first);
        using var hammer = new Hammer(first);
        using var visitor = new Visitor(first, Host);
        visitor.Await(VanishingSite.Old);
        RawClient slow = AskSlowly(first, Host);
        Directory.Delete(root, recursive: true);
        visitor.Await(VanishingSite.Nothing);
        RequireWhole(slow);

        // A reload that finds no root leaves everything as it is.
        generations.FailToReload();
        Assert.Contains($"'{root}'", first.Error, StringComparison.Ordinal);
        site.WriteNew(root);
        visitor.Await(VanishingSite.Nothing);
        generations.Reload();
        generations.AwaitPredecessors();
        visitor.Await(VanishingSite.New);
        Require(hammer, visitor);
        generations.Stop();
    }

    /// <summary>Below the root, paths are walked at each look: no reload is needed.</summary>
    [SkippableFact]
    public void AMountBelowTheRootIsSeenWithoutAReload()
    {
        using var site = new VanishingSite(Host);
        string below = Path.Combine(site.Root(Host), "below");
        site.WriteOld(below);
        using ServerProcess server = site.Start();
        using var hammer = new Hammer(server);
        using var visitor = new Visitor(server, Host, "/below");
        visitor.Await(VanishingSite.Old);
        RawClient slow = AskSlowly(server, Host, "/below");
        using (Mount mount = Mount.Memory(below, MemoryBytes))
        {
            site.WriteNew(below);
            visitor.Await(VanishingSite.New);
        }

        visitor.Await(VanishingSite.Old);
        RequireWhole(slow);
        Require(hammer, visitor);
        server.Stop();
    }

    private static RawClient AskSlowly(ServerProcess server, string host, string below = "")
    {
        var client = new RawClient(server, receiveBuffer: 65_536);
        client.Send(VanishingSite.Request(host, below + "/slow.bin"));
        Assert.Equal(VanishingSite.SlowLength, client.ReadHead().ContentLength);
        return client;
    }

    private static void RequireWhole(RawClient client)
    {
        client.ReadBody(VanishingSite.SlowLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        client.Dispose();
    }

    private static void Require(Hammer hammer, params Visitor[] visitors)
    {
        hammer.AwaitMore(100);
        hammer.Stop();
        Assert.Equal("", hammer.Faults);
        foreach (Visitor visitor in visitors)
        {
            visitor.Dispose();
            Assert.Equal("", visitor.Fault);
        }
    }
}
