using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ChainServe.Configuration;
using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed class DoctorTests
{
    private static readonly DoctorFacts Healthy = new(
        new ProcFacts(
            "6.12.1",
            0,
            0,
            new ResourceLimit(8 << 20, 8 << 20),
            new ResourceLimit(1024, 1_048_576),
            "24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw"),
        new ServerOptions { Workers = 2 },
        "/srv/www",
        null,
        2,
        [new FeatureCheck("DEFER_TASKRUN", true, null)],
        LandlockVersion: 7);

    [Fact]
    public void AHealthyMachineIsOkInEveryLine()
    {
        IReadOnlyList<DoctorFinding> findings = Doctor.Judge(Healthy);

        Assert.All(findings, finding => Assert.Equal(DoctorVerdict.Ok, finding.Verdict));
        Assert.Equal(10, findings.Count);
        Assert.Equal(0, Doctor.ToExitCode(findings));
    }

    [Theory]
    [InlineData(null, "Ok", "are there")]
    [InlineData("there is no file for Spa 'a'", "Note", "no file for Spa 'a'")]
    public void APageThatIsMissingIsANote(string? missing, string verdict, string part)
    {
        DoctorFacts facts = Healthy with { MissingPages = missing };
        Expect(facts with { Options = facts.Options with { Spa = "a" } }, "pages", verdict, part);
    }

    [Theory]
    [InlineData(true, 7, "Ok", "Landlock 7")]
    [InlineData(true, 0, "Note", "no Landlock")]
    [InlineData(false, 7, "Note", "--no-sandbox")]
    public void TheSandboxIsNamed(bool isOn, int version, string verdict, string part)
    {
        DoctorFacts facts = Healthy with { LandlockVersion = version };
        Expect(facts with { Options = facts.Options with { Sandbox = isOn } }, "sandbox", verdict, part);
    }

    [Theory]
    [InlineData("5.15.0", "Problem", "use 6.1 or newer")]
    [InlineData("6.0.9", "Problem", "use 6.1 or newer")]
    [InlineData("strange", "Note", "cannot be read")]
    [InlineData("6.1.0", "Ok", "6.1.0")]
    public void TheKernelHasAFloor(string release, string verdict, string part)
    {
        Expect(Healthy with { Proc = Healthy.Proc with { KernelRelease = release } }, "kernel", verdict, part);
    }

    [Theory]
    [InlineData(null, true, "Ok", "since 6.6 only")]
    [InlineData(0, true, "Ok", "everybody")]
    [InlineData(1, true, "Ok", "this user may")]
    [InlineData(1, false, "Problem", "kernel.io_uring_group")]
    [InlineData(2, true, "Problem", "sysctl -w")]
    public void TheSysctlIsExplained(int? value, bool works, string verdict, string part)
    {
        DoctorFacts facts = WithFeature(works);
        facts = facts with { Proc = facts.Proc with { IoUringDisabled = value } };
        Expect(facts, "kernel.io_uring_disabled", verdict, part);
    }

    [Theory]
    [InlineData(null, true, "Ok", "no filter")]
    [InlineData(2, true, "Ok", "lets io_uring through")]
    [InlineData(2, false, "Note", "seccomp=unconfined")]
    public void ASeccompFilterIsExplained(int? mode, bool works, string verdict, string part)
    {
        DoctorFacts facts = WithFeature(works);
        Expect(facts with { Proc = facts.Proc with { SeccompMode = mode } }, "seccomp", verdict, part);
    }

    [Fact]
    public void AMissingFeatureIsAProblemWithItsAdvice()
    {
        Expect(WithFeature(false), "DEFER_TASKRUN", "Problem", "use a newer one");
    }

    [Theory]
    [InlineData(65536L, "Note", "64 KiB is little")]
    [InlineData(8388608L, "Ok", "8192 KiB")]
    [InlineData(null, "Ok", "unlimited")]
    public void LockedMemoryMayBeLittle(long? bytes, string verdict, string part)
    {
        ProcFacts proc = Healthy.Proc with { LockedMemoryBytes = new ResourceLimit(bytes, null) };
        Expect(Healthy with { Proc = proc }, "locked memory", verdict, part);
    }

    [Theory]
    [InlineData(100L, "Problem", "too few for one connection")]
    [InlineData(20000L, "Note", "hold 9872 connections per worker, not 16384")]
    [InlineData(1048576L, "Ok", "1048576")]
    [InlineData(null, "Ok", "unlimited")]
    public void OpenFilesBoundTheConnections(long? hard, string verdict, string part)
    {
        ProcFacts proc = Healthy.Proc with { OpenFiles = new ResourceLimit(hard, hard) };
        Expect(Healthy with { Proc = proc }, "open files", verdict, part);
    }

    [Theory]
    [InlineData("rw", "ext4", false, "Ok", "checked chains")]
    [InlineData("ro", "ext4", false, "Ok", "whole chains")]
    [InlineData("rw", "xfs", true, "Ok", "whole chains")]
    [InlineData("rw", "tmpfs", false, "Note", "kernel workers")]
    [InlineData("rw", "overlay", false, "Note", "kernel workers")]
    [InlineData("rw", "fuse.sshfs", false, "Note", "kernel workers")]
    [InlineData("rw", "nfs4", false, "Note", "send no events")]
    public void TheFileSystemDecidesAboutChains(string option, string type, bool immutable, string verdict, string part)
    {
        DoctorFacts facts = Healthy with
        {
            Proc = Healthy.Proc with { MountInfo = $"24 1 8:1 / / rw,relatime - {type} none {option}" },
            Options = Healthy.Options with { Immutable = immutable },
        };
        Expect(facts, "file system", verdict, part);
    }

    [Fact]
    public void ABadRootIsAProblem()
    {
        DoctorFacts facts = Healthy with { RootProblem = "the root 'x' does not exist; create it." };
        Expect(facts, "root", "Problem", "does not exist");
        Assert.DoesNotContain(Doctor.Judge(facts), finding => finding.Name == "file system");
        Assert.Equal(1, Doctor.ToExitCode(Doctor.Judge(facts)));
    }

    [Fact]
    public void MoreWorkersThanCpusAreNoted()
    {
        Expect(Healthy with { CpusAllowed = 1 }, "CPUs", "Note", "1 allowed, 2 workers");
    }

    [Fact]
    public void TheReportIsAlignedAndANoteIsNoFailure()
    {
        IReadOnlyList<DoctorFinding> findings =
            [new(DoctorVerdict.Note, "a", "one"), new(DoctorVerdict.Problem, "longer", "two")];

        Assert.Equal("note     a       one\nproblem  longer  two\n", Doctor.ToText(findings));
        Assert.Equal(0, Doctor.ToExitCode([findings[0]]));
        Assert.Equal(1, Doctor.ToExitCode(findings));
    }

    [Fact]
    public void OnThisMachineARootThatIsMissingMakesTheDoctorFail()
    {
        using var output = new StringWriter();
        string missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        int exitCode = Doctor.Run(new ServerOptions { Root = missing }, [], output);

        Assert.Equal(1, exitCode);
        Assert.Contains($"the root '{missing}' does not exist", output.ToString(), StringComparison.Ordinal);
    }

    private static DoctorFacts WithFeature(bool works)
    {
        return Healthy with { Features = [new FeatureCheck("DEFER_TASKRUN", works, "use a newer one")] };
    }

    private static void Expect(DoctorFacts facts, string name, string verdict, string part)
    {
        DoctorFinding finding = Doctor.Judge(facts).Single(finding => finding.Name == name);
        Assert.Equal(verdict, finding.Verdict.ToString());
        Assert.Contains(part, finding.Text, StringComparison.Ordinal);
    }
}
