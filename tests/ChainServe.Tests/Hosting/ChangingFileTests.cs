using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Uring.FakeKernel;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>
/// Files that change under the server, at every step of a response: the answer is whole and of one version, or the
/// connection ends; one strong entity tag never names two bodies.
/// </summary>
public sealed class ChangingFileTests
{
    private static readonly byte[] Old = Encoding.ASCII.GetBytes(new string('o', 1_000));
    private static readonly byte[] Same = Encoding.ASCII.GetBytes(new string('s', 1_000));
    private static readonly byte[] Longer = Encoding.ASCII.GetBytes(new string('l', 1_500));
    private static readonly byte[] Shorter = Encoding.ASCII.GetBytes(new string('k', 500));

    public static TheoryData<string, int> Changes()
    {
        TheoryData<string, int> rows = [];
        string[] changes =
        [
            "replaced, same length", "replaced, longer", "replaced, shorter", "written over", "truncated", "grown",
            "deleted", "a directory", "a link out", "a fifo", "now large",
        ];
        foreach (string change in changes)
        {
            // Before the open, between the steps, and after the last one.
            for (int step = 1; step <= 4; step++)
            {
                rows.Add(change, step);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void AChangeAtAnyStepGivesOneWholeVersion(string change, int step)
    {
        foreach (bool isWarm in new[] { true, false })
        {
            using FakeServer server = Serve();
            Dictionary<string, string> bodies = [];
            if (isWarm)
            {
                Note(bodies, server.Get("/file"));
            }

            int left = step;
            server.Faults.Issuing = entry =>
            {
                bool counts = entry.Opcode is Opcode.OpenAt2 or Opcode.Read or Opcode.Send or Opcode.Close;
                if (counts && new UserData(entry.UserData).Kind != ChainKind.Wake && --left == 0)
                {
                    Change(server, change);
                }

                return null;
            };

            for (int request = 0; request < 3; request++)
            {
                Response response = server.Get("/file");
                AssertAllowed(response);
                Note(bodies, response);
            }

            server.Faults.Issuing = null;
            server.Pass(3_000);
            Response last = server.Get("/file");
            Note(bodies, last);
            Assert.Equal(StatusAfter(change), last.Status);
            Assert.DoesNotContain("secret", last.Text, StringComparison.Ordinal);
            server.End();
        }
    }

    [Fact]
    public void AReplacementOfTheSameLengthGivesTheNewBodyWithANewTag()
    {
        using FakeServer server = Serve();
        Response old = server.Get("/file");
        server.Replace("file", Same);
        Response now = server.Get("/file");

        Assert.Equal((200, 200), (old.Status, now.Status));
        Assert.Equal(Same, now.Body);
        Assert.NotEqual(old.EntityTag, now.EntityTag);
        server.End();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(6, 0)]
    [InlineData(10, 0)]
    [InlineData(1, 65536)]
    [InlineData(2, 65536)]
    [InlineData(10, 65536)]
    public void ALargeFileThatIsTruncatedMidBodyEndsTheConnection(int step, int pipeLengthMax)
    {
        using FakeServer server = Serve(pipeLengthMax);
        server.Write("large", new byte[650_000]);
        BeforeStepOfBody(server, pipeLengthMax, step, () => server.Files.Truncate("/www/large", 20_000));
        FakeClient client = server.Connect("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        server.RunUntilQuiet();

        Assert.False(ResponseReader.TryRead(client.ReceivedBytes, isHead: false, out _));
        Assert.True(client.IsClosedByServer);
        server.End();
    }

    [Theory]
    [InlineData("replaced, longer", 0)]
    [InlineData("deleted", 0)]
    [InlineData("grown", 0)]
    [InlineData("replaced, longer", 65536)]
    [InlineData("deleted", 65536)]
    [InlineData("grown", 65536)]
    public void ALargeFileThatIsReplacedMidBodyIsSentAsItWas(string change, int pipeLengthMax)
    {
        using FakeServer server = Serve(pipeLengthMax);
        byte[] large = Enumerable.Range(0, 300_000).Select(value => (byte)(value * 7)).ToArray();
        server.Write("file", large);
        BeforeStepOfBody(server, pipeLengthMax, 3, () => Change(server, change));
        Response response = server.Get("/file");

        Assert.Equal(large, response.Body);
        server.End();
    }

    [Fact]
    public void ANameThatFlipsToALinkOutOfTheRootNeverLeadsThere()
    {
        using FakeServer server = Serve();
        int flips = 0;
        server.Faults.Issuing = entry =>
        {
            if (entry.Opcode is Opcode.OpenAt2 or Opcode.Read)
            {
                Change(server, ++flips % 3 == 0 ? "a link out" : "replaced, same length");
            }

            return null;
        };
        for (int request = 0; request < 50; request++)
        {
            Response response = server.Get("/file");
            AssertAllowed(response);
            server.Pass(300);
        }

        server.Faults.Issuing = null;
        Assert.True(flips > 50);
        server.End();
    }

    [Fact]
    public void AFileThatIsWrittenFasterThanItIsReadIsUnavailable()
    {
        using FakeServer server = Serve();
        server.Get("/file");
        int version = 0;
        server.Faults.Issuing = entry =>
        {
            if (entry.Opcode == Opcode.Read && new UserData(entry.UserData).Kind != ChainKind.Wake)
            {
                server.Files.WriteFile("/www/file", new byte[1_000 + (++version % 5)]);
            }

            return null;
        };
        Response busy = server.Get("/file");
        server.Faults.Issuing = null;

        Assert.Equal(503, busy.Status);
        Assert.Equal(9, version);
        Assert.Equal(200, server.Get("/file").Status);
        server.End();
    }

    private static FakeServer Serve(int pipeLengthMax = PipePool.PipeLength)
    {
        FakeServer server = new FakeServer(pipeLengthMax: pipeLengthMax);
        server.Files.WriteFile("/outside/secret", Encoding.ASCII.GetBytes("secret" + new string('x', 994)));
        server.Write("file", Old);
        return server;
    }

    /// <summary>Acts when the n-th part of a long body is taken from its file.</summary>
    private static void BeforeStepOfBody(FakeServer server, int pipeLengthMax, int nth, Action act)
    {
        ChainKind kind = pipeLengthMax == 0 ? ChainKind.Chunk : ChainKind.Splice;
        byte step = pipeLengthMax == 0 ? (byte)ChunkChain.Step.Read : (byte)SpliceChain.Step.In;
        server.Faults.Add(kind, step, nth, _ =>
        {
            act();
            return Fault.Limit(int.MaxValue);
        });
    }

    private static void Change(FakeServer server, string change)
    {
        const string Path = "/www/file";
        switch (change)
        {
            case "replaced, same length":
                server.Replace("file", Same);
                break;
            case "replaced, longer":
                server.Replace("file", Longer);
                break;
            case "replaced, shorter":
                server.Replace("file", Shorter);
                break;
            case "now large":
                server.Replace("file", new byte[100_000]);
                break;
            case "written over":
                server.Files.WriteFile(Path, Same);
                break;
            case "truncated":
                server.Files.Truncate(Path, 500);
                break;
            case "grown":
                server.Files.Append(Path, Shorter);
                break;
            case "deleted":
                server.Files.Delete(Path);
                break;
            case "a directory":
                server.Files.MakeDirectory(Path);
                server.Files.Delete(Path);
                server.Files.WriteFile(Path + "/index.html", Same);
                break;
            case "a link out":
                server.Files.MakeSymbolicLink(Path, "/outside/secret");
                break;
            default:
                server.Files.MakeFifo(Path);
                break;
        }
    }

    private static int StatusAfter(string change)
    {
        return change switch
        {
            "deleted" or "a link out" or "a fifo" => 404,
            "a directory" => 308,
            _ => 200,
        };
    }

    private static void AssertAllowed(Response response)
    {
        Assert.Contains(response.Status, new[] { 200, 308, 404, 503 });
        if (response.Status == 200)
        {
            byte[] grown = [.. Old, .. Shorter];
            byte[][] versions = [Old, Same, Longer, Shorter, Old[..500], grown, new byte[100_000]];
            Assert.Contains(versions, version => version.AsSpan().SequenceEqual(response.Body));
        }
    }

    private static void Note(Dictionary<string, string> bodies, Response response)
    {
        if (response.Status == 200 && !response.EntityTag.StartsWith("W/", StringComparison.Ordinal))
        {
            bodies.TryAdd(response.EntityTag, response.Text);
            Assert.Equal(bodies[response.EntityTag], response.Text);
        }
    }
}
