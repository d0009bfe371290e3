using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Names that are a file in one moment and something else in the next.</summary>
public sealed class FlippingNameTests
{
    // Many, because what is known of a name holds for a second: each gives some chances to be caught in the act.
    private const int Names = 24;
    private const string Inside = "inside of the root, and allowed";

    [SkippableTheory]
    [InlineData("link")]
    [InlineData("fifo")]
    [InlineData("directory")]
    [InlineData("device")]
    public void ANameThatFlipsGivesItsFileOrNothing(string other)
    {
        using var site = new TemporarySite();
        using ServerProcess server = ServerProcess.Start(site);
        Flip(site, server, other, mayEnd: false);
        server.Stop();
    }

    /// <summary>Where reads cannot be told not to wait, as on tmpfs, a pipe that takes the place of a file can hold a
    /// request up; its deadline ends that.</summary>
    [SkippableTheory]
    [InlineData("link")]
    [InlineData("fifo")]
    public void ANameThatFlipsOnTmpfsNeverHangs(string other)
    {
        const string Parent = "/dev/shm";
        Skip.IfNot(Directory.Exists(Parent), $"there is no {Parent}");
        using var site = new TemporarySite(Parent);
        var settings = new Dictionary<string, string> { ["Timeouts:SendMilliseconds"] = "500" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        Flip(site, server, other, mayEnd: true);
        server.Stop();
    }

    private static void Flip(TemporarySite site, ServerProcess server, string kind, bool mayEnd)
    {
        string secret = Path.Combine(site.Outside, "secret.txt");

        // The same length, so that only the jail stands between.
        File.WriteAllText(secret, new string('S', Inside.Length));
        List<FileStream> writers = [];
        for (int name = 0; name < Names; name++)
        {
            site.Write($"{name}.txt", Inside);
            MakeOther(site.PathOf($"{name}.other"), kind, secret);
            if (kind == "fifo")
            {
                // With a writer, a read would wait instead of ending.
                writers.Add(new FileStream(site.PathOf($"{name}.other"), FileMode.Open, FileAccess.ReadWrite));
            }
        }

        var statuses = new ConcurrentDictionary<int, bool>();
        int next = 0;
        Contest.Run(
            server,
            _ =>
            {
                foreach (int name in Enumerable.Range(0, Names))
                {
                    Swap(site.PathOf($"{name}.other"), site.PathOf($"{name}.txt"));
                }
            },
            (_, _) =>
            {
                using var client = new RawClient(server);
                try
                {
                    int name = System.Threading.Interlocked.Increment(ref next) % Names;
                    RawResponse response = client.Ask($"/{name}.txt");
                    statuses.TryAdd(response.Status, true);
                    Assert.Contains(response.Status, (int[])[200, 308, 404, 503]);
                    Assert.True(response.Status != 200 || response.Text == Inside, response.Text);
                }
                catch (EndOfStreamException) when (mayEnd)
                {
                    // At its deadline.
                }
            });
        writers.ForEach(writer => writer.Dispose());
        Assert.Contains(200, statuses.Keys);
        Assert.True(statuses.Count > 1, "the other kind was seen too");
    }

    private static void MakeOther(string path, string kind, string secret)
    {
        switch (kind)
        {
            case "link":
                File.CreateSymbolicLink(path, secret);
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "fifo":
                Assert.Equal(0, Machine.Run("mkfifo", path));
                break;
            default:
                Skip.If(Machine.Run("mknod", path, "c", "1", "5") != 0, "device nodes may only be made by root");
                break;
        }
    }

    /// <summary>Exchanges two names, by way of a third.</summary>
    private static void Swap(string left, string right)
    {
        string middle = left + ".middle";
        MoveAny(left, middle);
        MoveAny(right, left);
        MoveAny(middle, right);
    }

    private static void MoveAny(string from, string to)
    {
        if (Directory.Exists(from) && new DirectoryInfo(from).LinkTarget is null)
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to);
        }
    }
}
