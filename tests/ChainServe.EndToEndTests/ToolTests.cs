using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What people fetch files with, against the sample site: each byte arrives, however it was asked for.
/// </summary>
public sealed class ToolTests
{
    private const int ToolMilliseconds = 60_000;

    /// <summary>Runs a tool to its end in the directory beside the root, and expects success.</summary>
    private static string Run(TemporarySite site, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Machine.RequireProgram(program), arguments)
        {
            WorkingDirectory = site.Outside,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        bool hasEnded = process.WaitForExit(ToolMilliseconds);
        if (!hasEnded)
        {
            process.Kill();
        }

        Assert.True(hasEnded && process.ExitCode == 0, $"{program}: {error.Result}");
        return output.Result + error.Result;
    }

    private static string Received(TemporarySite site, string name)
    {
        return Path.Combine(site.Outside, name);
    }

    private static void AssertSame(string expected, string actual)
    {
        Assert.True(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(actual)), actual);
    }

    /// <summary>A download that was broken off.</summary>
    private static string WriteFirstBytes(TemporarySite site, string name, int length)
    {
        string file = Received(site, name);
        File.WriteAllBytes(file, File.ReadAllBytes(site.PathOf(SampleSite.Download))[..length]);
        return file;
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void CurlCompressedGetsTheSameBytes(string coding)
    {
        using TemporarySite site = SampleSite.Copy();
        using ServerProcess server = ServerProcess.Start(site, "--compress");
        string field = $"Accept-Encoding: {coding}";
        foreach (string name in (string[])["index.html", "style.css", "script.js", "favicon.svg"])
        {
            string url = $"{server.Url}/{(name == "index.html" ? "" : name)}";
            string head = Run(site, "curl", "-sS", "--compressed", "-H", field, "-D", "-", "-o", name, url);
            Assert.Contains($"\r\nContent-Encoding: {coding}\r\n", head);
            Assert.Contains("\r\nVary: Accept-Encoding\r\n", head);
            AssertSame(site.PathOf(name), Received(site, name));
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_003)]
    [InlineData(4_194_303)]
    public void CurlResumesADownload(int length)
    {
        using TemporarySite site = SampleSite.Copy();
        using ServerProcess server = ServerProcess.Start(site);
        string file = WriteFirstBytes(site, "part", length);
        string sizes = Run(
            site, "curl", "-sS", "-C", "-", "-o", file, "-w", "%{http_code} %{size_download}",
            $"{server.Url}/{SampleSite.Download}");
        Assert.Equal($"{(length == 0 ? 200 : 206)} {4_194_304 - length}", sizes);
        AssertSame(site.PathOf(SampleSite.Download), file);
        server.Stop();
    }

    // RFC 9110 §14.6.
    [SkippableFact]
    public void CurlGetsSeveralRangesAsParts()
    {
        using TemporarySite site = SampleSite.Copy();
        using ServerProcess server = ServerProcess.Start(site);
        string type = Run(
            site, "curl", "-sS", "-r", "64-127,1000000-1999999,-64", "-o", "parts", "-w", "%{content_type}",
            $"{server.Url}/{SampleSite.Download}");
        const string Prefix = "multipart/byteranges; boundary=";
        Assert.StartsWith(Prefix, type, StringComparison.Ordinal);
        string boundary = type[Prefix.Length..];
        byte[] content = File.ReadAllBytes(site.PathOf(SampleSite.Download));
        var expected = new StringBuilder();
        foreach ((int first, int last) in ((int, int)[])[(64, 127), (1_000_000, 1_999_999), (4_194_240, 4_194_303)])
        {
            expected.Append($"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n");
            expected.Append($"Content-Range: bytes {first}-{last}/4194304\r\n\r\n");
            expected.Append(Encoding.Latin1.GetString(content, first, last - first + 1));
        }

        expected.Append($"\r\n--{boundary}--\r\n");
        string parts = File.ReadAllText(Received(site, "parts"), Encoding.Latin1);
        Assert.Equal(expected.ToString(2, expected.Length - 2), parts);
        server.Stop();
    }

    [SkippableFact]
    public void WgetResumesADownload()
    {
        using TemporarySite site = SampleSite.Copy();
        using ServerProcess server = ServerProcess.Start(site);
        string file = WriteFirstBytes(site, "chainserve-sample.bin", 1_000_003);
        string report = Run(site, "wget", "--no-config", "-c", $"{server.Url}/{SampleSite.Download}");
        Assert.Contains("206 Partial Content", report);
        AssertSame(site.PathOf(SampleSite.Download), file);

        // The second time there is nothing left to get, which wget has to see in the 416.
        report = Run(site, "wget", "--no-config", "-c", $"{server.Url}/{SampleSite.Download}");
        Assert.Contains("416 ", report);
        AssertSame(site.PathOf(SampleSite.Download), file);
        server.Stop();
    }

    [SkippableFact]
    public void WgetMirrorsTheSampleSiteAndGetsNothingASecondTime()
    {
        using TemporarySite site = SampleSite.Copy();
        using ServerProcess server = ServerProcess.Start(site);
        string[] mirror = ["--no-config", "--mirror", "--no-host-directories", $"{server.Url}/"];
        Run(site, "wget", mirror);
        string[] files = SampleSite.FilesOf(site.Outside);
        Assert.All(files, file => AssertSame(site.PathOf(file), Received(site, file)));

        // What no page links to cannot be found.
        Assert.Empty(
            SampleSite.FilesOf(site.Root).Except(files).Except(["404.html", "fonts/LICENSE.txt", "site.webmanifest"]));

        // A page that is the same as before is not read again for its links, so one answer ends it.
        string report = Run(site, "wget", mirror);
        Assert.Contains("304 Not Modified", report);
        Assert.DoesNotContain("200 OK", report);
        server.Stop();
    }

    [SkippableFact]
    public void WgetMirrorsAListedDirectory()
    {
        using var site = new TemporarySite();
        string[] names =
            ["a.txt", "builds/1 of 2.zip", "builds/ünï & <odd>.bin", "builds/deep/er/x#y?z.txt", "100%.txt"];
        foreach (string name in names)
        {
            site.Write(name, $"content of {name}");
        }

        using ServerProcess server = ServerProcess.Start(site, "--browse");
        Run(
            site, "wget", "--no-config", "-r", "-l", "inf", "-np", "-nH", "--reject", "index.html*",
            "--restrict-file-names=nocontrol", $"{server.Url}/");
        Assert.Equal(names.Order(StringComparer.Ordinal), SampleSite.FilesOf(site.Outside));
        Assert.All(names, name => AssertSame(site.PathOf(name), Received(site, name)));
        server.Stop();
    }

    [SkippableFact]
    public void AriaGetsSeveralRangesAtOnce()
    {
        using TemporarySite site = SampleSite.Copy();
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log);
        Run(
            site, "aria2c", "--no-conf", "-x4", "-s4", "-k1M", "--file-allocation=none", "--console-log-level=warn",
            $"{server.Url}/{SampleSite.Download}");
        AssertSame(site.PathOf(SampleSite.Download), Received(site, "chainserve-sample.bin"));
        server.Stop();
        int partial = File.ReadLines(log).Count(line => line.Contains("\" 206 ", StringComparison.Ordinal));
        Assert.True(partial >= 3, $"{partial} ranges");
    }
}
