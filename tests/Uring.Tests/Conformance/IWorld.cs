using System;
using System.Collections.Generic;
using System.Reflection;
using Uring.Kernel;
using Xunit.Sdk;

namespace Uring.Tests.Conformance;

/// <summary>Which kernel a scenario runs on.</summary>
public enum KernelKind
{
    Fake,
    Linux,
}

/// <summary>Runs a scenario on the fake and on Linux: both must give the table that stands in it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothKernelsAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        return [[KernelKind.Fake], [KernelKind.Linux]];
    }
}

/// <summary>What surrounds a ring in a scenario: a directory, a listener and its clients. Names are relative to the
/// directory.</summary>
internal interface IWorld : IDisposable
{
    public IKernel Kernel { get; }

    /// <summary>Descriptor of the directory (O_PATH).</summary>
    public int Directory { get; }

    /// <summary>Descriptor of the listener.</summary>
    public int Listener { get; }

    public string AbsolutePath(string name);

    /// <summary>Makes or overwrites a file; its content is that of <see cref="Lab.Content"/>.</summary>
    public void WriteFile(string name, int length);

    /// <summary>Puts another file there, by rename.</summary>
    public void ReplaceFile(string name, int length);

    public void Truncate(string name, int length);

    public void Delete(string name);

    public void MakeDirectory(string name);

    public void MakeSymbolicLink(string name, string target);

    public void MakeFifo(string name);

    /// <summary>A file system in memory, which reads only in workers.</summary>
    public void MountMemory(string name);

    /// <summary>A device that reads as zeros.</summary>
    public void MakeZeroDevice(string name);

    /// <summary>Somebody holds the FIFO open for writing.</summary>
    public IFifoWriter OpenFifoWriter(string name);

    /// <summary>A descriptor of a file, open for writing; the world closes it.</summary>
    public int OpenForWriting(string name);

    public byte[] ReadFile(string name);

    /// <summary>Evicts a file's pages.</summary>
    public void CoolPages(string name);

    /// <summary>Evicts all names, where the kernel lets us.</summary>
    public void CoolNames(string name);

    public IClient Connect();

    /// <summary>The fake stops to throw on what a server must not do, and answers as Linux does.</summary>
    public void AllowMisuse();
}

internal interface IFifoWriter : IDisposable
{
    public void Write(int length);
}

/// <summary>The other end of a connection. It does not read by itself.</summary>
internal interface IClient : IDisposable
{
    public void Send(int length);

    /// <summary>Waits (a few seconds at most) for that many bytes.</summary>
    public byte[] Read(int length);

    /// <summary>Reads until the server's FIN.</summary>
    public int ReadToEnd();

    /// <summary>Whether reading ends with a reset.</summary>
    public bool IsResetByServer();

    /// <summary>From here on everything is read as it comes.</summary>
    public void ReadByItself();

    public void Shutdown();

    public void Reset();

    /// <summary>Closes the socket; nothing is unread.</summary>
    public void Close();
}
