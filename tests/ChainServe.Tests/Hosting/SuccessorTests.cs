using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>How a server starts the one that is to take over, and what it leaves it.</summary>
public sealed class SuccessorTests : IDisposable
{
    private readonly Listeners _listeners =
        Listeners.Open(new ServerOptions { Host = "127.0.0.1", Port = 0 }, 2);

    private readonly ManualResetEvent _stop = new(initialState: false);

    public void Dispose()
    {
        _listeners.Dispose();
        _stop.Dispose();
    }

    private string? Try(string script, TimeSpan patience, out bool hasMoved)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", script]) { UseShellExecute = false };
        using Successor? successor = Successor.Start(start, _listeners, out string? failure);
        Assert.Null(failure);
        string? result = successor!.Await(_stop, patience);
        hasMoved = successor.HasMoved;
        return result;
    }

    private static string Answer(char answer)
    {
        // The number behind "answer=" is that of the pipe.
        return "x=${CHAINSERVE_LISTENERS#*answer=}; printf " + answer + " > /proc/self/fd/${x%%;*}";
    }

    [Theory]
    [InlineData('k', false)]
    [InlineData('m', true)]
    public void OneThatAnswersServes(char answer, bool hasMoved)
    {
        Assert.Null(Try(Answer(answer), TimeSpan.FromSeconds(30), out bool moved));
        Assert.Equal(hasMoved, moved);
    }

    [Fact]
    public void OneThatEndsSaysSoByItsExitCode()
    {
        Assert.Contains("exit code 7", Try("exit 7", TimeSpan.FromSeconds(30), out _));
    }

    [Fact]
    public void OneThatAnswersSomethingElseDoesNotServe()
    {
        Assert.NotNull(Try(Answer('x'), TimeSpan.FromSeconds(30), out _));
    }

    [Fact]
    public void OneThatDoesNotAnswerIsEnded()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Contains("does not serve within 0.2 s", Try("exec sleep 600", TimeSpan.FromSeconds(0.2), out _));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
    }

    [Fact]
    public void AStopDoesNotWaitForOne()
    {
        _stop.Set();
        Assert.Contains("is to stop", Try("exec sleep 600", TimeSpan.FromMinutes(10), out _));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(15)]
    public void SignalsArePassedOnToOneThatServes(int signal)
    {
        Skip.If(SignalFacts.IsIgnored(signal), "a signal that is ignored here is ignored in what the test starts");
        string file = Path.GetTempFileName();
        string script = $"trap 'echo {signal} > {file}; exit' {signal}; {Answer('k')}; while :; do sleep 0.05; done";
        ProcessStartInfo start = new("/bin/sh", ["-c", script]) { UseShellExecute = false };
        using Successor? successor = Successor.Start(start, _listeners, out _);
        try
        {
            Assert.Null(successor!.Await(_stop, TimeSpan.FromSeconds(30)));
            successor.Send(signal);
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(file) == $"{signal}\n", 30_000));
        }
        finally
        {
            successor!.End();
            File.Delete(file);
        }
    }

    [Fact]
    public void AProgramThatIsGoneIsSaid()
    {
        ProcessStartInfo start = new("/no/such/program") { UseShellExecute = false };
        Assert.Null(Successor.Start(start, _listeners, out string? failure));
        Assert.Contains("/no/such/program", failure);
    }

    /// <summary>What it inherits, and what holds for its predecessor's process alone.</summary>
    [Fact]
    public void ItHasTheSocketsAndNothingOfTheServiceManagers()
    {
        string sockets = string.Join(' ', _listeners.Descriptors);
        string script = $"""
            for fd in {sockets}; do case $(readlink /proc/self/fd/$fd) in socket:*) ;; *) exit 3; esac; done
            test -z "$LISTEN_PID$LISTEN_FDS$WATCHDOG_PID" || exit 4
            case $CHAINSERVE_LISTENERS in
                "parent={Environment.ProcessId};answer="*";sockets={sockets.Replace(' ', ',')};passed=0;file=0:0") ;;
                *) exit 5;;
            esac
            {Answer('k')}
            """;
        ProcessStartInfo start = new("/bin/sh", ["-c", script]) { UseShellExecute = false };
        foreach (string name in (string[])["LISTEN_PID", "LISTEN_FDS", "WATCHDOG_PID"])
        {
            start.Environment[name] = "1";
        }

        using Successor? successor = Successor.Start(start, _listeners, out _);
        Assert.Null(successor!.Await(_stop, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void OnlyItInheritsTheSockets()
    {
        Assert.Null(Try(Answer('k'), TimeSpan.FromSeconds(30), out _));
        string script = "test -z \"$(for fd in " + string.Join(' ', _listeners.Descriptors)
            + "; do readlink /proc/self/fd/$fd; done)\"";
        using Process other = Process.Start("/bin/sh", ["-c", script]);
        other.WaitForExit();
        Assert.Equal(0, other.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5,6")]
    [InlineData("parent=1;answer=9;sockets=5;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=2;sockets=5;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=0;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=5,;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=5;passed=2;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=5;passed=0;file=0")]
    [InlineData("parent=4711;answer=9;sockets=5;passed=0;file=0:-1")]
    [InlineData("answer=9;parent=4711;sockets=5;passed=0;file=0:0")]
    [InlineData("parent=4711;answer=9;sockets=5;passed=0;file=0:0;more=1")]
    public void AnInheritanceThatIsWrittenDifferentlyIsRefused(string text)
    {
        StartupException refusal = Assert.Throws<StartupException>(() => Inheritance.Take(text, 4711));
        Assert.Contains(Inheritance.Variable, refusal.Message);
    }

    [Fact]
    public void WithoutAnInheritanceThereIsNone()
    {
        Assert.Null(Inheritance.Take(null, 4711));
    }

    [Theory]
    [InlineData("127.0.0.1", 0, "", true)]
    [InlineData("127.0.0.1", 1, "", true)]
    [InlineData("127.0.0.1", 2, "", false)]
    [InlineData("127.0.0.2", 0, "", false)]
    [InlineData("127.0.0.1", 0, "/run/web.sock", false)]
    public void SocketsAreKeptWhereTheOptionsSayTheSame(string host, int port, string unixSocket, bool areKept)
    {
        Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int bound = ((IPEndPoint)socket.LocalEndPoint!).Port;
        ServerOptions options = new ServerOptions
        {
            Host = host,
            Port = port == 0 ? 0 : bound + port - 1,
            UnixSocket = unixSocket,
        };

        using Listeners? taken = Listeners.Take([socket], arePassed: false, file: default, options);
        Assert.Equal(areKept, taken is not null);
        Assert.Equal(!areKept, socket.SafeHandle.IsClosed);
    }

    [Theory]
    [InlineData("SigIgn:\t0000000000000001\n", 1, true)]
    [InlineData("SigIgn:\t0000000000001002\n", 2, true)]
    [InlineData("Name:\tx\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001000\n", 1, false)]
    [InlineData("", 1, false)]
    public void ASignalThatIsIgnoredIsKnown(string status, int signal, bool isIgnored)
    {
        Assert.Equal(isIgnored, SignalFacts.IsIgnored(status, signal));
    }
}
