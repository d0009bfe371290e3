using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>The real program, serving. Its port is the one that its banner names.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int StartMilliseconds = 30_000;
    private const int StopMilliseconds = 30_000;

    private readonly Process _process;
    private readonly StringBuilder _output = new StringBuilder();
    private readonly StringBuilder _error = new StringBuilder();
    private readonly ManualResetEventSlim _started = new ManualResetEventSlim();
    private string? _unixSocket;

    private ServerProcess(Process process, IPAddress address)
    {
        _process = process;
        Address = address;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal IPAddress Address { get; }

    internal int Port { get; private set; }

    /// <summary>What the banner names first: the port of <see cref="Address"/>, or a Unix socket.</summary>
    internal EndPoint EndPoint => _unixSocket is { } path
        ? new UnixDomainSocketEndPoint(path)
        : new IPEndPoint(Address, Port);

    internal int ProcessId => _process.Id;

    private bool HasBanner => Port > 0 || _unixSocket is not null;

    internal bool HasExited => _process.HasExited;

    internal string Url => $"http://127.0.0.1:{Port}";

    internal string Output => Locked(_output);

    internal string Error => Locked(_error);

    /// <summary>Starts it on a port that the kernel picks, and waits for its banner.</summary>
    internal static ServerProcess Start(TemporarySite site, params string[] arguments)
    {
        return Start(site, new Dictionary<string, string>(), arguments);
    }

    /// <param name="site">Its root is served, and its base is the working directory.</param>
    /// <param name="settings">Keys as in the environment, without their prefix: "Timeouts:HeadMilliseconds".</param>
    /// <param name="arguments">After root, host and port, which they may give again.</param>
    internal static ServerProcess Start(
        TemporarySite site,
        IReadOnlyDictionary<string, string> settings,
        params string[] arguments)
    {
        return StartAs(site, settings, static _ => { }, arguments);
    }

    /// <param name="site">As above.</param>
    /// <param name="settings">As above.</param>
    /// <param name="prepare">Changes how the process is started.</param>
    /// <param name="arguments">As above.</param>
    internal static ServerProcess StartAs(
        TemporarySite site,
        IReadOnlyDictionary<string, string> settings,
        Action<ProcessStartInfo> prepare,
        params string[] arguments)
    {
        Machine.RequireServer();
        List<string> all = [];
        AddUnlessGiven(all, arguments, "--root", site.Root);
        AddUnlessGiven(all, arguments, "--host", "127.0.0.1");
        AddUnlessGiven(all, arguments, "--port", "0");
        AddUnlessGiven(all, arguments, "--workers", "2");
        all.AddRange(arguments);
        ProcessStartInfo start = ChainServeProgram.StartInfo(site.Base, all);
        foreach ((string key, string value) in settings)
        {
            start.Environment["CHAINSERVE_" + key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        prepare(start);
        IPAddress address = arguments.Contains("::1") ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        var server = new ServerProcess(Process.Start(start)!, address);
        if (!server._started.Wait(StartMilliseconds) || !server.HasBanner)
        {
            // What it said may come behind its end: without a limit, this reads both streams to theirs.
            if (server._process.WaitForExit(StopMilliseconds))
            {
                server._process.WaitForExit();
            }

            string error = server.Error;
            server.Dispose();
            throw new InvalidOperationException($"the server did not start: {error}");
        }

        return server;
    }

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    internal void Signal(string name)
    {
        string command = string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}");
        Assert.Equal(0, Machine.Run("/bin/sh", "-c", command));
    }

    /// <summary>Waits for the end, and returns the exit code.</summary>
    internal int WaitForExit(int milliseconds = StopMilliseconds)
    {
        Assert.True(_process.WaitForExit(milliseconds), "the server did not end in time");

        // Without a limit it waits for the redirected output too.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Stops it, and asserts what must hold after any load: exit code 0 and no completion that no rule
    /// foresaw.</summary>
    internal ServerSummary Stop()
    {
        Signal("TERM");
        int exitCode = WaitForExit();
        Assert.True(exitCode == 0, $"exit code {exitCode}: {Error}");
        var summary = ServerSummary.Parse(Error);
        Assert.True(summary.Unexpected == 0, Error);
        return summary;
    }

    internal int CountDescriptors()
    {
        return Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;
    }

    /// <summary>Connections that it has not closed (proc_net_tcp(5)): established, or closed by the client.</summary>
    internal int CountConnections()
    {
        return CountConnections("01", "08");
    }

    /// <param name="states">As in /proc/net/tcp: 04 is one that is closed here with bytes on their way.</param>
    internal int CountConnections(params string[] states)
    {
        return ReadSockets().Count(columns => states.Contains(columns[3]));
    }

    /// <summary>Bytes in its sockets that the clients have not acknowledged.</summary>
    /// <param name="state">As above: established, or 08 where the clients have shut down their side.</param>
    internal long SendQueues(string state = "01")
    {
        // The fifth column is two numbers, what is to be sent and what is to be read.
        return ReadSockets().Where(columns => columns[3] == state)
            .Sum(columns => Convert.ToInt64(columns[4].Split(':')[0], 16));
    }

    internal int CountThreads()
    {
        return Directory.GetFileSystemEntries($"/proc/{_process.Id}/task").Length;
    }

    /// <summary>Threads of the kernel that run what the rings cannot run at once.</summary>
    internal int CountKernelWorkers()
    {
        return ServerThreads.Named(this, "iou-wrk").Length;
    }

    /// <summary>User and system time of all threads, those that the kernel made for the rings among them.</summary>
    internal TimeSpan CpuTime()
    {
        // The second field, the name, is in parentheses; times are the 14th and 15th, in hundredths of a second.
        string text = File.ReadAllText($"/proc/{_process.Id}/stat");
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10.0 * (long.Parse(fields[11], null) + long.Parse(fields[12], null)));
    }

    internal long ResidentKibibytes()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _started.Dispose();
    }

    private static void AddUnlessGiven(List<string> all, string[] arguments, string option, string value)
    {
        if (!arguments.Contains(option))
        {
            all.Add(option);
            all.Add(value);
        }
    }

    private IEnumerable<string[]> ReadSockets()
    {
        string local = $":{Port:X4}";
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1].EndsWith(local, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"listening on unix:(\S+)")]
    private static partial Regex ListeningPath();

    [GeneratedRegex(@"listening on http://(?:localhost|[^/]*?)(?::(\d+))?/")]
    private static partial Regex ListeningUrl();

    private void Take(string? line)
    {
        Append(_output, line);
        if (line is null)
        {
            // The end of the output without a banner is the end of the program.
            _started.Set();
            return;
        }

        Match path = ListeningPath().Match(line);
        if (path.Success)
        {
            _unixSocket = path.Groups[1].Value;
            _started.Set();
        }

        Match match = ListeningUrl().Match(line);
        if (match.Success)
        {
            Port = match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 80;
            _started.Set();
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Locked(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
