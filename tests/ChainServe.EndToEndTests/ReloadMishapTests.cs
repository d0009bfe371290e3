using System;
using System.Collections.Generic;
using System.IO;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What may go wrong around a reload: whatever it is, somebody serves.</summary>
[Collection(Alone.Name)]
public sealed class ReloadMishapTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    /// <summary>Jobs make threads of the pool out of the sandbox of a worker, from where no terminal can be seen; and
    /// signals are handled on them.</summary>
    [SkippableFact]
    public void AServerOnATerminalHandsOverAlsoAfterItHasRunJobs()
    {
        using var site = new TemporarySite();
        string terminal = Path.Combine(site.Base, "terminal");
        using ServerProcess first = ServerProcess.StartAs(
            site, NoSettings, start => start.RunOnTerminal(terminal), "--browse");
        using var generations = new Generations(first);
        for (int index = 0; index < 30; index++)
        {
            site.Write($"{index}/a.txt", "content");
            Assert.Equal(200, RawClient.Fetch(first, $"/{index}/").Status);
        }

        generations.Reload();
        generations.AwaitPredecessors();
        Assert.Equal(200, RawClient.Fetch(first, "/0/a.txt").Status);
        generations.Stop();
    }

    [SkippableFact]
    public void TheEndOfItsTerminalStopsAServer()
    {
        using var site = new TemporarySite();
        string terminal = Path.Combine(site.Base, "terminal");
        using ServerProcess server = ServerProcess.StartAs(
            site, NoSettings, start => start.RunOnTerminal(terminal));
        File.Delete(terminal);
        Assert.Equal(0, server.WaitForExit());
        Assert.DoesNotContain("successor", server.Error, StringComparison.Ordinal);
    }
}
