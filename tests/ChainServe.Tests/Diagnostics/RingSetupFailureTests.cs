using System;
using ChainServe.Diagnostics;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed class RingSetupFailureTests
{
    private const int Eperm = 1;
    private const int Enomem = 12;
    private const int Einval = 22;
    private const int Enfile = 23;
    private const int Emfile = 24;
    private const int Enosys = 38;

    [Theory]
    [InlineData(Enosys, "4.19.0", null, 0, "4.19.0 is too old", "use kernel 6.1")]
    [InlineData(Enosys, "6.12.1", null, 0, "built without it", "CONFIG_IO_URING")]
    [InlineData(Enosys, "6.12.1", 0, 2, "a seccomp filter hides it", "--security-opt seccomp=unconfined")]
    [InlineData(Eperm, "6.12.1", 1, 0, "io_uring_disabled is 1", "kernel.io_uring_group")]
    [InlineData(Eperm, "6.12.1", 2, 0, "io_uring_disabled is 2", "sysctl -w kernel.io_uring_disabled=0")]
    [InlineData(Eperm, "6.12.1", 2, 2, "io_uring_disabled is 2", "sysctl -w kernel.io_uring_disabled=0")]
    [InlineData(Eperm, "6.12.1", 0, 2, "a seccomp filter blocks it", "io_uring_enter and io_uring_register")]
    [InlineData(Eperm, "6.1.0", null, 2, "a seccomp filter blocks it", "Kubernetes")]
    [InlineData(Eperm, "6.12.1", 0, 0, "a security module may block it", "audit log")]
    [InlineData(Enomem, "6.12.1", 0, 0, "locked memory is too low", "LimitMEMLOCK=")]
    [InlineData(Einval, "5.15.0", null, 0, "kernel 5.15.0 does not know", "use kernel 6.1")]
    [InlineData(Emfile, "6.12.1", 0, 0, "may not open more files", "LimitNOFILE=")]
    [InlineData(Enfile, "6.12.1", 0, 0, "no file handle left", "fs.file-max")]
    [InlineData(5, "6.12.1", 0, 0, "error 5 on kernel 6.12.1", "chainserve doctor")]
    public void AFailureNamesCauseAndCure(
        int errno,
        string release,
        int? sysctl,
        int? seccomp,
        string cause,
        string cure)
    {
        string sentence = new RingSetupFailure("io_uring_setup", errno, release, sysctl, seccomp).ToSentence();

        Assert.Contains(cause, sentence, StringComparison.Ordinal);
        Assert.Contains(cure, sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }
}
