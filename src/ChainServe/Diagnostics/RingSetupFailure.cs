using System.Globalization;

namespace ChainServe.Diagnostics;

/// <summary>A ring that could not be set up, and what is known about why.</summary>
/// <param name="Operation">What failed, such as <c>io_uring_setup</c>.</param>
/// <param name="Errno">The positive error number.</param>
/// <param name="KernelRelease">As <c>uname -r</c> prints it.</param>
/// <param name="SysctlDisabled">kernel.io_uring_disabled, or null where there is none (before 6.6).</param>
/// <param name="SeccompMode">The mode in /proc/self/status: 2 means that a filter is active; null is unknown.</param>
/// <param name="Polls">Whether the ring was to have a thread of the kernel, for --poll.</param>
internal sealed record RingSetupFailure(
    string Operation,
    int Errno,
    string KernelRelease,
    int? SysctlDisabled,
    int? SeccompMode,
    bool Polls = false)
{
    private const int Eperm = 1;
    private const int Eagain = 11;
    private const int Enomem = 12;
    private const int Eacces = 13;
    private const int Einval = 22;
    private const int Enfile = 23;
    private const int Emfile = 24;
    private const int Enosys = 38;

    private const string ContainerCure =
        "start the container with --security-opt seccomp=unconfined, or with a profile that allows "
        + "io_uring_setup, io_uring_enter and io_uring_register (Kubernetes: a Localhost profile)";

    /// <summary>Describes a failure on this machine.</summary>
    internal static RingSetupFailure OnThisMachine(string operation, int errno, bool polls = false)
    {
        ProcFacts facts = ProcFacts.Collect();
        return new RingSetupFailure(
            operation, errno, facts.KernelRelease, facts.IoUringDisabled, facts.SeccompMode, polls);
    }

    /// <summary>Returns one sentence with the cause and the cure.</summary>
    internal string ToSentence()
    {
        return Errno switch
        {
            Enosys => ToMissingCall(),
            Eperm => ToForbidden(),
            Enomem => $"{Operation} failed with ENOMEM: the limit of locked memory is too low for the rings; raise it "
                + "with ulimit -l, or LimitMEMLOCK= in the systemd unit, or use fewer --workers.",
            Einval => $"{Operation} failed with EINVAL: kernel {KernelRelease} does not know the rings that ChainServe "
                + $"needs (SINGLE_ISSUER and {(Polls ? "SQPOLL" : "DEFER_TASKRUN")}); use kernel 6.1 or newer.",
            Eacces when Polls => $"{Operation} failed with EACCES: a security module forbids rings with a thread of "
                + "the kernel (SELinux: the permission sqpoll of the class io_uring); allow them, or leave out --poll.",
            Eagain when Polls => $"{Operation} failed with EAGAIN: the thread of the kernel that --poll needs could "
                + "not be made; raise ulimit -u, TasksMax= in the systemd unit or the pids limit of the container.",
            Emfile => $"{Operation} failed with EMFILE: this process may not open more files; raise the limit with "
                + "ulimit -n, or LimitNOFILE= in the systemd unit, or lower Limits:ConnectionsPerWorker.",
            Enfile => $"{Operation} failed with ENFILE: the machine has no file handle left; raise the sysctl "
                + "fs.file-max or end what holds them.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{Operation} failed with error {Errno} on kernel {KernelRelease}; run chainserve doctor."),
        };
    }

    private string ToMissingCall()
    {
        const string Start = "io_uring is not there (ENOSYS)";
        if (SeccompMode == 2)
        {
            return $"{Start}: a seccomp filter hides it, as some container runtimes do; {ContainerCure}.";
        }

        bool isOld = Diagnostics.KernelRelease.Parse(KernelRelease) is { } version
            && version < Diagnostics.KernelRelease.Floor;
        return isOld
            ? $"{Start}: kernel {KernelRelease} is too old; use kernel 6.1 or newer."
            : $"{Start}: kernel {KernelRelease} was built without it, or a sandbox such as gVisor hides it; use a "
                + "kernel with CONFIG_IO_URING.";
    }

    private string ToForbidden()
    {
        const string Start = "io_uring is forbidden (EPERM)";
        return SysctlDisabled switch
        {
            1 => $"{Start}: the sysctl kernel.io_uring_disabled is 1; add this user to the group of "
                + "kernel.io_uring_group, or run sysctl -w kernel.io_uring_disabled=0 as root.",
            2 => $"{Start}: the sysctl kernel.io_uring_disabled is 2; run sysctl -w kernel.io_uring_disabled=0 "
                + "as root.",
            _ when SeccompMode == 2 => $"{Start}: a seccomp filter blocks it, as containers do by default; "
                + $"{ContainerCure}.",
            _ => $"{Start}: neither the sysctl nor a seccomp filter explains it, so a security module may block it; "
                + "look for a denial in the audit log (ausearch -m avc)"
                + (Polls ? ", and try without --poll." : "."),
        };
    }
}
