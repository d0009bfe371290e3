using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChainServe.Configuration;
using Uring.Abi;
using Uring.Kernel;

namespace ChainServe.Hosting;

/// <summary>
/// What the thread of a worker gives up for good before its ring is made, so that the kernel refuses what no rule of
/// ours should ever have let through:
/// 1. rights that it does not have yet (no_new_privs);
/// 2. files: it reads below the roots and writes below the directory of the access log, and nothing else (Landlock);
/// 3. TCP connections to elsewhere, and other ports (Landlock 4);
/// and what its ring gives up when it is enabled (<see cref="RingStart"/>): every operation that no chain uses.
/// </summary>
internal static class Sandbox
{
    private const LandlockAccess Read = LandlockAccess.ReadFile | LandlockAccess.ReadDirectory;
    private const LandlockAccess Write = LandlockAccess.WriteFile | LandlockAccess.MakeRegularFile;

    // What the runtime may still want to load or to know. None of it is anybody's secret: below /etc/ssl, where
    // cryptography looks for its settings, keys may be kept.
    private static readonly string[] System =
    [
        "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache",
        "/etc/ssl/openssl.cnf", "/proc", "/sys/fs/cgroup",
    ];

    /// <summary>Version of the kernel's Landlock; 0 when there is none, or it is not wanted.</summary>
    internal static int VersionFor(ServerOptions options)
    {
        return options.Sandbox ? Landlock.Version : 0;
    }

    /// <summary>What the workers of a server may do with files.</summary>
    internal static LandlockRule[] RulesOf(ServerOptions options)
    {
        List<LandlockRule> rules = [RuleOf(options)];
        foreach (HostOptions host in options.Hosts)
        {
            rules.Add(RuleOf(host));
        }

        foreach (string path in System)
        {
            rules.Add(new LandlockRule(path, Read));
        }

        rules.Add(new LandlockRule("/dev/null", LandlockAccess.ReadFile | LandlockAccess.WriteFile));
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            rules.Add(new LandlockRule(AppContext.BaseDirectory, Read));
            rules.Add(new LandlockRule(RuntimeEnvironment.GetRuntimeDirectory(), Read));
        }

        if (options.AccessLog is not ("" or AccessLogFile.StandardOutput))
        {
            // The file too: it may be a device, or a link to another directory.
            string path = Path.GetFullPath(options.AccessLog);
            rules.Add(new LandlockRule(Path.GetDirectoryName(path)!, Write));
            rules.Add(new LandlockRule(path, LandlockAccess.WriteFile));
        }

        return [.. rules];
    }

    /// <summary>Restricts the calling thread, and those that it starts.</summary>
    /// <exception cref="StartupException">The kernel has Landlock, and refuses.</exception>
    internal static void Enter(ReadOnlySpan<LandlockRule> rules)
    {
        int result = Landlock.Restrict(rules);
        if (result is not (0 or -Errno.EOPNOTSUPP or -Errno.ENOSYS))
        {
            throw new StartupException(
                $"the sandbox of a worker was refused by the kernel (Landlock, errno {-result}); report it, and start "
                + "with --no-sandbox until then.");
        }
    }

    // Links that may lead anywhere must be readable anywhere.
    private static LandlockRule RuleOf(SitePolicy site)
    {
        return new LandlockRule(site.Symlinks == SymlinkPolicy.All ? "/" : site.RootFullPath, Read);
    }
}
