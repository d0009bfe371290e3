using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A control group whose processes read a disk at a limited rate, by the blkio controller of version 1 or the
/// io controller of version 2. It goes when its processes have ended.</summary>
internal sealed class DiskThrottle : IDisposable
{
    private const string Base = "/sys/fs/cgroup";

    private readonly string _group;
    private readonly string _device;
    private readonly bool _isUnified;

    /// <param name="mount">Where the disk is mounted.</param>
    internal DiskThrottle(Mount mount)
    {
        Mount.SkipUnlessMachineIsOurs();
        string? line = File.ReadLines("/proc/self/mountinfo").LastOrDefault(
            text => text.Split(' ')[4] == mount.Path);
        Skip.If(line is null, "the disk is not in the list of mounts");
        _device = line!.Split(' ')[2];
        _isUnified = !Directory.Exists($"{Base}/blkio");
        _group = Path.Combine(_isUnified ? Base : $"{Base}/blkio", $"chainserve-{Guid.NewGuid():N}");
        try
        {
            if (_isUnified)
            {
                File.WriteAllText($"{Base}/cgroup.subtree_control", "+io");
            }

            Directory.CreateDirectory(_group);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"no control group that limits a disk may be made here: {exception.Message}");
        }

        if (!File.Exists(Limits))
        {
            Directory.Delete(_group);
            Skip.If(true, "this kernel's control groups do not limit disks");
        }
    }

    private string Limits => Path.Combine(_group, _isUnified ? "io.max" : "blkio.throttle.read_bps_device");

    /// <summary>How much may be read each second, from now on.</summary>
    internal void Limit(long bytesPerSecond)
    {
        File.WriteAllText(Limits, _isUnified ? $"{_device} rbps={bytesPerSecond}" : $"{_device} {bytesPerSecond}");
    }

    /// <summary>Starts a process in the group.</summary>
    internal void Hold(ProcessStartInfo start)
    {
        start.RunUnder("/bin/sh", "-c", $"echo $$ > {_group}/cgroup.procs && exec \"$@\"", "sh");
    }

    public void Dispose()
    {
        bool IsGone()
        {
            try
            {
                Directory.Delete(_group);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        Assert.True(SpinWait.SpinUntil(IsGone, TimeSpan.FromSeconds(30)), $"{_group} has processes");
    }
}
