using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>What a service manager is told, man sd_notify(3).</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private const int ProcessId = 4711;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"chainserve-{Guid.NewGuid():N}");
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _text = new();
    private readonly ServerLog _log;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceManagerTests()
    {
        _log = new ServerLog(_text, LogLevel.Debug);
        _socket.ReceiveTimeout = 30_000;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _log.Dispose();
        File.Delete(_path);
    }

    private ServiceManager Listen(bool isAbstract = false, string? watchdog = null, string? watchdogProcess = null)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + _path : _path));
        _environment["NOTIFY_SOCKET"] = isAbstract ? "@" + _path : _path;
        Set("WATCHDOG_USEC", watchdog);
        Set("WATCHDOG_PID", watchdogProcess);
        return Make();
    }

    private ServiceManager Make()
    {
        return new ServiceManager(name => _environment.GetValueOrDefault(name), ProcessId, _log);
    }

    private void Set(string name, string? value)
    {
        if (value is not null)
        {
            _environment[name] = value;
        }
    }

    private string Receive()
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    private string[] ReceiveAll()
    {
        List<string> all = [];
        while (_socket.Available > 0)
        {
            all.Add(Receive());
        }

        return [.. all];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheManagerHearsEachState(bool isAbstract)
    {
        using ServiceManager manager = Listen(isAbstract);
        manager.Ready("serving", []);
        manager.Reloading();
        manager.ReloadFailed("no");
        manager.HandedOver(99);
        manager.Stopping(TimeSpan.FromSeconds(7));

        Assert.Equal("READY=1\nSTATUS=serving", Receive());
        string reloading = Receive();
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", reloading);
        long microseconds = long.Parse(reloading.Split('\n')[1].Split('=')[1]);
        Assert.InRange(microseconds / 1_000, Environment.TickCount64 - 60_000, Environment.TickCount64 + 60_000);
        Assert.StartsWith("READY=1\nSTATUS=", Receive());
        Assert.StartsWith("MAINPID=99\nREADY=1\nWATCHDOG=1\n", Receive());
        Assert.StartsWith("STOPPING=1\nEXTEND_TIMEOUT_USEC=12000000\n", Receive());
    }

    [Fact]
    public void AManagerThatDoesNotReadHoldsNothingUpForEver()
    {
        using ServiceManager manager = Listen();
        using Socket other = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Connect(new UnixDomainSocketEndPoint(_path));
        other.Blocking = false;
        Assert.Throws<SocketException>(() =>
        {
            for (int message = 0; message < 100_000; message++)
            {
                other.Send("full"u8);
            }
        });
        manager.Beat();
        manager.Stopping(TimeSpan.Zero);
        Assert.All(ReceiveAll(), message => Assert.Equal("full", message));
    }

    [Fact]
    public void WithoutAManagerNobodyIsTold()
    {
        using ServiceManager manager = Make();
        manager.Ready("serving", []);
        manager.Stopping(TimeSpan.Zero);
        _log.Flush();
        Assert.Equal("", _text.ToString());
    }

    [Theory]
    [InlineData("/nowhere/notify", true)]
    [InlineData("@", false)]
    [InlineData("vsock:2:1", false)]
    public void AManagerThatCannotBeReachedStopsNothing(string path, bool isTold)
    {
        _environment["NOTIFY_SOCKET"] = path;
        using ServiceManager manager = Make();
        manager.Ready("serving", []);
        _log.Flush();
        Assert.Equal(isTold, _text.ToString().Contains("NOTIFY_SOCKET", StringComparison.Ordinal));
    }

    [Fact]
    public void TheWatchdogHearsOfItselfThatAllIsWell()
    {
        using ServiceManager manager = Listen(watchdog: "20000", watchdogProcess: "4711");
        WorkerPulse pulse = new WorkerPulse();
        pulse.Attach(pulse.Turned);
        manager.Ready("serving", [pulse]);
        Assert.StartsWith("READY=1", Receive());
        Assert.Equal("WATCHDOG=1", Receive());
        Assert.Equal("WATCHDOG=1", Receive());
    }

    /// <summary>A day is more than any test takes: only the beats that it asks for come.</summary>
    [Fact]
    public void TheWatchdogHearsNothingWhileOneWorkerDoesNotTurn()
    {
        using ServiceManager manager = Listen(watchdog: "86400000000");
        WorkerPulse[] pulses = [new WorkerPulse(), new WorkerPulse()];
        bool hangs = false;
        pulses[0].Attach(pulses[0].Turned);
        pulses[1].Attach(() =>
        {
            if (!hangs)
            {
                pulses[1].Turned();
            }
        });
        manager.Ready("serving", pulses);
        manager.Beat();
        Assert.Equal(["WATCHDOG=1"], ReceiveAll().Skip(1));

        // It has turned when it was asked the last time, and never again.
        hangs = true;
        manager.Beat();
        Assert.Equal(["WATCHDOG=1"], ReceiveAll());
        manager.Beat();
        manager.Beat();
        Assert.Empty(ReceiveAll());
        _log.Flush();
        Assert.Single(_text.ToString().TrimEnd().Split('\n'));
        Assert.Contains("worker 1 has not turned for 43200 s", _text.ToString());

        hangs = false;
        manager.Beat();
        manager.Beat();
        Assert.Equal(["WATCHDOG=1"], ReceiveAll());
    }

    [Theory]
    [InlineData("20000", "4712")]
    [InlineData("soon", null)]
    [InlineData("0", null)]
    [InlineData("99999999999999999", null)]
    public void AWatchdogThatIsNotOursIsNotAnswered(string microseconds, string? process)
    {
        using ServiceManager manager = Listen(watchdog: microseconds, watchdogProcess: process);
        WorkerPulse pulse = new WorkerPulse();
        bool isWoken = false;
        pulse.Attach(() => isWoken = true);
        manager.Ready("serving", [pulse]);
        Assert.False(isWoken);
    }

    [SkippableFact]
    public void ARealWorkerWithoutWorkTurnsWhenItIsAsked()
    {
        WorkerPulse pulse = new WorkerPulse();
        using LinuxWorker worker = new LinuxWorker(pulse: pulse);
        Assert.False(pulse.AwaitTurn(TimeSpan.Zero));
        worker.Worker.Turn();
        Assert.True(pulse.AwaitTurn(TimeSpan.Zero));
        Assert.True(pulse.Ask());
        Assert.False(pulse.Ask());

        // Would wait for a client for ever.
        worker.Worker.Turn();
        Assert.True(pulse.Ask());
    }
}
