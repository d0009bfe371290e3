using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Listings, entity tags and several ranges, through the real process.</summary>
public sealed class ListingAndRangeTests
{
    [SkippableFact]
    public void AListingHasWhatMayBeServed()
    {
        using var site = new TemporarySite();
        site.Write("list/b &<i>.txt", "1234");
        site.Write("list/\u00fc#?.txt", "1");
        site.Write("list/.hidden", "");
        site.Write("list/sub/x", "");
        File.CreateSymbolicLink(site.PathOf("list/dangling"), "nowhere");
        Assert.Equal(0, Machine.Run("mkfifo", site.PathOf("list/fifo")));
        for (int file = 0; file < 3000; file++)
        {
            site.Write($"many/file-{file:0000}-with-a-long-name-so-that-the-page-is-long.txt", "");
        }

        using ServerProcess server = ServerProcess.Start(site, "--browse");
        using var client = new RawClient(server);
        RawResponse page = client.Ask("/list/", fields: "Accept: text/html\r\n");
        Assert.Equal(200, page.Status);
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Equal("no-cache", page["Cache-Control"]);
        Assert.Equal("Accept", page["Vary"]);
        Assert.DoesNotContain("<i>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dangling", page.Text, StringComparison.Ordinal);
        foreach (string link in page.Text.Split("href=\"./").Skip(1).Select(part => part.Split('"')[0]))
        {
            Assert.Equal(200, client.Ask("/list/" + link).Status);
        }

        using JsonDocument json = JsonDocument.Parse(client.Ask("/list/", fields: "Accept: application/json\r\n").Body);
        string[] names = [.. json.RootElement.GetProperty("entries").EnumerateArray()
            .Select(entry => entry.GetProperty("name").GetString()!)];
        Assert.Equal(["sub", "b &<i>.txt", "\u00fc#?.txt"], names);

        // Longer than one buffer: sent in pieces, on a connection that goes on.
        for (int round = 0; round < 2; round++)
        {
            RawResponse many = client.Ask("/many/");
            Assert.True(many.Body.Length > 300_000);
            Assert.EndsWith("</html>\n", many.Text, StringComparison.Ordinal);
        }

        Assert.Equal(client.Ask("/many/").Body.Length, client.Ask("/many/", "HEAD").ContentLength);
        Assert.Equal("/list/", client.Ask("/list")["Location"]);
        Assert.Equal(404, client.Ask("/none/").Status);
        server.Stop();
    }

    [SkippableFact]
    public void EntityTagsAreMadeOfWhatIsConfigured()
    {
        using var site = new TemporarySite();
        site.Write("small.txt", "same");
        site.Write("copy.txt", "same");
        site.WritePattern("large.bin", 3_000_000);
        site.WritePattern("other.bin", 3_000_000);
        site.Write("epoch.txt", "old");
        File.SetLastWriteTimeUtc(site.PathOf("small.txt"), DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(site.PathOf("large.bin"), DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc(site.PathOf("epoch.txt"), DateTime.UnixEpoch);
        TemporarySite.WaitUntilFilesAreOld();
        using (ServerProcess server = ServerProcess.Start(site, "--etag", "hash", "--workers", "1"))
        {
            using var client = new RawClient(server);
            Assert.Equal(client.Ask("/small.txt", "HEAD")["ETag"], client.Ask("/copy.txt", "HEAD")["ETag"]);
            string large = client.Ask("/large.bin", "HEAD")["ETag"]!;
            Assert.Equal(large, client.Ask("/other.bin", "HEAD")["ETag"]);
            Assert.StartsWith("\"", large, StringComparison.Ordinal);
            Assert.Equal(304, client.Ask("/large.bin", fields: $"If-None-Match: {large}\r\n").Status);
            RawResponse part = client.Ask("/large.bin", fields: $"If-Range: {large}\r\nRange: bytes=0-9\r\n");
            Assert.Equal(206, part.Status);
            Assert.Equal(2, server.Stop().Jobs);
        }

        using (ServerProcess server = ServerProcess.Start(site, "--etag", "off"))
        {
            RawResponse response = RawClient.Fetch(server, "/small.txt");
            Assert.Null(response["ETag"]);
            Assert.NotNull(response["Last-Modified"]);
            server.Stop();
        }

        using (ServerProcess server = ServerProcess.Start(site))
        {
            RawResponse epoch = RawClient.Fetch(server, "/epoch.txt");
            Assert.StartsWith("\"", epoch["ETag"], StringComparison.Ordinal);
            Assert.Null(epoch["Last-Modified"]);
            server.Stop();
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void SeveralRangesComeInParts(bool isLarge)
    {
        using var site = new TemporarySite();
        int length = isLarge ? 400_000 : 9_000;
        site.WritePattern("file.bin", length);
        byte[] content = File.ReadAllBytes(site.PathOf("file.bin"));
        using ServerProcess server = ServerProcess.Start(site, "--workers", "1");
        using var client = new RawClient(server);
        for (int round = 0; round < 3; round++)
        {
            int last = length - 3000;
            RawResponse response =
                client.Ask("/file.bin", fields: $"Range: bytes=0-99,{last}-{length - 1},1000-{length / 2},-1\r\n");
            Assert.Equal(206, response.Status);
            Assert.Null(response["Content-Range"]);
            string boundary = response["Content-Type"]!.Split("boundary=")[1];
            var expected = new MemoryStream();
            foreach ((int from, int to) in ((int, int)[])[(0, 99), (last, length - 1), (1000, length / 2)])
            {
                expected.Write(Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\nContent-Type: "
                    + $"application/octet-stream\r\nContent-Range: bytes {from}-{to}/{length}\r\n\r\n"));
                expected.Write(content, from, to - from + 1);
            }

            expected.Write(Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"));
            Assert.Equal(expected.ToArray()[2..], response.Body);
        }

        string many = string.Join(',', Enumerable.Range(0, 40).Select(index => $"{index * 200}-{index * 200}"));
        RawResponse whole = client.Ask("/file.bin", fields: $"Range: bytes={many}\r\n");
        Assert.Equal(200, whole.Status);
        Assert.Equal(content, whole.Body);
        server.Stop();
    }
}
