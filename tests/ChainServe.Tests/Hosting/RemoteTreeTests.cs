using System;
using System.IO;
using System.Linq;
using ChainServe.Chains;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>A root that asks somebody else for its files, who may not answer: nothing that reaches it runs on the
/// ring's thread.</summary>
public sealed class RemoteTreeTests
{
    private const int Connections = 8;

    [Theory]
    [InlineData(1_000, true, "")]
    [InlineData(1_000, true, "Connection: close\r\n")]
    [InlineData(1_000, true, "Range: bytes=0-9,100-109\r\n")]
    [InlineData(300_000, true, "")]
    [InlineData(300_000, true, "Connection: close\r\n")]
    [InlineData(300_000, true, "Range: bytes=0-9,100-109\r\n")]
    [InlineData(300_000, false, "")]
    [InlineData(300_000, false, "Connection: close\r\n")]
    public void WhatReachesItGoesToAKernelWorkerOrIsAnEntryThatAlwaysDoes(int length, bool hasPipes, string fields)
    {
        using FakeServer server = Serve(hasPipes);
        server.Write("file", new byte[length]);
        server.Get("/file", fields);
        server.Get("/file", fields);

        Assert.Equal([], server.Submitted.Where(IsOfAFile).Where(IsOnTheRingsThread).Select(entry => entry.Opcode));
        Assert.Contains(server.Submitted, entry => IsOfAFile(entry) && entry.Opcode == Opcode.Close);
        server.End();
    }

    [Fact]
    public void AResponseThatBreaksOffClosesItsFileThereToo()
    {
        using FakeServer server = Serve(hasPipes: true);
        server.Write("file", new byte[1_000_000]);
        FakeClientOf(server).Reset();
        server.RunUntilQuiet();

        Assert.Equal([], server.Submitted.Where(IsOfAFile).Where(IsOnTheRingsThread).Select(entry => entry.Opcode));
        Assert.Contains(server.Submitted, entry => IsOfAFile(entry) && entry.Opcode == Opcode.Close);
        server.End();
    }

    [Theory]
    [InlineData("file.txt", 4_000)]
    [InlineData("large.bin", 300_000)]
    public void TheLookBehindAJobIsAnEntryAsTheOneBeforeIt(string name, int length)
    {
        using FakeServer server = Serve(hasPipes: true);
        server.RunJob = static job => job.Failure = new IOException("no bytes");
        server.Write(name, new byte[length]);
        server.Get($"/{name}");
        server.Pass(5_000);
        server.Get($"/{name}", "Accept-Encoding: gzip\r\n");

        Assert.NotEqual(0, server.Counters.Jobs);
        server.End();
    }

    private static FakeServer Serve(bool hasPipes)
    {
        ServerOptions options = FakeServer.Quick() with { Compress = true, ETag = EntityTagMode.Hash };
        FakeServer server = new FakeServer(
            options, Connections, hasPipes ? PipePool.PipeLength : 0, isRemote: true);
        server.Kernel.TellingStatus = static () => throw new InvalidOperationException("a system call may wait");
        return server;
    }

    private static Uring.FakeKernel.FakeClient FakeClientOf(FakeServer server)
    {
        Uring.FakeKernel.FakeClient client = server.Connect();
        client.ReadsByItself = false;
        client.ServerSendBufferLength = 10_000;
        client.Send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();
        return client;
    }

    // Sockets are in the slots below, pipes are never closed here, and the last closes are those of the server's end.
    private static bool IsOfAFile(SubmissionQueueEntry entry)
    {
        bool isWake = new UserData(entry.UserData).Kind == ChainKind.Wake;
        return (entry.Opcode is Opcode.OpenAt2 or Opcode.Read && !isWake)
            || (entry.Opcode == Opcode.Close && (entry.FileIndex == 0 || entry.FileIndex > Connections));
    }

    private static bool IsOnTheRingsThread(SubmissionQueueEntry entry)
    {
        return (entry.Flags & SubmissionFlags.Async) == 0;
    }
}
