using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>What deploy/chainserve.service allows, and a program that is allowed no more. No manager runs where the
/// tests do, so that its means are taken one by one: seccomp, namespaces, capabilities, no executable memory.</summary>
internal static class Confinement
{
    private const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
    private const int PermissionDenied = 1;

    // The program that compiles at run time is not the one that the unit is for; it makes these calls besides.
    private static readonly string[] CallsOfTheCompiler =
    [
        "memfd_create", "sched_get_priority_max", "sched_get_priority_min", "sched_getparam", "sched_getscheduler",
        "sched_setaffinity", "sched_setscheduler",
    ];

    // The numbers of the calls, the one of socket(2), whether memory must not become executable, and the program. A
    // filter in BPF: the family of a socket, then the calls, else EPERM.
    private const string Script = """
        use strict; use warnings;
        my ($calls, $family, $denies) = splice @ARGV, 0, 3;
        my $allow = 0x7fff0000; my $refuse = 0x00050000;
        my @program = ([0x20, 0, 0, 0]);
        push @program, [0x15, 0, 3, $family], [0x20, 0, 0, 16], [0x15, 1, 0, 1], [0x06, 0, 0, $refuse | 97];
        push @program, [0x20, 0, 0, 0];
        push @program, [0x15, 0, 1, $_], [0x06, 0, 0, $allow] for split /,/, $calls;
        push @program, [0x06, 0, 0, $refuse | 1];
        my $code = join "", map { pack "SCCL", @$_ } @program;
        my $filter = pack "Sx6P", scalar @program, $code;
        syscall(157, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!";
        if ($denies) { syscall(157, 65, 1, 0, 0, 0) == 0 or die "mdwe: $!"; }
        syscall(157, 22, 2, $filter) == 0 or die "seccomp: $!";
        exec { $ARGV[0] } @ARGV or die "exec: $!";
        """;

    internal static string UnitPath { get; } = Path.Combine(SampleSite.Repository, "deploy", "chainserve.service");

    private static bool IsPublished =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CHAINSERVE_EXECUTABLE"));

    /// <summary>The system calls that SystemCallFilter= names, its sets written out.</summary>
    internal static HashSet<string> AllowedCalls()
    {
        string analyze = Machine.RequireProgram("systemd-analyze");
        HashSet<string> allowed = [.. Expand(analyze, "@default")];
        foreach (string line in File.ReadLines(UnitPath).Where(
            line => line.StartsWith("SystemCallFilter=", StringComparison.Ordinal)))
        {
            string value = line["SystemCallFilter=".Length..];
            IEnumerable<string> calls = value.TrimStart('~').Split(' ').SelectMany(name => Expand(analyze, name));
            if (value.StartsWith('~'))
            {
                allowed.ExceptWith(calls);
            }
            else
            {
                allowed.UnionWith(calls);
            }
        }

        if (!IsPublished)
        {
            allowed.UnionWith(CallsOfTheCompiler);
        }

        return allowed;
    }

    /// <summary>Lets the program start with listening sockets, and with what the unit leaves.</summary>
    internal static void Confine(this ProcessStartInfo start)
    {
        Skip.IfNot(Machine.IsRoot, "only root may take so much away");
        Skip.IfNot(File.Exists(Header), "the numbers of the system calls are not known here (linux-libc-dev)");
        Dictionary<string, string> numbers = File.ReadLines(Header)
            .Select(line => line.Split(' '))
            .Where(words => words is ["#define", ['_', '_', 'N', 'R', '_', ..], _])
            .ToDictionary(words => words[1]["__NR_".Length..], words => words[2]);
        string allowed = string.Join(',', AllowedCalls().Where(numbers.ContainsKey).Select(name => numbers[name]));
        string perl = Machine.RequireProgram("perl");
        start.RunUnder(perl, "-e", Script, "--", allowed, numbers["socket"], IsPublished ? "1" : "0");
        start.RunUnder(Machine.RequireProgram("setpriv"), "--bounding-set=-all", "--inh-caps=-all");
        const string Mount = "mount -t proc -o subset=pid,hidepid=invisible proc /proc && exec \"$@\"";
        string unshare = Machine.RequireProgram("unshare");
        Skip.If(Machine.Run(unshare, "-m", "-n", "/bin/sh", "-c", Mount, "sh", "true") != 0, "no namespaces here");
        start.RunUnder(unshare, "-m", "-n", "/bin/sh", "-c", Mount, "sh");
        start.PassSockets("tcp", "tcp");
    }

    private static IEnumerable<string> Expand(string analyze, string name)
    {
        if (!name.StartsWith('@'))
        {
            return [name];
        }

        using Process process = Process.Start(new ProcessStartInfo(analyze, ["syscall-filter", name])
        {
            RedirectStandardOutput = true,
        })!;
        string[] words = process.StandardOutput.ReadToEnd().Split('\n').Skip(1)
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToArray();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return words.SelectMany(word => Expand(analyze, word));
    }
}
