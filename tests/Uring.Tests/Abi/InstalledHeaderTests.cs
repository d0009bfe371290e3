using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Uring.Tests.Abi;

/// <summary>The table itself against the text of the header that this machine has: older names must not have moved.
/// </summary>
public sealed class InstalledHeaderTests
{
    private const string Reason = $"{KernelHeader.InstalledPath} is not installed (linux-libc-dev)";

    [SkippableFact]
    public void OperationsOfTheTableStandAtTheirPlaceInTheHeadersEnum()
    {
        Skip.IfNot(File.Exists(KernelHeader.InstalledPath), Reason);
        KernelHeader header = new KernelHeader(KernelHeader.InstalledPath);
        Assert.Equal("IORING_OP_NOP", header.Operations[0]);
        Assert.Equal("IORING_OP_LAST", header.Operations[^1]);
        string[] shared = [.. AbiTable.Values.Keys.Where(header.Operations.Contains)];
        Assert.True(shared.Length >= 30, $"only {shared.Length} operations are in both");
        foreach (string name in shared)
        {
            Assert.Equal((name, (ulong)header.Operations.IndexOf(name)), (name, AbiTable.Values[name]));
        }
    }

    [SkippableFact]
    public void FlagsAndNumbersOfTheTableAreThoseOfTheHeader()
    {
        Skip.IfNot(File.Exists(KernelHeader.InstalledPath), Reason);
        KernelHeader header = new KernelHeader(KernelHeader.InstalledPath);
        string[] shared = [.. AbiTable.Values.Keys.Where(header.Values.ContainsKey)];
        Assert.True(shared.Length >= 100, $"only {shared.Length} names are in both");
        foreach (string name in shared)
        {
            Assert.Equal((name, header.Values[name]), (name, AbiTable.Values[name]));
        }
    }

    [SkippableFact]
    public void WhatTheInstalledHeaderLacksIsNewerThanIt()
    {
        Skip.IfNot(File.Exists(KernelHeader.InstalledPath), Reason);
        KernelHeader header = new KernelHeader(KernelHeader.InstalledPath);
        int last = (int)header.Values["IORING_OP_LAST"];
        string[] missing = [.. AbiTable.Values.Keys
            .Where(name => name.StartsWith("IORING_OP_", StringComparison.Ordinal))
            .Where(name => !header.Operations.Contains(name))];
        Assert.All(missing, name => Assert.True(AbiTable.Values[name] >= (ulong)last, name));
    }
}
