using ChainServe.Configuration;

namespace ChainServe.Diagnostics;

/// <summary>What /proc says about this kernel and process.</summary>
/// <param name="KernelRelease">As <c>uname -r</c> prints it.</param>
/// <param name="IoUringDisabled">kernel.io_uring_disabled, or null where there is none.</param>
/// <param name="SeccompMode">0 none, 1 strict, 2 filter; null is unknown.</param>
/// <param name="LockedMemoryBytes">RLIMIT_MEMLOCK.</param>
/// <param name="OpenFiles">RLIMIT_NOFILE.</param>
/// <param name="MountInfo">The text of /proc/self/mountinfo.</param>
internal sealed record ProcFacts(
    string KernelRelease,
    int? IoUringDisabled,
    int? SeccompMode,
    ResourceLimit? LockedMemoryBytes,
    ResourceLimit? OpenFiles,
    string MountInfo)
{
    internal static ProcFacts Collect()
    {
        string limits = TextFile.TryRead("/proc/self/limits") ?? "";
        return new ProcFacts(
            Diagnostics.KernelRelease.OfThisMachine(),
            ProcText.ParseNumber(TextFile.TryRead("/proc/sys/kernel/io_uring_disabled")),
            ProcText.ParseStatusNumber(TextFile.TryRead("/proc/self/status") ?? "", "Seccomp"),
            ProcText.ParseLimit(limits, "Max locked memory"),
            ProcText.ParseLimit(limits, "Max open files"),
            TextFile.TryRead("/proc/self/mountinfo") ?? "");
    }

    /// <summary>The process that has started this one; 0 when nobody knows.</summary>
    internal static int CollectParent()
    {
        return ProcText.ParseStatusNumber(TextFile.TryRead("/proc/self/status") ?? "", "PPid") ?? 0;
    }

    /// <summary>RLIMIT_NOFILE alone: all that the start needs of the above.</summary>
    internal static ResourceLimit? CollectOpenFiles()
    {
        return ProcText.ParseLimit(TextFile.TryRead("/proc/self/limits") ?? "", "Max open files");
    }
}
