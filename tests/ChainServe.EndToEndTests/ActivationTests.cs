using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Sockets that a service manager has opened are the ones that are served.</summary>
public sealed class ActivationTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    private static ServerProcess Start(TemporarySite site, string[] kinds, params string[] arguments)
    {
        return ServerProcess.StartAs(site, NoSettings, start => start.PassSockets(kinds), arguments);
    }

    private static CommandResult Refuse(TemporarySite site, Action<ProcessStartInfo> prepare)
    {
        ProcessStartInfo start = ChainServeProgram.StartInfo(site.Base, ["--root", site.Root, "--port", "0"]);
        prepare(start);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, error);
    }

    private static string FlagsOf(ServerProcess server, int descriptor)
    {
        return File.ReadLines($"/proc/{server.ProcessId}/fdinfo/{descriptor}")
            .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
    }

    private static int[] PortsOf(ServerProcess server)
    {
        string banner = server.Output;
        return [.. banner[banner.IndexOf("listening on ", StringComparison.Ordinal)..]
            .Split(' ', '\n')
            .Where(word => word.StartsWith("http://", StringComparison.Ordinal))
            .Select(word => new Uri(word).Port)];
    }

    /// <summary>A socket that does not block is one that an accept in the ring would not wait on.</summary>
    [SkippableTheory]
    [InlineData("tcp")]
    [InlineData("nonblocking")]
    public void APassedSocketIsServedByAllWorkers(string kind)
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 10_000);
        using ServerProcess server = Start(site, [kind], "--workers", "2", "--log-level", "debug");
        List<RawClient> clients = Crowd.Connect(server, 32);
        for (int round = 0; round < 10; round++)
        {
            Crowd.Ask(clients);
        }

        clients.ForEach(client => client.Dispose());
        Assert.Equal("0002", FlagsOf(server, 3)[^4..]);
        ServerSummary summary = server.Stop();
        Assert.Contains("Host, Port and UnixSocket are not used", server.Error, StringComparison.Ordinal);
        Assert.Equal(320, summary.Requests);
        Assert.Equal(32, summary.Connections);
    }

    [SkippableFact]
    public void EachOfSeveralPassedSocketsIsServedWhateverTheNumberOfWorkers()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "content");
        string path = Path.Combine(site.Base, "web.sock");
        foreach (string workers in (string[])["1", "2", "5"])
        {
            File.Delete(path);
            string[] kinds = ["tcp", "tcp", "tcp", "nonblocking=" + path];
            using ServerProcess server = Start(site, kinds, "--workers", workers);
            int[] ports = PortsOf(server);
            Assert.Equal(3, ports.Length);
            foreach (int port in ports)
            {
                Assert.Equal(0, Machine.Run("curl", "-sf", "-m", "30", $"http://127.0.0.1:{port}/a.txt"));
            }

            Assert.Contains("unix:" + path, server.Output, StringComparison.Ordinal);
            Assert.Equal("content", RawClient.Fetch(server, "/a.txt").Text);
            server.Stop();

            // It is the service manager's.
            Assert.True(File.Exists(path));
        }
    }

    [SkippableTheory]
    [InlineData("idle")]
    [InlineData("datagram")]
    public void WhatIsNoListeningStreamSocketIsRefused(string kind)
    {
        Machine.RequireServer();
        using var site = new TemporarySite();
        CommandResult refused = Refuse(site, start => start.PassSockets("tcp", kind));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("descriptor 4", refused.Error, StringComparison.Ordinal);
        Assert.Contains("ListenStream=", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
    }

    [SkippableFact]
    public void SocketsForAnotherProcessAreLeftAlone()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.StartAs(site, NoSettings, start =>
        {
            start.Environment["LISTEN_PID"] = "1";
            start.Environment["LISTEN_FDS"] = "1";
        });
        Assert.Equal(404, RawClient.Fetch(server, "/").Status);
        server.Stop();
    }

    /// <summary>systemd's own tool, which starts the server when the first client connects.</summary>
    [SkippableFact]
    public void TheFirstClientThatSystemdStartsTheServerForIsAnswered()
    {
        Machine.RequireServer();
        string activate = Machine.RequireProgram("systemd-socket-activate");
        string curl = Machine.RequireProgram("curl");
        using var site = new TemporarySite();
        site.Write("a.txt", "content");
        string path = Path.Combine(site.Base, "web.sock");
        ProcessStartInfo start = ChainServeProgram.StartInfo(site.Base, ["--root", site.Root]);
        start.RunUnder(activate, "-l", path);
        using Process server = Process.Start(start)!;
        try
        {
            StringBuilder error = new StringBuilder();
            server.ErrorDataReceived += (_, line) => error.Append(line.Data);
            server.BeginErrorReadLine();
            server.BeginOutputReadLine();
            Assert.True(System.Threading.SpinWait.SpinUntil(() => File.Exists(path), 30_000), error.ToString());
            Assert.Equal(0, Machine.Run(
                curl, "-sf", "-m", "30", "--retry", "9", "--retry-connrefused", "--unix-socket", path,
                "http://localhost/a.txt"));
            Assert.Equal(0, Machine.Run("/bin/sh", "-c", $"kill -TERM {server.Id}"));
            Assert.True(server.WaitForExit(30_000));
            Assert.Equal(0, server.ExitCode);
        }
        finally
        {
            server.Kill();
        }
    }
}
