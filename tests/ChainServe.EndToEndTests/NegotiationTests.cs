using System;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Coded variants of a file: siblings that somebody compressed, and what the server compresses
/// itself.</summary>
public sealed class NegotiationTests(NegotiationTests.OldVariants variants)
    : IClassFixture<NegotiationTests.OldVariants>
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 2000).Select(line => $"line {line}\n"));

    // The server does not look inside: what is in a sibling is what goes out.
    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("app.js", Text);
        site.Write("app.js.br", "brotli bytes");
        site.Write("app.js.zst", "zstd bytes, longer");
        site.Write("app.js.gz", Gzip.Compress(Text));
        site.Write("stale.css", Text);
        string stale = site.Write("stale.css.gz", "old");
        File.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddHours(-1));
        site.Write("photo.png", "png");
        site.Write("photo.png.gz", "not looked for");
        return site;
    }

    // RFC 9110 §12.5.3, §8.4, §8.8.3, §15.4.5.
    [SkippableTheory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("zstd", "zstd")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, zstd;q=0.9", "gzip")]
    [InlineData("br;q=0.5, zstd;q=0.5, gzip;q=0.4", "br")]
    [InlineData("br;q=0, gzip;q=0.1", "gzip")]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("deflate", null)]
    [InlineData("", null)]
    public void TheSiblingThatTheClientWantsMostAnswers(string accept, string? coding)
    {
        using var client = new RawClient(variants.Server);
        string extension = coding switch { "br" => ".br", "zstd" => ".zst", "gzip" => ".gz", _ => "" };
        byte[] expected = File.ReadAllBytes(variants.Site.PathOf("app.js" + extension));
        string fields = $"Accept-Encoding: {accept}\r\n";

        // The second time everything is known.
        for (int round = 0; round < 3; round++)
        {
            RawResponse response = client.Ask("/app.js", fields: fields);
            Assert.Equal(200, response.Status);
            Assert.Equal(coding, response["Content-Encoding"]);
            Assert.Equal(expected, response.Body);
            Assert.Equal("text/javascript; charset=utf-8", response["Content-Type"]);
            Assert.Equal("Accept-Encoding", response["Vary"]);
            RawResponse again = client.Ask("/app.js", fields: fields + $"If-None-Match: {response["ETag"]}\r\n");
            Assert.Equal(304, again.Status);
            Assert.Equal("Accept-Encoding", again["Vary"]);
            Assert.Equal(response["ETag"], again["ETag"]);
            RawResponse head = client.Ask("/app.js", "HEAD", fields);
            Assert.Equal(expected.Length, head.ContentLength);
        }

        RawResponse part = client.Ask("/app.js", fields: fields + "Range: bytes=2-4\r\n");
        Assert.Equal(206, part.Status);
        Assert.Equal(expected[2..5], part.Body);
        Assert.Equal($"bytes 2-4/{expected.Length}", part["Content-Range"]);
        Assert.Equal("Accept-Encoding", part["Vary"]);
        Assert.Equal("Accept-Encoding", client.Ask("/app.js", fields: fields + "Range: bytes=999999-\r\n")["Vary"]);
    }

    [SkippableFact]
    public void EachVariantHasATagOfItsOwn()
    {
        using TemporarySite site = MakeSite();
        DateTime time = DateTime.UtcNow.AddHours(-2);
        foreach (string name in Directory.GetFiles(site.Root, "app.js*"))
        {
            File.WriteAllText(name, "same length");
            File.SetLastWriteTimeUtc(name, time);
        }

        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        string?[] tags = [.. new[] { "br", "zstd", "gzip", "identity" }
            .Select(coding => client.Ask("/app.js", fields: $"Accept-Encoding: {coding}\r\n")["ETag"])];
        Assert.Equal(4, tags.Distinct().Count());
        Assert.All(tags, tag => Assert.StartsWith("\"", tag, StringComparison.Ordinal));
        server.Stop();
    }

    [SkippableFact]
    public void WhatDoesNotVaryIsServedAsItIs()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        const string Fields = "Accept-Encoding: gzip, br\r\n";
        RawResponse stale = client.Ask("/stale.css", fields: Fields);
        Assert.Null(stale["Content-Encoding"]);
        Assert.Equal(Text, stale.Text);
        Assert.Equal("Accept-Encoding", stale["Vary"]);
        RawResponse photo = client.Ask("/photo.png", fields: Fields);
        Assert.Null(photo["Content-Encoding"]);
        Assert.Null(photo["Vary"]);
        RawResponse sibling = client.Ask("/app.js.gz", fields: Fields);
        Assert.Null(sibling["Content-Encoding"]);
        Assert.Equal("application/gzip", sibling["Content-Type"]);
        Assert.Equal("Accept-Encoding", client.Ask("/missing.js", fields: Fields)["Vary"]);
        Assert.Equal(406, client.Ask("/stale.css", fields: "Accept-Encoding: identity;q=0\r\n").Status);
        server.Stop();
    }

    [SkippableFact]
    public void ASiblingThatComesOrGoesIsSeen()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        const string Fields = "Accept-Encoding: br\r\n";
        Assert.Equal("br", client.Ask("/app.js", fields: Fields)["Content-Encoding"]);
        File.WriteAllText(site.PathOf("app.js.br"), "another version");
        Assert.True(SpinWait.SpinUntil(
            () => client.Ask("/app.js", fields: Fields).Text == "another version", TimeSpan.FromSeconds(20)));
        File.Delete(site.PathOf("app.js.br"));
        Assert.True(SpinWait.SpinUntil(
            () => client.Ask("/app.js", fields: Fields)["Content-Encoding"] is null, TimeSpan.FromSeconds(20)));
        File.WriteAllText(site.PathOf("app.js.br"), "back");
        Assert.True(SpinWait.SpinUntil(
            () => client.Ask("/app.js", fields: Fields).Text == "back", TimeSpan.FromSeconds(20)));
        server.Stop();
    }

    [SkippableFact]
    public void WithoutPrecompressedNothingVaries()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--no-precompressed");
        RawResponse response = RawClient.Fetch(server, "/app.js", fields: "Accept-Encoding: br\r\n");
        Assert.Null(response["Content-Encoding"]);
        Assert.Null(response["Vary"]);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void CompressedHereItIsPaidOncePerVersion(bool isImmutable)
    {
        using var site = new TemporarySite();
        site.Write("page.html", Text);
        site.Write("large.txt", string.Concat(Enumerable.Repeat(Text, 10)));
        site.Write("tiny.txt", "tiny");
        site.Write("noise.txt", System.Security.Cryptography.RandomNumberGenerator.GetBytes(4000));
        TemporarySite.WaitUntilFilesAreOld();
        string[] arguments = isImmutable ? ["--compress", "--immutable"] : ["--compress"];
        using ServerProcess server = ServerProcess.Start(site, [.. arguments, "--workers", "1"]);
        using var client = new RawClient(server);
        foreach (string name in (string[])["page.html", "large.txt"])
        {
            string text = File.ReadAllText(site.PathOf(name));
            RawResponse first = client.Ask("/" + name, fields: "Accept-Encoding: gzip\r\n");
            Assert.Equal("gzip", first["Content-Encoding"]);
            Assert.Equal(text, Gzip.Decompress(first.Body));
            for (int round = 0; round < 20; round++)
            {
                RawResponse response = client.Ask("/" + name, fields: "Accept-Encoding: gzip\r\n");
                Assert.Equal(first["ETag"], response["ETag"]);
                Assert.Equal(first.Body, response.Body);
            }

            RawResponse again =
                client.Ask("/" + name, fields: $"Accept-Encoding: gzip\r\nIf-None-Match: {first["ETag"]}\r\n");
            Assert.Equal(304, again.Status);
            RawResponse part = client.Ask("/" + name, fields: "Accept-Encoding: gzip\r\nRange: bytes=3-9\r\n");
            Assert.Equal(206, part.Status);
            Assert.Equal(first.Body[3..10], part.Body);
            Assert.Equal(text, client.Ask("/" + name).Text);
        }

        foreach (string name in (string[])["tiny.txt", "noise.txt"])
        {
            RawResponse response = client.Ask("/" + name, fields: "Accept-Encoding: gzip\r\n");
            Assert.Null(response["Content-Encoding"]);
            Assert.Equal(File.ReadAllBytes(site.PathOf(name)), response.Body);
        }

        ServerSummary summary = server.Stop();
        Assert.Equal(3, summary.Jobs);
        Assert.Equal(2, summary.Compressions);
    }

    // More files at once than jobs may wait: the rest is sent as it is, and compressed when it is asked for again.
    [SkippableFact]
    public void HoweverManyFilesAreToBeCompressedNobodyIsTurnedAway()
    {
        using var site = new TemporarySite();
        string text = string.Concat(Enumerable.Repeat(Text, 4));
        string[] names = [.. Enumerable.Range(0, 200).Select(number => $"page-{number}.txt")];
        foreach (string name in names)
        {
            site.Write(name, text);
        }

        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site, "--compress", "--workers", "1");
        const string Fields = "Accept-Encoding: gzip\r\n";
        RawClient[] clients = [.. names.Select(_ => new RawClient(server))];
        for (int index = 0; index < names.Length; index++)
        {
            clients[index].Send(RawClient.Request("/" + names[index], fields: Fields));
        }

        int compressed = 0;
        foreach (RawClient client in clients)
        {
            RawResponse response = client.Read();
            Assert.Equal(200, response.Status);
            bool isCompressed = response["Content-Encoding"] == "gzip";
            Assert.Equal(text, isCompressed ? Gzip.Decompress(response.Body) : response.Text);
            compressed += isCompressed ? 1 : 0;
        }

        Assert.True(compressed >= 64, $"{compressed} compressed");
        for (int index = 0; index < names.Length; index++)
        {
            RawClient client = clients[index];
            Assert.Equal("gzip", client.Ask("/" + names[index], fields: Fields)["Content-Encoding"]);
            client.Dispose();
        }

        server.Stop();
    }

    // RFC 9110 §15.5.7: the representation exists, whoever makes it.
    [SkippableFact]
    public void WhoTakesNothingButACodingGetsItWhileOthersWaitForItToo()
    {
        using var site = new TemporarySite();
        string text = string.Concat(Enumerable.Repeat(Text, 40));
        site.Write("slow.txt", text);
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site, "--compress", "--workers", "1");
        RawClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => new RawClient(server))];
        foreach (RawClient client in clients)
        {
            client.Send(RawClient.Request("/slow.txt", fields: "Accept-Encoding: gzip, identity;q=0\r\n"));
        }

        foreach (RawClient client in clients)
        {
            RawResponse response = client.Read();
            Assert.Equal((200, "gzip"), (response.Status, response["Content-Encoding"]));
            Assert.Equal(text, Gzip.Decompress(response.Body));
            client.Dispose();
        }

        server.Stop();
    }

    /// <summary>A tag changes when its file grows old: one wait for all cases.</summary>
    public sealed class OldVariants : IDisposable
    {
        private ServerProcess? _server;

        internal TemporarySite Site { get; } = MakeSite();

        internal ServerProcess Server => _server ??= Start();

        public void Dispose()
        {
            _server?.Stop();
            _server?.Dispose();
            Site.Dispose();
        }

        private ServerProcess Start()
        {
            TemporarySite.WaitUntilFilesAreOld();
            return ServerProcess.Start(Site);
        }
    }
}
