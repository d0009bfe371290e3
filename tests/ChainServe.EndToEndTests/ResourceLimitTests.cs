using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Descriptors, locked memory and room for the log that do not suffice: the start is refused in one sentence
/// with cause and cure, or the server serves what fits, and goes on by itself when there is more.</summary>
public sealed partial class ResourceLimitTests
{
    private const int Length = 10_000;
    private const int LargeLength = 300_000;
    private const int SlowLength = 20_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OfOneLine = TimeSpan.FromMilliseconds(200);

    private static readonly Dictionary<string, string> ManyOfOneAddress = new Dictionary<string, string>
    {
        ["Limits:ConnectionsPerAddress"] = "1000",
    };

    [SkippableTheory]
    [InlineData("ulimit -n 200", "200 open files", "ulimit -n")]
    [InlineData("ulimit -n 257", "257 open files", "ulimit -n")]
    [InlineData("ulimit -l 0", "limit of locked memory", "ulimit -l")]
    public void ALimitThatLeavesNoRoomIsRefusedWithCauseAndCure(string limit, string cause, string cure)
    {
        Machine.RequireServer();
        using TemporarySite site = MakeSite();
        ProcessStartInfo start = ChainServeProgram.StartInfo(
            site.Base, ["--root", site.Root, "--host", "127.0.0.1", "--port", "0", "--workers", "1"]);
        RunUnderLimit(start, limit);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(cause, error, StringComparison.Ordinal);
        Assert.Contains(cure, error, StringComparison.Ordinal);
    }

    /// <summary>Rings are made smaller until they fit. Whether these sizes are enough is the kernel's to say.</summary>
    [SkippableTheory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(1024)]
    public void LittleLockedMemoryIsRefusedOrSuffices(int kibibytes)
    {
        using TemporarySite site = MakeSite();
        ServerProcess server;
        try
        {
            server = ServerProcess.StartAs(
                site,
                new Dictionary<string, string>(),
                start => RunUnderLimit(start, $"ulimit -l {kibibytes}"),
                "--workers",
                "1");
        }
        catch (InvalidOperationException exception)
        {
            Assert.Contains("raise it with ulimit -l", exception.Message, StringComparison.Ordinal);
            return;
        }

        using (server)
        {
            List<RawClient> clients = Crowd.Connect(server, 50);
            for (int round = 0; round < 3; round++)
            {
                Crowd.Ask(clients);
                RequireFile(clients[0], "/large.bin", LargeLength);
            }

            clients.ForEach(client => client.Dispose());
            server.Stop();
        }
    }

    [SkippableFact]
    public void WithFewOpenFilesThoseWhoFitAreServedAndTheOthersWhenTheyLeave()
    {
        // Of 300, 256 are for other things than the two slots of a connection.
        const int OpenFiles = 300;
        const int Fitting = 22;
        const int Wanted = 60;
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.StartAs(
            site,
            ManyOfOneAddress,
            start => RunUnderLimit(start, $"ulimit -n {OpenFiles}"),
            "--workers",
            "1");
        List<RawClient> waiting = Crowd.Connect(server, Wanted);
        waiting.ForEach(client => client.Send(RawClient.Request("/large.bin")));
        while (waiting.Count > 0)
        {
            int fitting = Math.Min(Fitting, waiting.Count);
            List<RawClient> answered = [];
            Assert.True(
                SpinWait.SpinUntil(() => (answered = FindAnswered(waiting)).Count >= fitting, Patience),
                $"{answered.Count} of {waiting.Count} clients are answered");
            Assert.Equal(fitting, answered.Count);
            answered.ForEach(client => RequireBody(client.Read(), LargeLength));
            for (int round = 0; round < 3; round++)
            {
                Crowd.Ask(answered);
                answered.ForEach(client => RequireFile(client, "/large.bin", LargeLength));
            }

            waiting.RemoveAll(answered.Contains);
            answered.ForEach(client => client.Dispose());
        }

        Assert.Equal(Wanted, server.Stop().Connections);
    }

    [SkippableFact]
    public void WithoutADescriptorLeftRequestsAreToldSoUntilThereIsOne()
    {
        using TemporarySite site = MakeSite();
        site.WritePattern("slow.bin", SlowLength);
        using ServerProcess server = ServerProcess.Start(site, "--workers", "1", "--browse");
        using var generations = new Generations(server);
        using var client = new RawClient(server);
        RequireFile(client, "/file.bin", Length);
        RequireFile(client, "/large.bin", LargeLength);

        // A program that compiles at run time opens its parts when they are needed first.
        string configuration = Path.Combine(site.Base, "chainserve.json");
        File.WriteAllText(configuration, "no configuration");
        generations.FailToReload();
        File.Delete(configuration);
        string before = File.ReadLines($"/proc/{server.ProcessId}/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        using var slow = new RawClient(server, receiveBuffer: 65_536);
        slow.Send(RawClient.Request("/slow.bin"));
        Assert.Equal(SlowLength, slow.ReadHead().ContentLength);
        Limit(server, "--nofile=3:");
        for (int round = 0; round < 50; round++)
        {
            // Nobody has asked for it, and every name needs a descriptor once.
            Assert.Equal(503, client.Ask($"/new{round}.bin").Status);
            Assert.Equal(503, client.Ask("/?format=json").Status);
            RequireFileOrRefusal(client, "/file.bin", Length);
            RequireFileOrRefusal(client, "/large.bin", LargeLength);
        }

        // Whoever has a descriptor needs no other, and a client needs none.
        slow.ReadBody(SlowLength, (offset, bytes) => Assert.True(Pattern.Matches(offset, bytes)));
        Assert.Equal(503, RawClient.Fetch(server, "/new.bin").Status);
        generations.FailToReload();
        Limit(server, $"--nofile={before}:");
        Assert.Equal(404, client.Ask("/new0.bin").Status);
        Assert.Equal(200, client.Ask("/?format=json").Status);
        RequireFile(client, "/file.bin", Length);
        RequireFile(client, "/large.bin", LargeLength);
        server.Stop();
    }

    [SkippableFact]
    public void AFullDiskUnderTheAccessLogLosesLinesUntilThereIsRoom()
    {
        // Room for some lines at first, and later for all that come while they are waited for.
        const int DiskLength = 8 << 20;
        using TemporarySite site = MakeSite();
        using Mount disk = Mount.Memory(Path.Combine(site.Base, "logs"), DiskLength);
        string filler = site.WritePattern(Path.Combine(disk.Path, "filler"), DiskLength - 24_000);
        string log = Path.Combine(disk.Path, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log, "--workers", "1");
        using var client = new RawClient(server);
        RequireLinesOf(server, client, log, () => File.Delete(filler));
    }

    /// <summary>The same where the kernel says it with a signal too.</summary>
    [SkippableFact]
    public void AnAccessLogThatMayNotGrowLosesLinesUntilItIsOpenedAnew()
    {
        using TemporarySite site = MakeSite();
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log, "--workers", "1");
        Limit(server, "--fsize=30000");
        using var client = new RawClient(server);
        RequireLinesOf(server, client, log, () =>
        {
            File.Move(log, log + ".1");
            server.Signal("USR1");
        });
    }

    /// <summary>Every response comes; each line is in the log to its end or counted as lost.</summary>
    private static void RequireLinesOf(ServerProcess server, RawClient client, string log, Action makeRoom)
    {
        const int RequestsMax = 2_000;
        int requests = 0;
        void Ask()
        {
            string agent = $"User-Agent: {new string('a', 900)}\r\n";
            RequireBody(client.Ask($"/file.bin?{requests++}", fields: agent), Length);
        }

        HashSet<int> Read() => [.. new[] { log, log + ".1" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => Line().Match(line)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

        while (!server.Error.Contains("the access log loses lines", StringComparison.Ordinal))
        {
            Assert.True(requests < RequestsMax, "the log is never full");
            Ask();
        }

        for (int more = 0; more < 50; more++)
        {
            Ask();
        }

        // The next line only when this one had its time: as fast as they are answered they fill what room there is
        // before one of them is looked for.
        makeRoom();
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Ask();
                    return SpinWait.SpinUntil(() => Read().Contains(requests - 1), OfOneLine);
                },
                Patience),
            "lines are written again");
        ServerSummary summary = server.Stop();
        int written = Read().Count;
        Assert.Equal(requests, summary.Requests);

        // One line may be there but for its end, and counts as lost.
        Assert.InRange(summary.LostLogLines, requests - written, requests - written + 1);
        Assert.InRange(summary.LostLogLines, 1, requests);
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.WritePattern("file.bin", Length);
        site.WritePattern("large.bin", LargeLength);
        return site;
    }

    // Who has the capability to lock memory has no limit of it.
    private static void RunUnderLimit(ProcessStartInfo start, string limit)
    {
        if (Machine.IsRoot)
        {
            start.RunUnder(Machine.RequireProgram("setpriv"), "--bounding-set=-all", "--inh-caps=-all");
        }

        start.RunUnder("/bin/sh", "-c", $"{limit}; exec \"$@\"", "sh");
    }

    private static void Limit(ServerProcess server, string limit)
    {
        Assert.Equal(0, Machine.Run(Machine.RequireProgram("prlimit"), "--pid", $"{server.ProcessId}", limit));
    }

    private static List<RawClient> FindAnswered(List<RawClient> clients)
    {
        return [.. clients.Where(client => client.Socket.Poll(0, System.Net.Sockets.SelectMode.SelectRead))];
    }

    private static void RequireFile(RawClient client, string target, int length)
    {
        RequireBody(client.Ask(target), length);
    }

    private static void RequireFileOrRefusal(RawClient client, string target, int length)
    {
        RawResponse response = client.Ask(target);
        if (response.Status != 503)
        {
            RequireBody(response, length);
        }
    }

    private static void RequireBody(RawResponse response, int length)
    {
        Assert.Equal(200, response.Status);
        Assert.Equal(length, response.Body.Length);
        Assert.True(Pattern.Matches(0, response.Body));
    }

    [GeneratedRegex(@"""GET /file\.bin\?(\d+) HTTP/1\.1"" 200 10000 ""-"" ""a{900}"" \d+\.\d{6}\z")]
    private static partial Regex Line();
}
