using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ChainServe.BrowserTests;

/// <summary>What a person sees: pages, reloads, films, applications and listings in a real browser.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string LongScript =
        string.Concat(Enumerable.Range(0, 500).Select(line => $"// line {line}\n"));

    private static byte[] Compress(string text, Func<Stream, Stream> wrap)
    {
        using var result = new MemoryStream();
        using (Stream stream = wrap(result))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return result.ToArray();
    }

    [SkippableFact]
    public async Task TheSampleSiteOpensWithoutAnError()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, "--root", SampleSite.Root);
        IPage page = await browser.OpenPageAsync();
        List<string> faults = [];
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => faults.Add(error);
        page.RequestFailed += (_, request) => faults.Add(request.Url);
        page.Response += (_, response) => faults.AddRange(response.Status >= 400 ? [response.Url] : []);
        foreach (string path in (string[])["/", "/start.html", "/chains.html", "/about/"])
        {
            IResponse? response = await page.GotoAsync(server.Url + path);
            Assert.Equal(200, response!.Status);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            Assert.NotEqual("", await page.TitleAsync());
        }

        Assert.Empty(faults);
        server.Stop();
    }

    [SkippableFact]
    public async Task AReloadIsAnsweredWithNotModified()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "<!doctype html><title>t</title><script src=app.js></script>");
        site.Write("app.js", "document.title = 'loaded'");
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        IPage page = await browser.OpenPageAsync();
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        ConcurrentQueue<int> statuses = [];
        session.Event("Network.responseReceivedExtraInfo").OnEvent += (_, data) =>
            statuses.Enqueue(data!.Value.GetProperty("statusCode").GetInt32());
        await session.SendAsync("Network.enable");

        // These events come when they like: the page's and the script's are waited for.
        await page.GotoAsync(server.Url + "/");
        Assert.Equal("loaded", await page.TitleAsync());
        await Until(() => statuses.Count(status => status == 200) == 2);
        await page.ReloadAsync();
        Assert.Equal("loaded", await page.TitleAsync());
        await Until(() => statuses.Contains(304));
        Assert.Equal(2, statuses.Count(status => status == 200));
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("gzip", ".gz")]
    [InlineData("br", ".br")]
    [InlineData("zstd", ".zst")]
    public async Task AVariantIsDecoded(string coding, string extension)
    {
        string script = $"document.title = '{coding}';\n{LongScript}";
        using var site = new TemporarySite();
        site.Write("index.html", "<!doctype html><title>t</title><script src=app.js></script>");
        site.Write("app.js", "document.title = 'identity'");
        using var zstd = new ZstdSharp.Compressor();
        site.Write("app.js" + extension, coding switch
        {
            "gzip" => Compress(script, static stream => new GZipStream(stream, CompressionLevel.Optimal, true)),
            "br" => Compress(script, static stream => new BrotliStream(stream, CompressionLevel.Optimal, true)),
            _ => zstd.Wrap(Encoding.UTF8.GetBytes(script)).ToArray(),
        });
        using ServerProcess server = ServerProcess.Start(site);
        IPage page = await browser.OpenPageAsync();
        Task<IResponse> answered = page.WaitForResponseAsync(response => response.Url.EndsWith("/app.js"));
        await page.GotoAsync(server.Url + "/");
        IResponse script1 = await answered;
        Assert.Equal(coding, await script1.HeaderValueAsync("Content-Encoding"));
        Assert.Equal(coding, await page.TitleAsync());
        server.Stop();
    }

    [SkippableFact]
    public async Task WhatTheServerCompressedIsDecoded()
    {
        using var site = new TemporarySite();
        site.Write("index.html", $"<!doctype html><title>t</title><script>{LongScript}\ndocument.title='ok'</script>");
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site, "--compress");
        IPage page = await browser.OpenPageAsync();
        IResponse? response = await page.GotoAsync(server.Url + "/");
        Assert.NotNull(await response!.HeaderValueAsync("Content-Encoding"));
        Assert.Equal("ok", await page.TitleAsync());
        server.Stop();
    }

    [SkippableFact]
    public async Task AFilmIsWoundOnByRanges()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "<!doctype html><title>t</title><video src=film.webm preload=metadata></video>");
        using ServerProcess server = ServerProcess.Start(site);
        IPage page = await browser.OpenPageAsync();
        const string Paint = """
            () => { const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 360;
              const context = canvas.getContext('2d'); const pixels = context.createImageData(640, 360);
              for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = i % 4 == 3 ? 255 : Math.random() * 256;
              context.putImageData(pixels, 0, 0); return canvas.toDataURL('image/webp', 0.9).split(',')[1]; }
            """;
        await page.GotoAsync("about:blank");
        byte[] picture = Convert.FromBase64String(await page.EvaluateAsync<string>(Paint));
        site.Write("film.webm", WebMovie.Make(picture, 640, 360, count: 200));
        List<string> ranges = [];
        page.Response += (_, response) => ranges.AddRange(
            response.Status == 206 && response.Headers.TryGetValue("content-range", out string? range) ? [range] : []);
        await page.GotoAsync(server.Url + "/");
        const string Wind = """
            () => new Promise((resolve, reject) => { const video = document.querySelector('video');
              const wind = () => { video.onseeked = () => resolve(video.currentTime); video.currentTime = 180; };
              video.onerror = () => reject(new Error('' + video.error.code + video.error.message));
              if (video.readyState > 0) wind(); else video.onloadedmetadata = wind; })
            """;
        Assert.Equal(180, await page.EvaluateAsync<double>(Wind));
        long[] starts = [.. ranges.Select(range => long.Parse(range.Split(' ', '-')[1], null))];
        Assert.Contains(starts, start => start > new FileInfo(site.PathOf("film.webm")).Length / 2);
        server.Stop();
    }

    [SkippableFact]
    public async Task AnApplicationKeepsItsAddresses()
    {
        using var site = new TemporarySite();
        site.Write("index.html", """
            <!doctype html><title>t</title><a id=go href=/app/settings>go</a><p id=where></p>
            <script>
            const show = () => document.getElementById('where').textContent = location.pathname;
            document.getElementById('go').onclick = event => {
              event.preventDefault(); history.pushState({}, '', '/app/settings'); show(); };
            onpopstate = show; show();
            </script>
            """);
        using ServerProcess server = ServerProcess.Start(site, "--spa");
        IPage page = await browser.OpenPageAsync();
        await page.GotoAsync(server.Url + "/");
        await page.ClickAsync("#go");
        Assert.Equal("/app/settings", await page.TextContentAsync("#where"));
        IResponse? reloaded = await page.ReloadAsync();
        Assert.Equal(200, reloaded!.Status);
        Assert.Equal("/app/settings", await page.TextContentAsync("#where"));
        IResponse? deep = await page.GotoAsync(server.Url + "/app/other/place?x=1");
        Assert.Equal(200, deep!.Status);
        Assert.Equal("/app/other/place", await page.TextContentAsync("#where"));
        JsonElement? status = await page.EvaluateAsync("fetch('/app/missing.js').then(r => r.status)");
        Assert.Equal(404, status!.Value.GetInt32());
        server.Stop();
    }

    [SkippableFact]
    public async Task AListingIsReadSortedAndFollowed()
    {
        using var site = new TemporarySite();
        site.Write("list/a b&<c>.txt", "first");
        site.Write("list/\u00fc#?%.txt", "second, longer");
        site.Write("list/sub/x.txt", "x");
        using ServerProcess server = ServerProcess.Start(site, "--browse");
        IPage page = await browser.OpenPageAsync();
        List<string> faults = [];
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.GotoAsync(server.Url + "/list/");
        string[] names = [.. await page.Locator("tbody td:first-child a").AllTextContentsAsync()];
        Assert.Equal(["../", "sub/", "a b&<c>.txt", "\u00fc#?%.txt"], names);
        await page.ClickAsync("text=Size");
        await page.ClickAsync("text=Size");
        names = [.. await page.Locator("tbody td:first-child a").AllTextContentsAsync()];
        Assert.Equal(["../", "sub/", "\u00fc#?%.txt", "a b&<c>.txt"], names);
        string light = await BackgroundAsync(page);
        await page.ClickAsync("text=a b&<c>.txt");
        await Assertions.Expect(page.Locator("body")).ToHaveTextAsync("first");
        await page.GoBackAsync();
        await page.ClickAsync("text=\u00fc#?%.txt");
        await Assertions.Expect(page.Locator("body")).ToHaveTextAsync("second, longer");
        await page.GoBackAsync();
        await page.ClickAsync("text=sub/");
        await page.WaitForURLAsync("**/list/sub/");
        await page.ClickAsync("text=../");
        await page.WaitForURLAsync("**/list/");
        IPage dark = await browser.OpenPageAsync(isDark: true);
        await dark.GotoAsync(server.Url + "/list/");
        Assert.NotEqual(light, await BackgroundAsync(dark));
        faults.RemoveAll(text => text.Contains("favicon", StringComparison.Ordinal) || text.Contains("404"));
        Assert.Empty(faults);
        server.Stop();
    }

    private static async Task Until(Func<bool> isTrue)
    {
        for (int attempt = 0; attempt < 600 && !isTrue(); attempt++)
        {
            await Task.Delay(50);
        }

        Assert.True(isTrue());
    }

    private static Task<string> BackgroundAsync(IPage page)
    {
        return page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }
}
