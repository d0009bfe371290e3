using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.Configuration;
using Uring.Kernel;

namespace ChainServe.Diagnostics;

/// <summary>
/// <c>chainserve doctor</c>: 1. collects facts, 2. judges each of them in one line, 3. says what to do. The exit code
/// is 0 only if the server could serve here.
/// </summary>
internal static class Doctor
{
    /// <summary>Runs the doctor on this machine.</summary>
    /// <param name="options">The options the server would run with.</param>
    /// <param name="features">The ring features, probed.</param>
    /// <param name="output">Where the report goes.</param>
    internal static int Run(ServerOptions options, IReadOnlyList<FeatureCheck> features, TextWriter output)
    {
        string root = options.RootFullPath;
        string? problem = DocumentRoot.Describe(options);
        if (problem is null)
        {
            root = ResolveLinks(root);
        }

        var facts = new DoctorFacts(
            ProcFacts.Collect(),
            options,
            root,
            problem,
            Environment.ProcessorCount,
            features,
            Landlock.Version,
            problem is null ? MissingPages.Describe(options) : null);
        IReadOnlyList<DoctorFinding> findings = Judge(facts);
        output.Write(ToText(findings));
        return ToExitCode(findings);
    }

    /// <summary>The path without symbolic links, as the kernel sees the opened directory.</summary>
    private static string ResolveLinks(string path)
    {
        int descriptor = LinuxKernel.Instance.OpenDirectory(path);
        if (descriptor < 0)
        {
            return path;
        }

        string? resolved = new FileInfo(FormattableString.Invariant($"/proc/self/fd/{descriptor}")).LinkTarget;
        LinuxKernel.Instance.Close(descriptor);
        return resolved ?? path;
    }

    internal static int ToExitCode(IReadOnlyList<DoctorFinding> findings)
    {
        return findings.Any(finding => finding.Verdict == DoctorVerdict.Problem) ? 1 : 0;
    }

    /// <summary>Writes the findings in aligned columns.</summary>
    internal static string ToText(IReadOnlyList<DoctorFinding> findings)
    {
        int width = findings.Max(finding => finding.Name.Length);
        var text = new StringBuilder();
        foreach (DoctorFinding finding in findings)
        {
            string verdict = finding.Verdict switch
            {
                DoctorVerdict.Ok => "ok     ",
                DoctorVerdict.Note => "note   ",
                _ => "problem",
            };
            text.Append(verdict).Append("  ").Append(finding.Name.PadRight(width)).Append("  ");
            text.Append(finding.Text).Append('\n');
        }

        return text.ToString();
    }

    internal static IReadOnlyList<DoctorFinding> Judge(DoctorFacts facts)
    {
        List<DoctorFinding> findings =
        [
            JudgeKernel(facts.Proc.KernelRelease),
            JudgeSysctl(facts),
            JudgeSeccomp(facts),
            .. facts.Features.Select(JudgeFeature),
            JudgeLockedMemory(facts.Proc.LockedMemoryBytes),
            JudgeOpenFiles(facts),
            JudgeCpus(facts),
            JudgeSandbox(facts),
            DoctorRoot.JudgeRoot(facts),
        ];
        if (DoctorRoot.JudgeFileSystem(facts) is { } fileSystem)
        {
            findings.Add(fileSystem);
        }

        if (DoctorRoot.JudgePages(facts) is { } pages)
        {
            findings.Add(pages);
        }

        return findings;
    }

    private static DoctorFinding JudgeKernel(string release)
    {
        const string Name = "kernel";
        return KernelRelease.Parse(release) switch
        {
            null => new DoctorFinding(DoctorVerdict.Note, Name, $"{release} cannot be read; 6.1 or newer is needed"),
            { } version when version < KernelRelease.Floor =>
                new DoctorFinding(DoctorVerdict.Problem, Name, $"{release} is too old; use 6.1 or newer"),
            _ => new DoctorFinding(DoctorVerdict.Ok, Name, $"{release} (6.1 or newer is needed)"),
        };
    }

    private static DoctorFinding JudgeSysctl(DoctorFacts facts)
    {
        const string Name = "kernel.io_uring_disabled";
        bool isProven = facts.Features.Count > 0 && facts.Features.All(feature => feature.Ok);
        return facts.Proc.IoUringDisabled switch
        {
            null => new DoctorFinding(DoctorVerdict.Ok, Name, "not there (since 6.6 only), so not disabled"),
            0 => new DoctorFinding(DoctorVerdict.Ok, Name, "0, everybody may use io_uring"),
            1 when isProven => new DoctorFinding(DoctorVerdict.Ok, Name, "1, and this user may use io_uring"),
            1 => new DoctorFinding(
                DoctorVerdict.Problem,
                Name,
                "1, only CAP_SYS_ADMIN or the group kernel.io_uring_group; add this user to it, or set this to 0"),
            { } value => new DoctorFinding(
                DoctorVerdict.Problem,
                Name,
                $"{value}, nobody may use io_uring; run sysctl -w kernel.io_uring_disabled=0 as root"),
        };
    }

    private static DoctorFinding JudgeSeccomp(DoctorFacts facts)
    {
        const string Name = "seccomp";
        bool isBroken = facts.Features.Any(feature => !feature.Ok);
        return facts.Proc.SeccompMode switch
        {
            null or 0 => new DoctorFinding(DoctorVerdict.Ok, Name, "no filter"),
            _ when !isBroken => new DoctorFinding(DoctorVerdict.Ok, Name, "a filter lets io_uring through"),
            _ => new DoctorFinding(
                DoctorVerdict.Note,
                Name,
                "a filter is active, as in most containers; if it blocks io_uring, use --security-opt "
                + "seccomp=unconfined or a profile that allows io_uring_setup, io_uring_enter and io_uring_register"),
        };
    }

    private static DoctorFinding JudgeFeature(FeatureCheck feature)
    {
        return feature.Ok
            ? new DoctorFinding(DoctorVerdict.Ok, feature.Name, "there")
            : new DoctorFinding(DoctorVerdict.Problem, feature.Name, feature.Advice ?? "missing; use a newer kernel");
    }

    private static DoctorFinding JudgeLockedMemory(ResourceLimit? limit)
    {
        // Rings are charged to the cgroup since 5.12; only registered buffers count here, and few of those are used.
        const string Name = "locked memory";
        const long Comfortable = 8 * 1024 * 1024;
        return limit switch
        {
            null => new DoctorFinding(DoctorVerdict.Note, Name, "the limit cannot be read"),
            { Soft: null } => new DoctorFinding(DoctorVerdict.Ok, Name, "unlimited"),
            { Soft: >= Comfortable and var bytes } =>
                new DoctorFinding(DoctorVerdict.Ok, Name, $"{ToKibibytes(bytes)} KiB"),
            { Soft: var bytes } => new DoctorFinding(
                DoctorVerdict.Note,
                Name,
                $"{ToKibibytes(bytes.Value)} KiB is little; if the start fails with ENOMEM, raise it with ulimit -l or "
                + "LimitMEMLOCK="),
        };
    }

    private static DoctorFinding JudgeOpenFiles(DoctorFacts facts)
    {
        const string Name = "open files";
        const string Cure = "raise it with ulimit -n or LimitNOFILE=";
        int wanted = facts.Options.Limits.ConnectionsPerWorker;
        if (facts.Proc.OpenFiles is not { } limit)
        {
            return new DoctorFinding(DoctorVerdict.Note, Name, "the limit cannot be read");
        }

        // The runtime raises the soft limit to the hard one at its start.
        if (limit.Hard is not { } files)
        {
            return new DoctorFinding(DoctorVerdict.Ok, Name, "unlimited");
        }

        int fitting = OpenFilesBudget.ConnectionsThatFit(wanted, files);
        if (fitting == wanted)
        {
            return new DoctorFinding(DoctorVerdict.Ok, Name, Text(files));
        }

        return fitting == 0
            ? new DoctorFinding(DoctorVerdict.Problem, Name, $"{Text(files)} are too few for one connection; {Cure}")
            : new DoctorFinding(
                DoctorVerdict.Note,
                Name,
                $"{Text(files)} hold {Text(fitting)} connections per worker, not {Text(wanted)}; {Cure}");
    }

    private static DoctorFinding JudgeCpus(DoctorFacts facts)
    {
        int workers = facts.Options.WorkerCount;
        string text = string.Create(CultureInfo.InvariantCulture, $"{facts.CpusAllowed} allowed, {workers} workers");
        return workers > facts.CpusAllowed
            ? new DoctorFinding(DoctorVerdict.Note, "CPUs", $"{text}; more workers than CPUs only take turns")
            : new DoctorFinding(DoctorVerdict.Ok, "CPUs", text);
    }

    private static DoctorFinding JudgeSandbox(DoctorFacts facts)
    {
        const string Name = "sandbox";
        if (!facts.Options.Sandbox)
        {
            return new DoctorFinding(DoctorVerdict.Note, Name, "off; leave out --no-sandbox to restrict the workers");
        }

        string version = Text(facts.LandlockVersion);
        return facts.LandlockVersion > 0
            ? new DoctorFinding(
                DoctorVerdict.Ok, Name, $"no_new_privs, ring restrictions and Landlock {version} restrict the workers")
            : new DoctorFinding(
                DoctorVerdict.Note,
                Name,
                "no_new_privs and ring restrictions; this kernel has no Landlock (5.13), or lsm= leaves it out");
    }

    private static string ToKibibytes(long bytes)
    {
        return Text(bytes / 1024);
    }

    private static string Text(long number)
    {
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
