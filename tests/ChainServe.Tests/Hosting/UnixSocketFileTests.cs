using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using ChainServe.Hosting;
using Microsoft.Win32.SafeHandles;
using Uring.Abi;
using Uring.Kernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>The file of a listening Unix socket: when it is made, who may use it, when it goes.</summary>
public sealed class UnixSocketFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chainserve-").FullName;

    private string PathOfSocket => Path.Combine(_directory, "web.sock");

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
    }

    private Listeners Open(string mode = "0660")
    {
        return Listeners.Open(new ServerOptions { UnixSocket = PathOfSocket, UnixSocketMode = mode }, 3);
    }

    private Socket Connect()
    {
        Socket client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(PathOfSocket));
        return client;
    }

    private static UnixFileMode ModeOf(string path)
    {
        return OperatingSystem.IsLinux() ? File.GetUnixFileMode(path) : default;
    }

    private void LeaveStale()
    {
        // A socket that is closed by its handle leaves its file, as a process that is killed does.
        Socket dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(PathOfSocket));
        dead.Listen();
        dead.SafeHandle.Dispose();
        GC.KeepAlive(dead);
        Assert.True(File.Exists(PathOfSocket));
    }

    [Theory]
    [InlineData("0660", "rw-rw----")]
    [InlineData("600", "rw-------")]
    [InlineData("0666", "rw-rw-rw-")]
    public void OnlyTheModeDecidesWhoMayConnect(string mode, string text)
    {
        using Listeners listeners = Open(mode);
        UnixFileMode bits = ModeOf(PathOfSocket);
        string actual = "";
        for (int bit = 8; bit >= 0; bit--)
        {
            actual += ((int)bits & (1 << bit)) != 0 ? "xwr"[bit % 3] : '-';
        }

        Assert.Equal(text, actual);
        Assert.Equal(["unix:" + PathOfSocket], Banner.ToUrls(listeners.EndPoints));
        Assert.Single(listeners.Sockets);
        Assert.Equal(0, listeners.Port);
    }

    [Fact]
    public void AFileThatADeadServerLeftIsReplaced()
    {
        LeaveStale();
        using Listeners listeners = Open();
        using Socket client = Connect();
        Assert.True(listeners.Sockets[0].Poll(30_000_000, SelectMode.SelectRead));
    }

    [Fact]
    public void ASocketThatSomebodyListensOnIsRefused()
    {
        using Listeners first = Open();
        StartupException refusal = Assert.Throws<StartupException>(() => Open());
        Assert.Contains("another program listens", refusal.Message);
        using Socket client = Connect();
        Assert.True(first.Sockets[0].Poll(30_000_000, SelectMode.SelectRead));
    }

    [Fact]
    public void ASocketWhoseBacklogIsFullIsLiveToo()
    {
        using Socket busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(PathOfSocket));
        busy.Listen(0);
        using Socket waiting = Connect();
        Assert.Contains("another program listens", Assert.Throws<StartupException>(() => Open()).Message);
    }

    [Fact]
    public void AFileThatIsNoSocketIsLeftAlone()
    {
        File.WriteAllText(PathOfSocket, "precious");
        Assert.Contains("is no socket", Assert.Throws<StartupException>(() => Open()).Message);
        Assert.Equal("precious", File.ReadAllText(PathOfSocket));

        // Nor is a link, wherever it leads.
        File.Move(PathOfSocket, PathOfSocket + ".old");
        File.CreateSymbolicLink(PathOfSocket, PathOfSocket + ".old");
        Assert.Contains("is no socket", Assert.Throws<StartupException>(() => Open()).Message);
    }

    [Fact]
    public void ADirectoryThatDoesNotExistIsSaid()
    {
        ServerOptions options = new ServerOptions { UnixSocket = Path.Combine(_directory, "no", "web.sock") };
        StartupException refusal = Assert.Throws<StartupException>(() => Listeners.Open(options, 1));
        Assert.Contains("a directory that exists", refusal.Message);
    }

    [Fact]
    public void ASocketThatIsAboutToListenIsNotTakenForThatOfADeadServer()
    {
        using SafeFileHandle turn = new SafeFileHandle(LinuxKernel.LockDirectory(_directory), ownsHandle: true);
        Assert.Equal(-Errno.EAGAIN, LinuxKernel.LockDirectory(_directory));
        using Socket other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(PathOfSocket));
        FileIdentity identity = FileIdentity.Of(PathOfSocket);
        Exception? refusal = null;
        Thread second = new(() => refusal = Record.Exception(() => Open().Dispose()));
        second.Start();

        // It waits for as long as the lock is held.
        Assert.False(second.Join(200));
        other.Listen();
        turn.Dispose();
        second.Join();
        Assert.Contains("another program listens", Assert.IsType<StartupException>(refusal).Message);
        Assert.Equal(identity, FileIdentity.Of(PathOfSocket));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatIsPutInItsPlaceBeforeItHasItsModeKeepsItsOwn(bool isLink)
    {
        using Listeners listeners = Open();
        string precious = Path.Combine(_directory, "precious");
        using Socket other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(precious));
        UnixFileMode mode = ModeOf(precious);
        File.Delete(PathOfSocket);
        string[] command = isLink ? ["-s", precious, PathOfSocket] : [precious, PathOfSocket];
        using Process link = Process.Start("ln", command);
        link.WaitForExit();
        Assert.Equal(0, link.ExitCode);

        // When it comes before the file is looked at, and when it comes afterwards.
        foreach (FileIdentity identity in (FileIdentity[])[FileIdentity.Of(PathOfSocket), listeners.File])
        {
            UnixSocketFile file = new UnixSocketFile(PathOfSocket, identity);
            ServerOptions options = new() { UnixSocket = PathOfSocket, UnixSocketMode = "0606" };
            Assert.Throws<StartupException>(() => file.Restrict(options));
        }

        Assert.Equal(mode, ModeOf(precious));
    }

    [Fact]
    public void TheFileGoesWithTheServer()
    {
        Open().Dispose();
        Assert.False(File.Exists(PathOfSocket));
    }

    [Fact]
    public void AFileThatAnotherServerHasMadeSinceStays()
    {
        Listeners first = Open();
        File.Delete(PathOfSocket);
        using Listeners second = Open();
        first.Dispose();
        using Socket client = Connect();
        Assert.True(second.Sockets[0].Poll(30_000_000, SelectMode.SelectRead));
    }

    [Fact]
    public void TheCloseOfTheSocketLeavesTheFileToTheServer()
    {
        using Listeners listeners = Open();
        listeners.Sockets[0].Dispose();
        Assert.True(File.Exists(PathOfSocket));
    }
}
