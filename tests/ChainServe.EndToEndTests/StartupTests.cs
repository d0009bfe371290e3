using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>What cannot be started says why in one line for each cause, and never shows a stack trace.</summary>
public sealed class StartupTests
{
    [SkippableTheory]
    [InlineData("missing", "does not exist")]
    [InlineData("file.txt", "not a directory")]
    public void ARootThatIsNoDirectoryIsRefused(string name, string reason)
    {
        using var site = new TemporarySite();
        site.Write("file.txt", "text");
        RequireRefusal(Run(site, "--root", site.PathOf(name)), name, reason);
    }

    [SkippableFact]
    public void APortThatIsTakenIsRefused()
    {
        Machine.RequireServer();
        using var site = new TemporarySite();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        RequireTaken(site, ((IPEndPoint)listener.LocalEndPoint!).Port);
    }

    /// <summary>The kernel answers from the first listen on, and whatever listens then has to stay.</summary>
    [SkippableFact]
    public async Task AClientThatComesWhileTheServerStartsIsNotReset()
    {
        using var site = new TemporarySite();
        for (int start = 0; start < 15; start++)
        {
            int port = FindFreePort();
            Task<Socket> connecting = Task.Run(() => ConnectAsSoonAsPossible(port));
            using ServerProcess server = ServerProcess.Start(site, "--port", $"{port}");
            using Socket client = await connecting;
            Assert.False(client.Poll(0, SelectMode.SelectRead), "the client's connection was ended");
        }
    }

    /// <summary>Two servers of one user could share a port, and each would get half of the clients.</summary>
    [SkippableFact]
    public void APortOfAnotherChainServeIsRefused()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site);
        RequireTaken(site, server.Port);
        Assert.Equal(404, RawClient.Fetch(server, "/").Status);
        server.Stop();
    }

    [SkippableFact]
    public void APrivilegedPortIsRefused()
    {
        Skip.If(Machine.IsRoot, "root may use every port");
        using var site = new TemporarySite();
        int first = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
        Skip.If(first <= 1, "every port is unprivileged here");
        RequireRefusal(Run(site, "--root", site.Root, "--port", "1"), "port 1", "privileged");
    }

    [SkippableFact]
    public void AnAddressOfAnotherMachineIsRefused()
    {
        Machine.RequireServer();
        using var site = new TemporarySite();
        CommandResult result = Run(site, "--root", site.Root, "--port", "0", "--host", "192.0.2.1");
        RequireRefusal(result, "192.0.2.1", "--host");
    }

    [SkippableTheory]
    [InlineData("--port", "99999", "Port")]
    [InlineData("--port", "x", "Port")]
    [InlineData("--host", "nowhere", "Host")]
    [InlineData("--workers", "-1", "Workers")]
    [InlineData("--log-level", "loud", "LogLevel")]
    [InlineData("--index", "a/b", "Index")]
    [InlineData("--grace-period", "soon", "--grace-period")]
    public void ABadValueIsRefused(string option, string value, string key)
    {
        using var site = new TemporarySite();
        RequireRefusal(Run(site, "--root", site.Root, option, value), key, value);
        CommandResult check = Run(site, "check", "--root", site.Root, option, value);
        Assert.Equal(1, check.ExitCode);
    }

    [SkippableFact]
    public void AnUnknownOptionIsRefused()
    {
        using var site = new TemporarySite();
        RequireRefusal(Run(site, site.Root, "--bogus"), "--bogus", "not an option");
        RequireRefusal(Run(site, "--root", site.Root, "--bogus"), "--bogus", "not an option");
    }

    [SkippableTheory]
    [InlineData("""{ "Prot": 80 }""", "Prot")]
    [InlineData("""{ "Port": 80 """, "file.json")]
    [InlineData("""{ "Limits": { "HeaderCountMax": 0 } }""", "Limits:HeaderCountMax")]
    [InlineData("""{ "Canned": [{ "Path": "no-slash" }] }""", "Canned:0:Path")]
    public void AWrongConfigurationFileIsRefused(string json, string named)
    {
        using var site = new TemporarySite();
        string file = site.Write("file.json", json);
        CommandResult result = Run(site, "--root", site.Root, "--config", file);
        RequireRefusal(result, named);
    }

    [SkippableFact]
    public void AMissingConfigurationFileIsRefused()
    {
        using var site = new TemporarySite();
        RequireRefusal(Run(site, "--root", site.Root, "--config", "missing.json"), "missing.json");
    }

    [SkippableFact]
    public void AllErrorsAreSaidAtOnce()
    {
        using var site = new TemporarySite();
        string file = site.Write("file.json", """{ "Prot": 80, "Timeouts": { "HeadMilliseconds": "soon" } }""");
        CommandResult result = Run(site, "--root", site.Root, "--config", file, "--port", "x", "--host", "nowhere");
        Assert.Equal(1, result.ExitCode);
        string[] lines = Lines(result.Error);
        foreach (string key in (string[])["Prot", "Timeouts:HeadMilliseconds", "Port", "Host"])
        {
            Assert.Single(lines, line => line.StartsWith($"chainserve: {key}", StringComparison.Ordinal)
                || line.Contains($"'{key}'", StringComparison.Ordinal));
        }

        Assert.Equal(4, lines.Length);
    }

    [SkippableFact]
    public void CheckPrintsTheEffectiveConfiguration()
    {
        using var site = new TemporarySite();
        CommandResult result = Run(site, "check", "--root", site.Root, "--port", "1234");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\"Port\": 1234", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"Host\": \"::\"", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void TheDoctorHasALineForEachThing()
    {
        Machine.RequireServer();
        using var site = new TemporarySite();
        CommandResult result = Run(site, "doctor", "--root", site.Root);
        Assert.Equal(0, result.ExitCode);
        string[] lines = Lines(result.Output);
        Assert.All(lines, line => Assert.Contains(line.Split(' ')[0], (string[])["ok", "note"]));
        foreach (string thing in (string[])["kernel", "seccomp", "locked memory", "open files", "root", "file system"])
        {
            Assert.Contains(lines, line => line.Contains(thing, StringComparison.Ordinal));
        }

        CommandResult missing = Run(site, "doctor", "--root", site.PathOf("missing"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains(Lines(missing.Output), line => line.StartsWith("problem", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void APageThatIsMissingIsAWarning()
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site, "--spa=app.html");
        Assert.Equal(404, RawClient.Fetch(server, "/any").Status);
        site.Write("app.html", "app");
        server.Stop();
        Assert.Contains($"no file for Spa '{site.PathOf("app.html")}'", server.Error, StringComparison.Ordinal);
        CommandResult doctor = Run(site, "doctor", "--root", site.Root, "--spa=app.html");
        Assert.Contains("those of Spa", doctor.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ARootThatWasMeantForAnOptionIsToldSo()
    {
        using var site = new TemporarySite();
        RequireRefusal(Run(site, "--spa", "app.html"), "stands behind '='", "--spa=app.html");
    }

    [SkippableFact]
    public void VersionAndHelpAnswerAndEnd()
    {
        using var site = new TemporarySite();
        CommandResult version = Run(site, "--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", version.Output);
        CommandResult help = Run(site, "--help");
        Assert.Equal(0, help.ExitCode);
        foreach (string word in (string[])["--root", "--port", "--config", "--immutable", "check", "doctor"])
        {
            Assert.Contains(word, help.Output, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void TheServerListensOnIPv6AndOnBoth()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var site = new TemporarySite();
        site.Write("index.html", "index");
        using (ServerProcess server = ServerProcess.Start(site, "--host", "::1"))
        {
            Assert.Equal("index", RawClient.Fetch(server, "/").Text);
            server.Stop();
        }

        using (ServerProcess server = ServerProcess.Start(site, "--host", "::"))
        {
            Assert.Equal("index", RawClient.Fetch(server, "/").Text);
            server.Stop();
        }
    }

    // Below the range that clients get theirs from: one that asks for a free port there in a loop meets itself.
    private static int FindFreePort()
    {
        while (true)
        {
            using Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(20_000, 30_000)));
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    private static Socket ConnectAsSoonAsPossible(int port)
    {
        while (true)
        {
            Socket client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                client.Connect(new IPEndPoint(IPAddress.Loopback, port));
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
            }
        }
    }

    private static void RequireTaken(TemporarySite site, int port)
    {
        CommandResult result = Run(
            site, "--root", site.Root, "--host", "127.0.0.1", "--port", $"{port}");
        RequireRefusal(result, $"port {port} is taken", "--port");
    }

    private static CommandResult Run(TemporarySite site, params string[] arguments)
    {
        return ChainServeProgram.RunIn(site.Base, arguments);
    }

    private static void RequireRefusal(CommandResult result, params string[] words)
    {
        Assert.Equal(1, result.ExitCode);
        string line = Assert.Single(Lines(result.Error));
        Assert.StartsWith("chainserve: ", line, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }

    private static string[] Lines(string text)
    {
        return text.Split('\n').Where(line => line.Length > 0).ToArray();
    }
}
