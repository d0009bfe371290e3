using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>
/// Paths that lead out of a root, by their text and by symbolic links, from every depth: there is a secret beside the
/// root, and nobody gets it. Each way that does not lead out is walked too, so that a server that refused everything
/// would not pass.
/// </summary>
public sealed class PathAttackTests
{
    private const int Depths = 8;
    private const string Secret = "the secret beside the root";
    private const string Inside = "inside of the root";

    // How one step up has been written, with what stands in front of the next name.
    private static readonly string[] StepsUp =
    [
        "../", "%2e%2e/", "%2E%2E/", ".%2e/", "%2e./", "..//", "./../", "../././", ".//..//", "%2e/%2e%2e/", "..;/",
        "..;x=y/", "..%2f", "..%2F", "%2e%2e%2f", "..%252f", "%252e%252e/", "%252e%252e%252f", "%25252e%25252e/",
        "%%32%65%%32%65/", "%c0%ae%c0%ae/", "%c0%ae./", "%e0%80%ae%e0%80%ae/", "%f0%80%80%ae%f0%80%80%ae/",
        "%c0%2e%c0%2e/", "%ef%bc%8e%ef%bc%8e/", "..%c0%af", "..%e0%80%af", "..%c1%9c", "..%ef%bc%8f", "%e2%80%a5/",
        "%uff0e%uff0e/", "%u002e%u002e%u2215", "..\\", "..%5c", "..%5C", "..%255c", "%2e%2e\\", "%2e%2e%5c", "..\\/",
        "..%5c/", "../\\", "\\../", "....//", "....\\\\", ".../", "..%00/", "%00../", "..%0d/", "..%0a/", "..%0d%0a/",
        "..%09/", "..%20/", "%20../", "..%7f/", "..%ff/", ".%00./", "..%3f/", "..%23/", "..%3b/", "..:/", "..*/",
        "~/../", "..~/", "%2e%2e%00/", "..%25/", ".%252e/", "%2e%252e/", "..%",
    ];

    // Those that are nothing else than a step up to a reader of RFC 3986.
    private static readonly string[] TrueStepsUp =
        ["../", "%2e%2e/", "%2E%2E/", ".%2e/", "%2e./", "..//", "./../", "../././", ".//..//", "%2e/%2e%2e/"];

    [SkippableFact]
    public void NoPathLeadsOutOfTheRootFromAnyDepth()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--browse");
        int attacks = 0;
        for (int depth = 0; depth <= Depths; depth++)
        {
            string folder = Folder(depth);
            foreach (string up in StepsUp)
            {
                foreach (string target in Targets(site, folder, up, depth + 1))
                {
                    RequireNoSecret(server, target);
                    attacks++;
                }
            }

            // As many steps as lead to the root, and not further.
            foreach (string up in TrueStepsUp)
            {
                string target = folder + string.Concat(Enumerable.Repeat(up, depth)) + "file.txt";
                Assert.Equal($"{target} 200 {Inside} 0", Describe(server, target));
            }
        }

        Assert.InRange(attacks, 1500, int.MaxValue);
        server.Stop();
    }

    [SkippableFact]
    public void NoAbsoluteNameIsAPathOfTheMachine()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--browse");
        string secret = Path.Combine(site.Outside, "secret.txt");
        string[] targets =
        [
            secret, "/" + secret, "//" + secret, "/." + secret, "/%2f" + secret[1..], "/" + secret.Replace("/", "%2f"),
            "/file://" + secret, "file://" + secret, "http://test/../outside/secret.txt", "http://test//" + secret,
            "\\\\" + secret,
            "/" + secret.Replace('/', '\\'), "/C:" + secret, "/C%3a" + secret, "/~root" + secret,
            "/proc/self/root" + secret,
            "//test/" + secret, "/@" + secret, "/;" + secret, "/?" + secret, "*", secret[1..], "../outside/secret.txt",
            "/file.txt/../../outside/secret.txt", "/file.txt/..", "/file.txt/.", "/..", "/%2e%2e", "/../root/file.txt",
        ];
        foreach (string target in targets)
        {
            RequireNoSecret(server, target);
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData("inside", 200)]
    [InlineData("none", 404)]
    public void NoLinkLeadsOutOfTheRootFromAnyDepth(string policy, int insideStatus)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, "--browse", "--symlinks", policy);
        for (int depth = 0; depth <= Depths; depth++)
        {
            string folder = Folder(depth);
            string[] targets =
            [
                "out.txt", "relative.txt", "chain.txt", "out/secret.txt", "out", "out/", "relative/secret.txt",
                "relative/",
                "chain/secret.txt", "slash" + Path.Combine(site.Outside, "secret.txt"), "slash/", "round/file.txt",
                "proc/root" + Path.Combine(site.Outside, "secret.txt"), "proc/cwd/outside/secret.txt", "proc/",
                "fd/0", "missing", "out/../out.txt", "out/./secret.txt", "out//secret.txt", "out/%2e/secret.txt",
            ];
            foreach (string target in targets)
            {
                string found = RequireNoSecret(server, folder + target);
                Assert.True(found.StartsWith("404", StringComparison.Ordinal), $"{folder}{target}: {found}");
            }

            // Neither an index nor a compressed sibling that leads out is one.
            RequireNoSecret(server, folder + "page/");
            RequireNoSecret(server, folder + "file.txt", "Accept-Encoding: gzip, br, zstd\r\n");
            Assert.Equal(insideStatus, RawClient.Fetch(server, folder + "in.txt").Status);
            Assert.Equal(insideStatus, RawClient.Fetch(server, folder + "in/file.txt").Status);
            Assert.Equal($"{Inside} {depth}", RawClient.Fetch(server, folder + "file.txt").Text);
        }

        server.Stop();
    }

    private static IEnumerable<string> Targets(TemporarySite site, string folder, string up, int steps)
    {
        string climb = string.Concat(Enumerable.Repeat(up, steps));
        string rest = up.EndsWith('/') ? "" : "/";
        yield return folder + climb + "outside/secret.txt";
        yield return folder + climb + rest + "secret.txt";
        yield return folder + climb + up + up + up + site.Outside[1..] + "/secret.txt";
        yield return folder + "file.txt/" + up + climb + "secret.txt";
        yield return folder + "missing/" + up + climb + "outside/secret.txt%00.html";
        yield return "http://test" + folder + climb + "secret.txt";
    }

    /// <returns>Status and text, which is not the secret.</returns>
    private static string RequireNoSecret(ServerProcess server, string target, string fields = "")
    {
        // Raw bytes: what is beyond ASCII is one byte.
        RawResponse response = RawClient.Fetch(server, target, fields: fields);
        string location = response["Location"] ?? "/";
        Assert.False(response.Text.Contains(Secret, StringComparison.Ordinal), $"{target} gave the secret");
        Assert.False(response.Text.Contains("secret.txt", StringComparison.Ordinal), $"{target} listed the secret");
        Assert.True(response.Status is 200 or 308 or 400 or 404, $"{target}: {response.Status}");
        Assert.True(response.Status != 200 || IsInside(response), $"{target}: {response.Text}");
        Assert.True(location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal), location);
        return $"{response.Status} {response.Text}";
    }

    private static string Describe(ServerProcess server, string target)
    {
        RawResponse response = RawClient.Fetch(server, target);
        return $"{target} {response.Status} {response.Text}";
    }

    private static bool IsInside(RawResponse response)
    {
        return response.Text.StartsWith(Inside, StringComparison.Ordinal)
            || response["Content-Type"] == "text/html; charset=utf-8";
    }

    /// <summary>"/" and "/d1/d2/" are the folders of depths 0 and 2.</summary>
    private static string Folder(int depth)
    {
        return "/" + string.Concat(Enumerable.Range(1, depth).Select(level => $"d{level}/"));
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        File.WriteAllText(Path.Combine(site.Base, "secret.txt"), Secret);
        File.WriteAllText(Path.Combine(site.Outside, "secret.txt"), Secret);
        File.WriteAllText(Path.Combine(site.Outside, "index.html"), Secret);
        File.CreateSymbolicLink(site.PathOf("404.html"), Path.Combine(site.Outside, "secret.txt"));
        for (int depth = 0; depth <= Depths; depth++)
        {
            string folder = Folder(depth)[1..];
            string up = string.Concat(Enumerable.Repeat("../", depth + 1));
            site.Write(folder + "file.txt", $"{Inside} {depth}");
            Directory.CreateDirectory(site.PathOf(folder + "page"));
            Link(site, folder + "out.txt", Path.Combine(site.Outside, "secret.txt"));
            Link(site, folder + "out", site.Outside);
            Link(site, folder + "relative.txt", up + "secret.txt");
            Link(site, folder + "relative", up + "outside");
            Link(site, folder + "chain.txt", "out.txt");
            Link(site, folder + "chain", "relative");
            Link(site, folder + "slash", "/");
            Link(site, folder + "round", up + "root");
            Link(site, folder + "proc", "/proc/self");
            Link(site, folder + "fd", "/dev/fd");
            Link(site, folder + "page/index.html", Path.Combine(site.Outside, "index.html"));
            Link(site, folder + "file.txt.gz", "out.txt");
            Link(site, folder + "file.txt.br", up + "secret.txt");
            Link(site, folder + "in.txt", "file.txt");
            Link(site, folder + "in", ".");
        }

        return site;
    }

    private static void Link(TemporarySite site, string name, string target)
    {
        File.CreateSymbolicLink(site.PathOf(name), target);
    }
}
