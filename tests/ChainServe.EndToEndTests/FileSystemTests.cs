using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Roots on the file systems that small servers and containers have: memory, layers, an image that nobody can
/// change. Each does its reads, splices and time stamps in its own way; what goes out is the same.</summary>
public sealed class FileSystemTests
{
    private const int LargeLength = 3_000_000;
    private const int SlowLength = 20_000_000;
    private const int Shift = 12_345;
    private const string Text = "a page of some text\n";
    private static readonly int[] Lengths =
        [0, 1, 4_095, 4_096, 5_000, 65_535, 65_536, 65_537, 200_000, LargeLength];

    private static readonly string[] Listed = ["a.txt", "b.txt", "c.txt"];

    [SkippableFact]
    public void WhatLiesInMemoryIsServedExactly()
    {
        using var site = new TemporarySite();
        using Mount memory = Mount.Memory(site.Root, 16 << 20);
        Fill(site, site.Root);
        RequireServed(site, "tmpfs");
    }

    /// <summary>Half of the files lie in one layer, half in the other.</summary>
    [SkippableFact]
    public void WhatLiesInLayersIsServedExactly()
    {
        using var site = new TemporarySite();
        using var layers = new Layers(site);
        Fill(site, layers.Lower);
        Directory.CreateDirectory(Path.Combine(layers.Upper, "list"));
        foreach (string path in Directory.GetFiles(layers.Lower).Order().Where((_, index) => index % 2 == 0)
            .Append(Path.Combine(layers.Lower, "list", Listed[1])))
        {
            File.Move(path, path.Replace(layers.Lower, layers.Upper, StringComparison.Ordinal));
        }

        using Mount merged = layers.Merge(site.Root);
        RequireServed(site, "overlay");
    }

    [SkippableFact]
    public void WhatLiesInAnImageThatNobodyCanChangeIsServedExactly()
    {
        using var site = new TemporarySite();
        Mount.SkipUnlessMachineIsOurs();
        string program = Machine.RequireProgram("mksquashfs");
        Directory.CreateDirectory(Path.Combine(site.Outside, "list"));
        Fill(site, site.Outside);
        string image = Path.Combine(site.Base, "image");
        Assert.Equal(0, Machine.Run(program, site.Outside, image, "-quiet", "-no-progress"));
        using Mount mount = Mount.Image("squashfs", site.Root, image, "ro");
        RequireServed(site, "squashfs");
    }

    [SkippableFact]
    public void ALayerAboveReplacesAndHidesFilesWhileTheyAreServed()
    {
        using var site = new TemporarySite();
        using var layers = new Layers(site);
        foreach (string name in (string[])["small.bin", "gone.bin", "hidden.bin", "written.bin"])
        {
            site.WritePattern(Path.Combine(layers.Lower, name), 5_000);
        }

        site.WritePattern(Path.Combine(layers.Lower, "slow.bin"), SlowLength);

        // A whiteout, as the layers of a container's image have it.
        Assert.Equal(0, Machine.Run("mknod", Path.Combine(layers.Upper, "hidden.bin"), "c", "0", "0"));
        using Mount merged = layers.Merge(site.Root);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (string name in (string[])["small.bin", "gone.bin", "written.bin"])
        {
            // Often enough that a copy in memory answers.
            for (int round = 0; round < 4; round++)
            {
                RequireVersion(client.Ask("/" + name), 5_000, 0);
            }
        }

        Assert.Equal(404, client.Ask("/hidden.bin").Status);
        using var slow = new RawClient(server, receiveBuffer: 65_536);
        slow.Send(RawClient.Request("/slow.bin"));
        Assert.Equal(SlowLength, slow.ReadHead().ContentLength);

        Replace(site, "small.bin", 6_000);
        Replace(site, "slow.bin", SlowLength);
        File.Delete(site.PathOf("gone.bin"));

        // Written in place, a file below is copied into the upper layer first.
        using (FileStream written = File.OpenWrite(site.PathOf("written.bin")))
        {
            written.SetLength(4_000);
        }

        slow.ReadBody(SlowLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        RequireVersion(Await(client, "/small.bin", response => response.Body.Length == 6_000), 6_000, Shift);
        RequireVersion(client.Ask("/slow.bin"), SlowLength, Shift);
        RequireVersion(Await(client, "/written.bin", response => response.Body.Length == 4_000), 4_000, 0);
        Await(client, "/gone.bin", response => response.Status == 404);
        server.Stop();
    }

    private static void Fill(TemporarySite site, string directory)
    {
        foreach (int length in Lengths)
        {
            site.WritePattern(Path.Combine(directory, $"{length}.bin"), length);
        }

        site.Write(Path.Combine(directory, "page.txt"), Text);
        site.WritePattern(Path.Combine(directory, "page.txt.gz"), 70_000);
        foreach (string name in Listed)
        {
            site.Write(Path.Combine(directory, "list", name), name);
        }
    }

    /// <summary>Each file three times: from the disk, then as what is known of it, then as what many ask for.</summary>
    private static void RequireServed(TemporarySite site, string type)
    {
        // A tag changes when its file grows old.
        TemporarySite.WaitUntilFilesAreOld();
        CommandResult doctor = ChainServeProgram.Run("doctor", "--root", site.Root);
        Assert.Contains(type, doctor.Output, StringComparison.Ordinal);
        using ServerProcess server = ServerProcess.Start(site, "--browse");
        using var client = new RawClient(server);
        for (int round = 0; round < 3; round++)
        {
            foreach (int length in Lengths)
            {
                RequireFile(client, $"/{length}.bin", length);
                RequireRanges(client, $"/{length}.bin", length);
            }

            Assert.Equal(Text, client.Ask("/page.txt").Text);
            RawResponse sibling = client.Ask("/page.txt", fields: "Accept-Encoding: gzip\r\n");
            Assert.Equal("gzip", sibling["Content-Encoding"]);
            RequireVersion(sibling, 70_000, 0);
            using JsonDocument listing = JsonDocument.Parse(client.Ask("/list/?format=json").Body);
            Assert.Equal(
                Listed,
                listing.RootElement.GetProperty("entries").EnumerateArray()
                    .Select(entry => entry.GetProperty("name").GetString()));
            Assert.Equal(404, client.Ask("/none.bin").Status);
            Assert.Equal(308, client.Ask("/list").Status);
        }

        using var last = new RawClient(server);
        RequireVersion(last.Ask($"/{LargeLength}.bin", fields: "Connection: close\r\n"), LargeLength, 0);
        last.RequireEnd();
        Assert.Equal(2, server.Stop().Connections);
    }

    private static void RequireFile(RawClient client, string target, int length)
    {
        RawResponse whole = client.Ask(target);
        RequireVersion(whole, length, 0);
        RawResponse head = client.Ask(target, "HEAD");
        Assert.Equal(length, head.ContentLength);
        string tag = head["ETag"]!;
        Assert.Equal(whole["ETag"], tag);
        Assert.Equal(304, client.Ask(target, fields: $"If-None-Match: {tag}\r\n").Status);
        Assert.Equal(304, client.Ask(target, fields: $"If-Modified-Since: {whole["Last-Modified"]}\r\n").Status);
        RequireVersion(client.Ask(target, fields: "If-None-Match: \"other\"\r\n"), length, 0);
        if (length > 1)
        {
            RequirePart(client.Ask(target, fields: $"If-Range: {tag}\r\nRange: bytes=1-\r\n"), length, 1, length - 1);
        }

        RequireVersion(client.Ask(target, fields: "If-Range: \"other\"\r\nRange: bytes=1-\r\n"), length, 0);
    }

    private static void RequireRanges(RawClient client, string target, int length)
    {
        Assert.Equal(416, client.Ask(target, fields: $"Range: bytes={length}-\r\n").Status);
        foreach ((string range, int from, int to) in ((string, int, int)[])
        [
            ("0-0", 0, 1), ("-1", length - 1, length), ($"{length / 3}-{length / 2}", length / 3, (length / 2) + 1),
        ])
        {
            if (length > 0)
            {
                RequirePart(client.Ask(target, fields: $"Range: bytes={range}\r\n"), length, from, to - from);
            }
        }

        if (length > 20_000)
        {
            RawResponse parts = client.Ask(target, fields: "Range: bytes=0-9999,-5000\r\n");
            Assert.Equal(206, parts.Status);
            ReadOnlySpan<byte> body = parts.Body;
            Assert.True(body.IndexOf(Pattern.At(0, 10_000)) > 0, $"{target}: the first part");
            byte[] end = new byte[5_000];
            Pattern.CopyTo(end, length - 5_000);
            Assert.True(body.IndexOf(end) > 10_000, $"{target}: the last part");
        }
    }

    private static void RequirePart(RawResponse response, int length, int from, int count)
    {
        Assert.Equal(206, response.Status);
        Assert.Equal($"bytes {from}-{from + count - 1}/{length}", response["Content-Range"]);
        Assert.Equal(count, response.Body.Length);
        Assert.True(Pattern.Matches(from, response.Body));
    }

    private static void RequireVersion(RawResponse response, int length, int shift)
    {
        Assert.Equal(200, response.Status);
        Assert.Equal(length, response.Body.Length);
        Assert.True(Pattern.Matches(shift, response.Body));
    }

    private static void Replace(TemporarySite site, string name, int length)
    {
        File.Move(site.WritePattern(name + ".new", length, Shift), site.PathOf(name), overwrite: true);
    }

    // What is known of a file is looked at again after a second.
    private static RawResponse Await(RawClient client, string target, Func<RawResponse, bool> isThere)
    {
        RawResponse response = client.Ask(target);
        Assert.True(
            SpinWait.SpinUntil(() => isThere(response = client.Ask(target)), 30_000), $"{target}: {response.Status}");
        return response;
    }

    /// <summary>Two layers in memory: what lies upon another overlay cannot be one.</summary>
    private sealed class Layers : IDisposable
    {
        private readonly Mount _memory;

        internal Layers(TemporarySite site)
        {
            _memory = Mount.Memory(site.Outside, 64 << 20);
            Lower = Directory.CreateDirectory(Path.Combine(site.Outside, "lower")).FullName;
            Upper = Directory.CreateDirectory(Path.Combine(site.Outside, "upper")).FullName;
            Work = Directory.CreateDirectory(Path.Combine(site.Outside, "work")).FullName;
        }

        internal string Lower { get; }

        internal string Upper { get; }

        private string Work { get; }

        internal Mount Merge(string path)
        {
            return Mount.Make("overlay", path, $"lowerdir={Lower},upperdir={Upper},workdir={Work}");
        }

        public void Dispose()
        {
            _memory.Unmount();
        }
    }
}
