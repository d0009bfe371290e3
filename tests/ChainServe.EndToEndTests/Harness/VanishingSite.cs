using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>Sites of one server: a healthy one, which a <see cref="Hammer"/> asks, and some with a host and a root of
/// their own, which have an old and a new content.</summary>
internal sealed class VanishingSite : IDisposable
{
    internal const string Old = "old";
    internal const string New = "new";
    internal const string Nothing = "nothing";
    internal const int SlowLength = 20_000_000;
    private const int NewShift = 12_345;

    // Those who ask slowly do not read before all has changed, however long that takes.
    private static readonly Dictionary<string, string> Patient = new()
    {
        ["Limits:SendBytesPerSecondMin"] = "0",
        ["Timeouts:SendMilliseconds"] = "60000",
    };

    private readonly TemporarySite _site = new TemporarySite();

    internal VanishingSite(params string[] hosts)
    {
        Mount.SkipUnlessMachineIsOurs();
        _site.WritePattern("file.bin", 10_000);
        _site.WritePattern("long.bin", 200_000);
        string sites = string.Join(
            ',', hosts.Select(host => $$"""{ "Host": "{{host}}", "Root": "{{Root(host)}}", "Browse": true }"""));
        File.WriteAllText(Path.Combine(_site.Base, "chainserve.json"), $$"""{ "Hosts": [{{sites}}] }""");
    }

    /// <summary>Where the root of a host is.</summary>
    internal string Root(string host)
    {
        return Path.Combine(_site.Base, host);
    }

    internal ServerProcess Start()
    {
        return ServerProcess.Start(_site, Patient, "--workers", "1", "--grace-period", "30");
    }

    internal static string Request(string host, string target)
    {
        return $"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n";
    }

    internal static int Length(string name, string version)
    {
        int length = name == "small.bin" ? 5_000 : 300_000;
        return version == Old ? length : length + 777;
    }

    internal static int Shift(string version)
    {
        return version == Old ? 0 : NewShift;
    }

    internal void WriteOld(string directory)
    {
        Write(directory, Old);
        _site.WritePattern(Path.Combine(directory, "slow.bin"), SlowLength);
    }

    internal void WriteNew(string directory)
    {
        Write(directory, New);
    }

    public void Dispose()
    {
        _site.Dispose();
    }

    private void Write(string directory, string version)
    {
        Directory.CreateDirectory(directory);
        foreach (string name in (string[])["small.bin", "large.bin"])
        {
            Appear(directory, name, part => _site.WritePattern(part, Length(name, version), Shift(version)));
        }

        // A name that only one of them has.
        Appear(directory, version + ".txt", part => _site.Write(part, version));
    }

    // Where it is served already, nobody is to see a part of a file.
    private static void Appear(string directory, string name, Action<string> write)
    {
        string part = Path.Combine(directory, $".{name}");
        write(part);
        File.Move(part, Path.Combine(directory, name), overwrite: true);
    }
}
