using System;
using System.IO;
using System.Threading;
using ChainServe.Configuration;
using ChainServe.Hosting;
using Uring;
using Uring.Abi;
using Uring.FakeKernel;
using Uring.Kernel;
using Uring.Operations;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>What a worker gives up bites: each row fails when its mechanism is taken away.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("chainserve-sandbox-").FullName;

    public SandboxTests()
    {
        Directory.CreateDirectory(PathOf("www"));
        Directory.CreateDirectory(PathOf("log"));
        File.WriteAllText(PathOf("www/file"), "content");
        File.WriteAllText(PathOf("secret"), "secret");
    }

    public void Dispose()
    {
        Directory.Delete(_base, recursive: true);
    }

    private string PathOf(string name)
    {
        return Path.Combine(_base, name);
    }

    private void Enter(Func<ServerOptions, ServerOptions> change, Action action)
    {
        Skip.If(Landlock.Version == 0, "this kernel has no Landlock");
        ServerOptions options = new() { Root = PathOf("www"), AccessLog = PathOf("log/access.log") };
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Sandbox.Enter(Sandbox.RulesOf(change(options)));
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [SkippableFact]
    public void AWorkerReadsItsRootAndWritesItsLogAndNothingElse()
    {
        Enter(static options => options, () =>
        {
            Assert.Equal("content", File.ReadAllText(PathOf("www/file")));
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText(PathOf("secret")));
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText("/etc/passwd"));
            Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(PathOf("www/file"), "x"));
            Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(PathOf("www/new"), "x"));
            Assert.Throws<UnauthorizedAccessException>(() => File.Delete(PathOf("www/file")));
            AccessLogFile.Open(PathOf("log/access.log")).Dispose();
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText(PathOf("log/access.log")));
        });
    }

    [SkippableTheory]
    [InlineData("/etc/ssl")]
    [InlineData("/etc/ssl/certs")]
    [InlineData("/etc/ssl/private")]
    [InlineData("/etc/security")]
    [InlineData("/root")]
    public void AWorkerReadsNoOtherFolder(string path)
    {
        Skip.IfNot(Directory.Exists(path), $"there is no {path} here");
        Enter(static options => options, () =>
        {
            Assert.Throws<UnauthorizedAccessException>(() => Directory.GetFileSystemEntries(path));
        });
    }

    [SkippableFact]
    public void WhereLinksMayLeadAnywhereEverythingCanBeReadAndStillNothingWritten()
    {
        Enter(static options => options with { Symlinks = SymlinkPolicy.All }, () =>
        {
            Assert.Equal("secret", File.ReadAllText(PathOf("secret")));
            Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(PathOf("secret"), "x"));
        });
    }

    [SkippableFact]
    public void TheRootOfEachHostCanBeRead()
    {
        HostOptions host = new() { Host = "a", Root = PathOf("log") };
        File.WriteAllText(PathOf("log/page"), "page");
        Enter(options => options with { Hosts = [host] }, () =>
        {
            Assert.Equal("page", File.ReadAllText(PathOf("log/page")));
            Assert.Throws<UnauthorizedAccessException>(() => File.ReadAllText(PathOf("secret")));
        });
    }

    [Fact]
    public void ARestrictedRingRefusesWhatNoChainUses()
    {
        using Ring ring = RingStart.Create(new FakeKernel(), 64, 128, polls: false, isRestricted: true);
        AssertRestricted(ring);
    }

    [SkippableFact]
    public void SoItDoesOnLinux()
    {
        using LinuxWorker worker = new();
        using Ring ring = RingStart.Create(LinuxKernel.Instance, 64, 128, polls: false, isRestricted: true);
        AssertRestricted(ring);
    }

    private static void AssertRestricted(Ring ring)
    {
        int Run(ulong data)
        {
            ring.SubmitAndWait(1);
            Assert.True(ring.TryPeek(out CompletionQueueEntry completion));
            Assert.Equal(data, completion.UserData);
            return completion.Result;
        }

        ring.Next(1).PrepareNop();
        Assert.Equal(0, Run(1));
        ref SubmissionQueueEntry connect = ref ring.Next(2);
        connect.Opcode = Opcode.Connect;
        Assert.Equal(-Errno.EACCES, Run(2));
        ref SubmissionQueueEntry drain = ref ring.Next(3);
        drain.PrepareNop();
        drain.Flags = SubmissionFlags.Drain;

        // The one flag that is left. Linux refuses it first, because the self-test has skipped a completion.
        Assert.True(Run(3) is -Errno.EACCES or -Errno.EOPNOTSUPP);
    }
}
