using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using ChainServe.Configuration;
using ChainServe.Hosting;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>man sd_listen_fds(3), and what a socket needs that others have opened.</summary>
public sealed class ActivatedSocketsTests
{
    private const int ProcessId = 4711;

    // They have no descriptor any more, and a socket without one must not be disposed or finalized.
    private static readonly List<Socket> GivenAway = [];

    private static Func<string, string?> Environment(string? processId, string? count)
    {
        Dictionary<string, string?> variables = new() { ["LISTEN_PID"] = processId, ["LISTEN_FDS"] = count };
        return name => variables.GetValueOrDefault(name);
    }

    private static long FlagsOf(int descriptor)
    {
        string line = File.ReadLines($"/proc/self/fdinfo/{descriptor}")
            .First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        return Convert.ToInt64(line[6..].Trim(), 8);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "1")]
    [InlineData("4711", null)]
    [InlineData("4711", "0")]
    [InlineData("4712", "1")]
    [InlineData("04711", "1")]
    public void NothingIsTakenThatIsNotForThisProcess(string? processId, string? count)
    {
        Assert.Empty(ActivatedSockets.Take(Environment(processId, count), ProcessId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("1025")]
    public void ANumberThatIsNoneIsRefused(string count)
    {
        StartupException refusal = Assert.Throws<StartupException>(
            () => ActivatedSockets.Take(Environment("4711", count), ProcessId));
        Assert.Contains("LISTEN_FDS", refusal.Message);
    }

    [Fact]
    public void ATakenSocketBlocksIsNotInheritedAndSendsAtOnce()
    {
        const int NonBlocking = 0x800;
        const int CloseOnExec = 0x80000;
        Socket opened = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        opened.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        opened.Listen();
        opened.Blocking = false;
        int descriptor = (int)opened.SafeHandle.DangerousGetHandle();
        opened.SafeHandle.SetHandleAsInvalid();
        GivenAway.Add(opened);
        Uring.Kernel.DescriptorFlags.SetInherited(descriptor, isInherited: true);
        Assert.Equal(NonBlocking, FlagsOf(descriptor) & (NonBlocking | CloseOnExec));
        List<Socket> taken = ActivatedSockets.Take(Environment("4711", "1"), ProcessId, descriptor);

        using Socket socket = Assert.Single(taken);
        Assert.Equal(0, FlagsOf(descriptor) & NonBlocking);
        Assert.Equal(CloseOnExec, FlagsOf(descriptor) & CloseOnExec);
        Assert.True(socket.NoDelay);
        Assert.Equal(AddressFamily.InterNetwork, socket.AddressFamily);
        Assert.NotEqual(0, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    [Fact]
    public void WhatIsNoSocketIsRefused()
    {
        SafeFileHandle file = File.OpenHandle("/dev/null");
        int descriptor = (int)file.DangerousGetHandle();
        file.SetHandleAsInvalid();
        StartupException refusal = Assert.Throws<StartupException>(
            () => ActivatedSockets.Take(Environment("4711", "1"), ProcessId, descriptor));
        Assert.Contains(descriptor.ToString(CultureInfo.InvariantCulture), refusal.Message);
    }
}
