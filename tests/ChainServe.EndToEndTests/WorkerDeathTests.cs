using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Workers that die because the kernel refuses their one system call, which a tracer makes it do.</summary>
public sealed class WorkerDeathTests
{
    private const int Clients = 16;
    private const int PatienceMilliseconds = 30_000;
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [SkippableFact]
    public void AWorkerThatDiesIsMadeAnewAndTheClientsOfTheOthersNeverNotice()
    {
        string strace = Machine.RequireProgram("strace");
        using var site = new TemporarySite();
        site.Write("a.txt", "a");
        using ServerProcess server = ServerProcess.Start(site);
        RawClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new RawClient(server))];
        try
        {
            Assert.All(clients, static client => Assert.Equal("a", client.Ask("/a.txt").Text));
            using Process tracer = Inject(strace, FindWorkers(server)[..1], "error=EIO:when=1");
            bool HasDied() => server.Error.Contains("died and is started again", Ordinal);
            Assert.True(SpinWait.SpinUntil(() => HasDied() || IsAnswered(server), PatienceMilliseconds));
            Assert.True(SpinWait.SpinUntil(HasDied, PatienceMilliseconds), server.Error);

            // Whoever comes now is served by either worker; of those who were there, the clients of one go on.
            for (int client = 0; client < Clients; client++)
            {
                Assert.Equal("a", RawClient.Fetch(server, "/a.txt").Text);
            }

            Assert.InRange(clients.Count(GoesOn), 1, Clients - 1);
            End(tracer);
            server.Stop();
        }
        finally
        {
            Array.ForEach(clients, static client => client.Dispose());
        }
    }

    [SkippableFact]
    public void WorkersThatKeepDyingEndTheProcessWithExitCode70AndTheirReason()
    {
        string strace = Machine.RequireProgram("strace");
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site);
        using Process tracer = Inject(strace, FindWorkers(server), "error=EIO");

        Assert.Equal(70, server.WaitForExit());
        Assert.Contains("died for good", server.Error, Ordinal);
        Assert.Contains("io_uring_enter", server.Error, Ordinal);
        End(tracer);
    }

    private static bool GoesOn(RawClient client)
    {
        try
        {
            return client.Ask("/a.txt").Text == "a";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    // A worker that sleeps makes its call when somebody comes.
    private static bool IsAnswered(ServerProcess server)
    {
        using var client = new RawClient(server);
        _ = GoesOn(client);
        return false;
    }

    private static string[] FindWorkers(ServerProcess server)
    {
        return ServerThreads.Named(server, "worker");
    }

    private static Process Inject(string strace, IReadOnlyCollection<string> threads, string what)
    {
        string[] arguments =
        [
            "-qq", "-o", "/dev/null", "-e", "trace=io_uring_enter", "-e", $"inject=io_uring_enter:{what}",
            .. threads.SelectMany(static thread => (string[])["-p", thread]),
        ];
        Process tracer = Process.Start(new ProcessStartInfo(strace, arguments) { RedirectStandardError = true })!;
        bool IsTraced(string thread) => ServerThreads.IsTracedOrGone(thread, tracer.Id);
        bool isAttached = SpinWait.SpinUntil(() => tracer.HasExited || threads.All(IsTraced), PatienceMilliseconds);
        Skip.If(!isAttached || tracer.HasExited, "threads may not be traced here");
        tracer.BeginErrorReadLine();
        return tracer;
    }

    private static void End(Process tracer)
    {
        if (!tracer.HasExited)
        {
            Machine.Run("/bin/sh", "-c", $"kill -INT {tracer.Id}");
            Assert.True(tracer.WaitForExit(PatienceMilliseconds), "strace ends");
        }
    }
}
