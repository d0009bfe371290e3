using System;
using System.Threading;
using Xunit;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>A client of a <see cref="VanishingSite"/> that looks at all of it again and again, on connections that it
/// keeps: each answer is one version, whole, or says that nothing is there.</summary>
internal sealed class Visitor : IDisposable
{
    private const int PatienceMilliseconds = 30_000;

    private readonly ServerProcess _server;
    private readonly string _host;
    private readonly string _below;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private volatile string _fault = "";
    private volatile string _seen = "";
    private int _rounds;

    internal Visitor(ServerProcess server, string host, string below = "")
    {
        _server = server;
        _host = host;
        _below = below;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What was wrong first; empty when nothing was.</summary>
    internal string Fault => _fault;

    /// <summary>The version that the last look found, all of it; "mixed" when names were of several.</summary>
    internal string Seen => _seen;

    /// <summary>Waits for a look that began after the call and saw nothing but this version.</summary>
    internal void Await(string version)
    {
        int since = Volatile.Read(ref _rounds) + 2;
        bool isSeen = SpinWait.SpinUntil(
            () => _fault.Length > 0 || (Volatile.Read(ref _rounds) >= since && _seen == version),
            PatienceMilliseconds);
        Assert.Equal("", _fault);
        Assert.True(isSeen, $"{version} is seen, not {_seen}: {_server.Error}");
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                using var client = new RawClient(_server);
                while (!_isStopping && Look(client))
                {
                    Interlocked.Increment(ref _rounds);
                }
            }
        }
        catch (Exception exception)
        {
            _fault = exception.ToString();
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private bool Look(RawClient client)
    {
        string seen = "";
        foreach (string target in (string[])["/small.bin", "/large.bin", "/old.txt", "/new.txt", "/?format=json"])
        {
            client.Send(VanishingSite.Request(_host, _below + target));
            RawResponse response = client.Read();
            string version = VersionOf(target, response);
            if (version.Length > 0)
            {
                seen = seen.Length == 0 || seen == version ? version : "mixed";
            }

            if (response.Closes)
            {
                return false;
            }
        }

        _seen = seen;
        return true;
    }

    private static string VersionOf(string target, RawResponse response)
    {
        if (response.Status is 404 or 503)
        {
            // Which names are there says nothing alone.
            return target.EndsWith(".txt", StringComparison.Ordinal) ? "" : VanishingSite.Nothing;
        }

        Assert.True(response.Status == 200, $"{target}: {response.Status}");
        if (target == "/?format=json" && !response.Text.Contains(".txt\"", StringComparison.Ordinal))
        {
            // A directory that is gone, but open, is empty.
            return VanishingSite.Nothing;
        }

        foreach (string version in (string[])[VanishingSite.Old, VanishingSite.New])
        {
            bool isRight = target switch
            {
                "/?format=json" => response.Text.Contains($"\"{version}.txt\"", StringComparison.Ordinal),
                "/old.txt" or "/new.txt" => response.Text == version && target == $"/{version}.txt",
                _ => response.Body.Length == VanishingSite.Length(target[1..], version)
                    && Pattern.Matches(VanishingSite.Shift(version), response.Body),
            };
            if (isRight)
            {
                return version;
            }
        }

        Assert.Fail($"{target}: {response.Body.Length} bytes of neither version");
        return "";
    }
}
