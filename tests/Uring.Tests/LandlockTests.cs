using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;
using Uring.Tests.Support;
using Xunit;

namespace Uring.Tests;

/// <summary>What a restricted thread can no longer do, itself and through its ring.</summary>
public sealed class LandlockTests : IDisposable
{
    private const LandlockAccess Read = LandlockAccess.ReadFile | LandlockAccess.ReadDirectory;

    private readonly string _base = Directory.CreateTempSubdirectory("uring-landlock-").FullName;

    public LandlockTests()
    {
        foreach (string name in (string[])["inside", "outside"])
        {
            Directory.CreateDirectory(Path.Combine(_base, name));
            File.WriteAllText(PathOf(name + "/file"), "content");
        }

        File.CreateSymbolicLink(PathOf("inside/link"), PathOf("outside/file"));
    }

    private LandlockRule[] Rules =>
    [
        new(PathOf("inside"), Read), new(PathOf("none"), Read), new("/usr", Read), new(AppContext.BaseDirectory, Read),
    ];

    private static void RunOnThread(Action action)
    {
        RingThreadTests.OnAnotherThread(() =>
        {
            action();
            return 0;
        });
    }

    public void Dispose()
    {
        Directory.Delete(_base, recursive: true);
    }

    private string PathOf(string name)
    {
        return Path.Combine(_base, name);
    }

    [SkippableFact]
    public void ARingOpensNothingOutsideTheRulesAlsoInAKernelWorker()
    {
        Skip.If(Landlock.Version == 0, "this kernel has no Landlock");
        IoUring.Require();
        RunOnThread(() =>
        {
            Assert.Equal(0, Landlock.Restrict(Rules));
            using Ring ring = IoUring.Make();
            using NativeRegion memory = NativeRegion.Allocate(4096);
            int Open(string name, SubmissionFlags flags, OpenFlags open = OpenFlags.ReadOnly)
            {
                ref SubmissionQueueEntry entry = ref ring.Next(7);
                entry.PrepareOpenAt(FileOperations.CurrentDirectory, memory.Path(0, PathOf(name)), open, 0);
                entry.Flags = flags;
                int result = ring.Run(7);
                LibC.Close(result >= 0 ? [result] : []);
                return result;
            }

            foreach (SubmissionFlags flags in (SubmissionFlags[])[SubmissionFlags.None, SubmissionFlags.Async])
            {
                Assert.True(Open("inside/file", flags) >= 0);
                Assert.Equal(-Errno.EACCES, Open("outside/file", flags));
                Assert.Equal(-Errno.EACCES, Open("inside/link", flags));
                Assert.Equal(-Errno.EACCES, Open("inside/file", flags, OpenFlags.WriteOnly));
            }
        });
    }

    [SkippableFact]
    public void AThreadConnectsToNothing()
    {
        Skip.If(Landlock.Version < 4, "needs Landlock 4, Linux 6.7");
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        EndPoint address = listener.LocalEndPoint!;
        RunOnThread(() =>
        {
            Assert.Equal(0, Landlock.Restrict(Rules));
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            SocketException refused = Assert.Throws<SocketException>(() => client.Connect(address));
            Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
            using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            refused = Assert.Throws<SocketException>(() => server.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
            Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
        });
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Connect(address);
    }

    [SkippableFact]
    public void OnlyTheThreadThatAskedIsRestricted()
    {
        Skip.If(Landlock.Version == 0, "this kernel has no Landlock");
        RunOnThread(() =>
        {
            Assert.Equal(0, Landlock.Restrict(Rules));
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText(PathOf("outside/file")));
            RunOnThread(() => Assert.Throws<UnauthorizedAccessException>(
                () => File.ReadAllText(PathOf("outside/file"))));
        });
        Assert.Equal("content", File.ReadAllText(PathOf("outside/file")));
    }
}
