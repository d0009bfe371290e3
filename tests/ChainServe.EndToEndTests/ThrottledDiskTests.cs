using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>A real block device that is slow: ext4 on a loop device whose reads a control group limits. Splices and
/// reads wait for it as they wait for a worn disk or a volume that is over its budget.</summary>
public sealed class ThrottledDiskTests
{
    private const string Host = "slow";
    private const int SmallLength = 30_000;
    private const int LargeLength = 1_500_000;
    private const int HealthyLength = 600_000;

    // More than a worker has pipes.
    private const int Files = 6;

    private const long SlowBytesPerSecond = 1 << 20;

    // All that is left would take minutes.
    private const long CrawlBytesPerSecond = 64 << 10;
    private const long FastBytesPerSecond = 256 << 20;

    [SkippableFact]
    public void WhileADiskCrawlsOthersAreServedAndItsOwnFilesExactly()
    {
        using var site = new TemporarySite();
        using Mount disk = MakeDisk(site);
        using var throttle = new DiskThrottle(disk);
        throttle.Limit(SlowBytesPerSecond);
        File.WriteAllText(
            Path.Combine(site.Base, "chainserve.json"),
            $$"""{ "Hosts": [{ "Host": "{{Host}}", "Root": "{{disk.Path}}" }] }""");
        using ServerProcess server = ServerProcess.StartAs(
            site, new Dictionary<string, string>(), throttle.Hold, "--workers", "1");
        int descriptors = server.CountDescriptors();
        List<(RawClient Client, int Length)> slow = [];
        for (int index = 0; index < Files; index++)
        {
            slow.Add((Ask(server, $"/large{index}.bin"), LargeLength));
            slow.Add((Ask(server, $"/small{index}.bin"), SmallLength));
        }

        // The first bytes are there: whatever reads the disk has begun to wait.
        Assert.True(SpinWait.SpinUntil(
            () => slow.Exists(one => one.Client.Socket.Available > 0), TimeSpan.FromSeconds(30)));
        throttle.Limit(CrawlBytesPerSecond);
        using (var hammer = new Hammer(server))
        using (var client = new RawClient(server))
        {
            for (int round = 0; round < 10; round++)
            {
                hammer.AwaitMore(20);
                RawResponse healthy = client.Ask("/healthy.bin");
                Assert.Equal(HealthyLength, healthy.Body.Length);
                Assert.True(Pattern.Matches(0, healthy.Body));
                Assert.Equal(404, client.Ask($"/none{round}.bin").Status);
            }

            hammer.Stop();
            Assert.Equal("", hammer.Faults);
        }

        Assert.Contains(slow, one => one.Client.Socket.Available < one.Length);
        throttle.Limit(FastBytesPerSecond);
        foreach ((RawClient client, int length) in slow)
        {
            FaultyDisk.RequireBody(client.Read(), length);
            client.Dispose();
        }

        Assert.True(
            SpinWait.SpinUntil(() => server.CountDescriptors() <= descriptors, TimeSpan.FromSeconds(30)),
            $"{server.CountDescriptors()} descriptors, and {descriptors} at the start");
        server.Stop();
    }

    /// <summary>An image that was never mounted: nothing of it is in memory.</summary>
    private static Mount MakeDisk(TemporarySite site)
    {
        Mount.SkipUnlessMachineIsOurs();
        string make = Machine.RequireProgram("mkfs.ext4");
        site.WritePattern("file.bin", 10_000);
        site.WritePattern("long.bin", 200_000);
        site.WritePattern("healthy.bin", HealthyLength);
        for (int index = 0; index < Files; index++)
        {
            site.WritePattern(Path.Combine(site.Outside, $"large{index}.bin"), LargeLength);
            site.WritePattern(Path.Combine(site.Outside, $"small{index}.bin"), SmallLength);
        }

        string image = Path.Combine(site.Base, "image");
        using (FileStream file = File.Create(image))
        {
            file.SetLength(32 << 20);
        }

        Assert.Equal(0, Machine.Run(make, "-q", "-F", "-d", site.Outside, image));
        return Mount.Image("ext4", Path.Combine(site.Base, Host), image, "rw");
    }

    private static RawClient Ask(ServerProcess server, string target)
    {
        var client = new RawClient(server);
        client.Send($"GET {target} HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        return client;
    }
}
