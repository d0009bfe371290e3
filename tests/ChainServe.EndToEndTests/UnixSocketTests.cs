using System;
using System.IO;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>The whole server over a Unix socket, with its sandbox.</summary>
public sealed class UnixSocketTests
{
    private const int LargeLength = 3_000_000;

    private static string PathIn(TemporarySite site)
    {
        return Path.Combine(site.Base, "web.sock");
    }

    private static ServerProcess Start(TemporarySite site, params string[] arguments)
    {
        return ServerProcess.Start(site, ["--unix-socket", PathIn(site), .. arguments]);
    }

    private static byte[] Curl(TemporarySite site, string path, params string[] arguments)
    {
        string file = Path.Combine(site.Base, "answer");
        string[] all =
        [
            "-sf", "-m", "30", "-o", file, "--unix-socket", PathIn(site), .. arguments, "http://localhost" + path,
        ];
        Assert.Equal(0, Machine.Run(Machine.RequireProgram("curl"), all));
        return File.ReadAllBytes(file);
    }

    [SkippableTheory]
    [InlineData("1")]
    [InlineData("2")]
    public void SmallLargeAndPartialFilesArriveWhole(string workers)
    {
        using var site = new TemporarySite();
        site.WritePattern("small.bin", 1_000);
        site.WritePattern("large.bin", LargeLength);
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = Start(site, "--workers", workers, "--access-log", log);
        for (int round = 0; round < 5; round++)
        {
            Assert.True(Pattern.Matches(0, Curl(site, "/small.bin")));
            byte[] large = Curl(site, "/large.bin");
            Assert.Equal(LargeLength, large.Length);
            Assert.True(Pattern.Matches(0, large));
            byte[] part = Curl(site, "/large.bin", "-r", "1000000-2000000");
            Assert.Equal(1_000_001, part.Length);
            Assert.True(Pattern.Matches(1_000_000, part));
        }

        // A client that pipelines, and one that leaves.
        using (var client = new RawClient(server))
        {
            client.Send(RawClient.Request("/small.bin") + RawClient.Request("/missing"));
            Assert.Equal(200, client.Read().Status);
            Assert.Equal(404, client.Read().Status);
            client.Send(RawClient.Request("/large.bin"));
            client.ReadHead();
        }

        server.Stop();
        string[] lines = File.ReadAllLines(log);
        Assert.Equal(18, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("unix: - - [", line));
        Assert.False(File.Exists(PathIn(site)));
    }

    [SkippableFact]
    public void AClientThatReadsSlowlyGetsAllOfALongBody()
    {
        using var site = new TemporarySite();
        site.WritePattern("large.bin", 20 * LargeLength);
        using ServerProcess server = Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/large.bin"));
        Assert.Equal(20 * LargeLength, client.ReadHead().ContentLength);
        int pieces = 0;
        client.ReadBody(20 * LargeLength, (offset, bytes) =>
        {
            Assert.True(Pattern.Matches(offset, bytes));
            if (pieces++ % 50 == 0)
            {
                Thread.Sleep(5);
            }
        });
        Assert.Equal(404, client.Ask("/missing").Status);
        server.Stop();
    }

    [SkippableFact]
    public void TheSocketOfAKilledServerIsReplacedAndThatOfALiveOneIsNot()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "content");
        using (ServerProcess first = Start(site))
        {
            first.Signal("KILL");
            first.WaitForExit();
        }

        Assert.True(File.Exists(PathIn(site)));
        using ServerProcess second = Start(site);
        CommandResult third = ChainServeProgram.RunIn(
            site.Base, "--root", site.Root, "--unix-socket", PathIn(site), "--workers", "1");
        Assert.Equal(1, third.ExitCode);
        Assert.Contains("another program listens", third.Error, StringComparison.Ordinal);
        Assert.Equal("content", RawClient.Fetch(second, "/a.txt").Text);
        second.Stop();
    }

    [SkippableFact]
    public void ItBelongsToTheUserThatServes()
    {
        Skip.IfNot(Machine.IsRoot, "only root may become somebody else");
        using var site = new TemporarySite();
        Assert.Equal(0, Machine.Run("chmod", "755", site.Base, site.Root));
        using ServerProcess server = Start(site, "--user", "65534", "--group", "65534", "--unix-socket-mode", "600");
        string expected = $"test \"$(stat -c '%u %g %a' {PathIn(site)})\" = '65534 65534 600'";
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", expected));
        Assert.Equal(404, RawClient.Fetch(server, "/").Status);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("--unix-socket-mode", "0888", "UnixSocketMode")]
    [InlineData("--unix-socket-mode", "1777", "UnixSocketMode")]
    [InlineData("--unix-socket", null, "107 bytes")]
    public void WhatCannotBeASocketIsRefused(string option, string? value, string reason)
    {
        using var site = new TemporarySite();
        CommandResult refused = ChainServeProgram.RunIn(
            site.Base, "--root", site.Root, option, value ?? "/tmp/" + new string('x', 103));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
    }
}
