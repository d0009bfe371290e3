using System;
using System.IO;
using System.Linq;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What the real process gives up at its start.</summary>
public sealed class HardeningTests
{
    // Debian's, and most others'.
    private const string Nobody = "65534";

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        SetMode("755", site.Base);
        SetMode("755", site.Root);
        site.Write("a.txt", "content");
        site.Write("sub/b.txt", "content");
        return site;
    }

    private static void SetMode(string mode, string path)
    {
        Assert.Equal(0, Machine.Run("chmod", mode, path));
    }

    private static CommandResult Run(TemporarySite site, params string[] arguments)
    {
        return ChainServeProgram.RunIn(site.Base, ["--root", site.Root, "--host", "127.0.0.1", .. arguments]);
    }

    private static string[] StatusOfWorkers(ServerProcess server, string field)
    {
        return [.. ServerThreads.Named(server, "worker").Select(thread => ServerThreads.StatusOf(thread, field))];
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void WorkersGetNoNewPrivilegesUnlessTheSandboxIsOff(bool isOn)
    {
        using TemporarySite site = MakeSite();
        string[] arguments = ["--workers", "2", "--browse", "--access-log", Path.Combine(site.Base, "access.log")];
        using ServerProcess server = ServerProcess.Start(site, isOn ? arguments : [.. arguments, "--no-sandbox"]);
        string expected = isOn ? "1" : "0";
        Assert.Equal([expected, expected], StatusOfWorkers(server, "NoNewPrivs"));

        // What needs files beside the one that is sent works in it all the same.
        Assert.Equal("content", RawClient.Fetch(server, "/a.txt").Text);
        Assert.Contains("b.txt", RawClient.Fetch(server, "/sub/").Text);
        File.Move(Path.Combine(site.Base, "access.log"), Path.Combine(site.Base, "access.log.1"));
        server.Signal("USR1");
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(Path.Combine(site.Base, "access.log")), TimeSpan.FromSeconds(20)));
        server.Stop();
    }

    [SkippableFact]
    public void TheBannerSaysThatTheSandboxIsOn()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        bool hasLandlock = !ChainServeProgram.Run("doctor").Output.Contains("no Landlock", StringComparison.Ordinal);
        Assert.Equal(hasLandlock, server.Output.Contains(", Landlock)", StringComparison.Ordinal));
        server.Stop();
        using ServerProcess open = ServerProcess.Start(site, "--no-sandbox");
        Assert.DoesNotContain("Landlock", open.Output);
        open.Stop();
    }

    [SkippableFact]
    public void AServerOfRootServesAsTheUserThatItIsGiven()
    {
        Skip.IfNot(Machine.IsRoot, "only root may become somebody else");
        using TemporarySite site = MakeSite();
        SetMode("400", site.Write("secret.txt", "secret"));
        using ServerProcess server = ServerProcess.Start(
            site, "--user", Nobody, "--group", Nobody, "--workers", "1", "--browse");
        string[] status = File.ReadAllLines($"/proc/{server.ProcessId}/status");
        Assert.Contains($"Uid:\t{Nobody}\t{Nobody}\t{Nobody}\t{Nobody}", status);
        Assert.Contains($"Gid:\t{Nobody}\t{Nobody}\t{Nobody}\t{Nobody}", status);
        Assert.Contains(status, line => line.Trim() == "Groups:");
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.All(StatusOfWorkers(server, "Uid"), line => Assert.StartsWith(Nobody, line));
        Assert.Equal("content", RawClient.Fetch(server, "/a.txt").Text);
        Assert.Equal(403, RawClient.Fetch(server, "/secret.txt").Status);
        Assert.Contains("b.txt", RawClient.Fetch(server, "/sub/").Text);
        server.Stop();
    }

    [SkippableFact]
    public void ARootThatTheUserMayNotEnterIsRefusedAtTheStart()
    {
        Skip.IfNot(Machine.IsRoot, "only root may become somebody else");
        using TemporarySite site = MakeSite();
        SetMode("500", site.Root);
        CommandResult failed = Run(site, "--user", Nobody, "--group", Nobody);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("may not be read by this user", failed.Error);
    }

    [SkippableFact]
    public void RootServesAPrivilegedPortOnlyWhenItIsToldTo()
    {
        Skip.IfNot(Machine.IsRoot, "only root has privileged ports here");
        using TemporarySite site = MakeSite();
        foreach (string[] arguments in (string[][])[[], ["--user", "root"], ["--user", "0", "--group", Nobody]])
        {
            CommandResult failed = Run(site, ["--port", "1023", .. arguments]);
            Assert.Equal(1, failed.ExitCode);
            Assert.Contains("--allow-root", failed.Error);
        }

        foreach (string[] arguments in (string[][])[["--allow-root"], ["--user", Nobody, "--group", Nobody]])
        {
            using ServerProcess server = ServerProcess.Start(site, ["--port", "1023", .. arguments]);
            Assert.Equal(1023, server.Port);
            Assert.Equal("content", RawClient.Fetch(server, "/a.txt").Text);
            server.Stop();
        }
    }

    [SkippableTheory]
    [InlineData("--user", "nobody-of-that-name", "there is no user 'nobody-of-that-name'")]
    [InlineData("--group", "adm", "User")]
    public void AUserThatDoesNotExistIsRefused(string option, string value, string reason)
    {
        using TemporarySite site = MakeSite();
        CommandResult failed = Run(site, option, value);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains(reason, failed.Error);
    }
}
