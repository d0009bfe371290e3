using System;
using System.IO;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A file system that is mounted for one test and gone with it, whatever became of the test.</summary>
internal sealed class Mount : IDisposable
{
    private const ulong NoSetUserIdNoDevices = 2 | 4;
    private const int Force = 1;
    private const int Detach = 2;

    private int _isUnmounted;

    private Mount(string path)
    {
        Path = path;
    }

    internal string Path { get; }

    /// <summary>A mount is felt by everybody on the machine: only where somebody said so.</summary>
    internal static void SkipUnlessMachineIsOurs()
    {
        const string Name = "CHAINSERVE_TEST_MACHINE_IS_OURS";
        Skip.IfNot(
            Machine.IsRoot && Environment.GetEnvironmentVariable(Name) == "1",
            $"mounts file systems: needs root and {Name}=1");
    }

    /// <summary>Mounts over a directory, which is made if it is not there. Where the kernel refuses, the test is
    /// skipped with its reason.</summary>
    internal static Mount Make(string type, string path, string options, string source = "chainserve", ulong flags = 0)
    {
        SkipUnlessMachineIsOurs();
        Directory.CreateDirectory(path);
        int result = LinuxCalls.Mount(source, path, type, NoSetUserIdNoDevices | flags, options);
        Skip.If(result != 0, $"this kernel refuses to mount {type}: errno {-result}");
        return new Mount(path);
    }

    /// <summary>Memory of at most so many bytes.</summary>
    internal static Mount Memory(string path, long bytes)
    {
        return Make("tmpfs", path, $"size={bytes},mode=755");
    }

    /// <summary>The file system in a file, through a loop device that is gone with the mount.</summary>
    internal static Mount Image(string type, string path, string image, string options)
    {
        SkipUnlessMachineIsOurs();
        string mount = Machine.RequireProgram("mount");
        Directory.CreateDirectory(path);
        int exitCode = Machine.Run(mount, "-t", type, "-o", $"loop,nosuid,nodev,{options}", image, path);
        Skip.If(exitCode != 0, $"this machine refuses to mount {type} through a loop device");
        return new Mount(path);
    }

    /// <summary>Takes it out of the tree; who has something open in it keeps that.</summary>
    internal void Unmount()
    {
        if (Interlocked.Exchange(ref _isUnmounted, 1) == 0)
        {
            Assert.Equal(0, LinuxCalls.Unmount(Path, Detach));
        }
    }

    /// <summary>The same for a file system that may not answer any more: whoever waits for it gets an error.</summary>
    internal void Abort()
    {
        if (Interlocked.Exchange(ref _isUnmounted, 1) == 0)
        {
            Assert.Equal(0, LinuxCalls.Unmount(Path, Force | Detach));
        }
    }

    public void Dispose()
    {
        Unmount();
    }
}
