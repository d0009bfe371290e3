using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>The site that comes with the server, as a browser meets it.</summary>
public sealed partial class SampleSiteTests
{
    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".webmanifest"] = "application/manifest+json",
    };

    [SkippableFact]
    public void EveryFileIsServedWithItsContentType()
    {
        string root = SampleSite.Root;
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, "--root", root);
        using var client = new RawClient(server);
        string[] files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 10, "the site is there");
        foreach (string file in files)
        {
            string target = "/" + Path.GetRelativePath(root, file);
            RawResponse response = client.Ask(target);
            Assert.True(response.Status == 200, $"{target}: {response.Status}");
            Assert.Equal(File.ReadAllBytes(file), response.Body);
            if (ContentTypes.TryGetValue(Path.GetExtension(file), out string? type))
            {
                Assert.StartsWith(type.Split(';')[0], response["Content-Type"], StringComparison.Ordinal);
            }
        }

        server.Stop();
    }

    /// <summary>From the start page along all links. The download is made by a script, and may not be there.</summary>
    [SkippableFact]
    public void EveryLinkLeadsSomewhere()
    {
        string root = SampleSite.Root;
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, "--root", root);
        using var client = new RawClient(server);
        var seen = new HashSet<string> { "/" };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out string? page))
        {
            RawResponse response = client.Ask(page);
            Assert.True(response.Status == 200, $"{page}: {response.Status}");
            bool isPage = response["Content-Type"]!.StartsWith("text/html", StringComparison.Ordinal);
            MatchCollection links = Link().Matches(isPage ? response.Text : "");
            foreach (string link in links.Select(match => match.Groups[1].Value))
            {
                var target = new Uri(new Uri("http://test" + page), link);
                bool isDownload = target.AbsolutePath.StartsWith("/downloads/", StringComparison.Ordinal)
                    && !target.AbsolutePath.EndsWith('/');
                if (target.Host == "test" && !isDownload && seen.Add(target.AbsolutePath))
                {
                    open.Enqueue(target.AbsolutePath);
                }
            }
        }

        Assert.True(seen.Count > 8, $"only {string.Join(' ', seen)}");
        RawResponse missing = client.Ask("/no-such-page");
        Assert.Equal(404, missing.Status);
        Assert.Equal(File.ReadAllText(Path.Combine(root, "404.html")), missing.Text);
        server.Stop();
    }

    [GeneratedRegex("(?:href|src)=\"([^\"#]+)[^\"]*\"")]
    private static partial Regex Link();
}
