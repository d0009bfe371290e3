using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace ChainServe.EndToEndTests;

/// <summary>
/// Names inside of the root that are a file or a folder in one moment, and a link to the secret beside the root in the
/// next, exchanged as fast as the kernel can while clients ask for them. Between a look at a path and the open of it
/// there is no moment that somebody could use: the kernel resolves beneath the root.
/// </summary>
[Collection(Alone.Name)]
public sealed class SymlinkRaceTests
{
    // Many, because what is known of a name holds for a second: each is asked for anew as often as it can be.
    private const int Names = 400;
    private const int LargeNames = 8;
    private const int Clients = 3;
    private const int SmallLength = 100;
    private const int LargeLength = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ITestOutputHelper _output;

    public SymlinkRaceTests(ITestOutputHelper output)
    {
        _output = output;
    }

    private static TimeSpan Duration =>
        TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CHAINSERVE_LONG_TESTS") == "1" ? 60 : 5);

    [SkippableFact]
    public void NothingOutsideTheRootIsServedWhileNamesAreExchangedWithLinksOutOfIt()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        ConcurrentDictionary<int, int> statuses = [];
        long swaps;
        using (var swapper = new NameSwapper(Pairs(site)))
        {
            var clock = Stopwatch.StartNew();
            bool GoesOn() => clock.Elapsed < Duration
                || (!(statuses.ContainsKey(200) && statuses.ContainsKey(404)) && clock.Elapsed < Patience);
            Task[] clients = [.. Enumerable.Range(0, Clients).Select(seed => Task.Factory.StartNew(
                () => Ask(server, new Random(seed), statuses, GoesOn), TaskCreationOptions.LongRunning))];
            Task.WaitAll(clients);
            swaps = swapper.Swaps;
        }

        IEnumerable<string> counts = statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}");
        string report = $"{swaps} exchanges; {string.Join(", ", counts)}";
        _output.WriteLine(report);

        // Each name exists all the time: a missing one was a link out of the root.
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(404), report);
        Assert.True(swaps > 1000, report);
        server.Stop();
    }

    private static void Ask(
        ServerProcess server, Random random, ConcurrentDictionary<int, int> statuses, Func<bool> goesOn)
    {
        using var client = new RawClient(server);
        while (goesOn())
        {
            int name = random.Next(Names);
            string target = random.Next(4) switch
            {
                0 => $"/file/{name}.txt",
                1 => $"/folder/{name}.txt",
                2 => $"/a/b/c/{name}.txt",
                _ => $"/file/{name % LargeNames}.bin",
            };
            RawResponse response = client.Ask(target);
            statuses.AddOrUpdate(response.Status, 1, static (_, count) => count + 1);
            Assert.True(response.Status is 200 or 404 or 503, $"{target}: {response.Status}");
            Assert.True(
                response.Status != 200 || response.Body.AsSpan().IndexOfAnyExcept((byte)'i') < 0,
                $"{target} is not what is inside: {response.Text[..Math.Min(100, response.Text.Length)]}");
        }
    }

    // One of each pair is inside, the other a link that leads out to a thing of the same form and length.
    private static List<(string One, string Other)> Pairs(TemporarySite site)
    {
        List<(string, string)> pairs = [];
        for (int name = 0; name < Names; name++)
        {
            pairs.Add(Pair(site, $"file/{name}.txt", "0.txt"));

            // The folders more often than each of the files.
            if (name % 4 == 0)
            {
                pairs.Add((site.PathOf("folder"), site.PathOf("folder.link")));
                pairs.Add((site.PathOf("a/b"), site.PathOf("a/b.link")));
            }
        }

        for (int name = 0; name < LargeNames; name++)
        {
            pairs.Add(Pair(site, $"file/{name}.bin", "0.bin"));
        }

        return pairs;
    }

    private static (string One, string Other) Pair(TemporarySite site, string name, string secret)
    {
        string link = site.PathOf(name + ".link");
        File.CreateSymbolicLink(link, Path.Combine(site.Outside, secret));
        return (site.PathOf(name), link);
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        byte[] small = MakeContent('i', SmallLength);
        byte[] secret = MakeContent('S', SmallLength);
        Directory.CreateDirectory(Path.Combine(site.Outside, "c"));
        for (int name = 0; name < Names; name++)
        {
            site.Write($"file/{name}.txt", small);
            site.Write($"folder/{name}.txt", small);
            site.Write($"a/b/c/{name}.txt", small);
            File.WriteAllBytes(Path.Combine(site.Outside, $"{name}.txt"), secret);
            File.WriteAllBytes(Path.Combine(site.Outside, $"c/{name}.txt"), secret);
        }

        for (int name = 0; name < LargeNames; name++)
        {
            site.Write($"file/{name}.bin", MakeContent('i', LargeLength));
        }

        File.WriteAllBytes(Path.Combine(site.Outside, "0.bin"), MakeContent('S', LargeLength));
        File.CreateSymbolicLink(site.PathOf("folder.link"), site.Outside);
        File.CreateSymbolicLink(site.PathOf("a/b.link"), site.Outside);
        return site;
    }

    private static byte[] MakeContent(char letter, int length)
    {
        byte[] content = new byte[length];
        Array.Fill(content, (byte)letter);
        return content;
    }
}
