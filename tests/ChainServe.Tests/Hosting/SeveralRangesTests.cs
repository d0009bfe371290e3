using System;
using System.IO;
using System.Linq;
using System.Text;
using ChainServe.Tests.Simulation;
using Uring.Abi;
using Xunit;

namespace ChainServe.Tests.Hosting;

/// <summary>Several ranges of a short file come from bytes that were compared, as every other body of it.</summary>
public sealed class SeveralRangesTests
{
    private const int Length = 4_000;
    private const string Ranges = "Range: bytes=0-99,1000-1099,-100\r\n";

    private static readonly byte[] Old = Encoding.ASCII.GetBytes(new string('o', Length));
    private static readonly byte[] New = Encoding.ASCII.GetBytes(new string('n', Length));

    /// <summary>The parts, with their heads taken away.</summary>
    private static string Bytes(Response response)
    {
        Assert.StartsWith("multipart/byteranges", response.Fields["Content-Type"], StringComparison.Ordinal);
        string[] parts = response.Text.Split("\r\n\r\n")[1..];
        return string.Concat(parts.Select(static part => part[..100]));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void AFileThatIsWrittenOverAtAnyStepGivesPartsOfOneVersionAndATagOfIts(int step, bool isKnown)
    {
        using FakeServer server = new FakeServer();
        server.Write("file", Old);
        string tag = isKnown ? server.Get("/file").EntityTag : "";
        int left = step;
        void Act()
        {
            if (left-- == 0)
            {
                server.Files.WriteFile("/www/file", New);
            }
        }

        server.Kernel.TellingStatus = () =>
        {
            Act();
            return 0;
        };
        server.Faults.Issuing = entry =>
        {
            if (entry.Opcode is Opcode.OpenAt2 or Opcode.Read)
            {
                Act();
            }

            return null;
        };
        Response response = server.Get("/file", Ranges);

        string bytes = Bytes(response);
        Assert.True(bytes == new string('o', 300) || bytes == new string('n', 300), bytes);
        Assert.True(!isKnown || bytes[0] == 'o' == (response.EntityTag == tag), $"{bytes[0]} {response.EntityTag}");
        server.End();
    }

    [Fact]
    public void ACompressionThatFailsLeavesNoDescriptorBehind()
    {
        using FakeServer server = new FakeServer(FakeServer.Quick() with { Compress = true });
        server.RunJob = static job => job.Failure = new IOException("no bytes");
        server.Write("file.txt", Old);
        server.Get("/file.txt");
        server.Pass(5_000);
        Response response = server.Get("/file.txt", Ranges + "Accept-Encoding: gzip\r\n");

        Assert.Equal(new string('o', 300), Bytes(response));
        Assert.Equal(1, server.Counters.Jobs);
        server.End();
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(64 * 1024, 2)]
    public void TheyAreReadAgainForEachRequestUnlessThereIsACopy(int cannedBytes, int reads)
    {
        using FakeServer server = new FakeServer(FakeServer.Quick(cannedBytes: cannedBytes));
        server.Write("file", Old);
        server.Get("/file");
        server.Get("/file");
        server.Submitted.Clear();
        Response first = server.Get("/file", Ranges);
        Response second = server.Get("/file", Ranges);
        server.Get("/file");

        Assert.Equal(first.EntityTag, second.EntityTag);
        Assert.Equal(new string('o', 300), Bytes(second));
        int count = server.Submitted.Count(entry => entry.Opcode == Opcode.Read);
        Assert.Equal(reads, count + (cannedBytes > 0 ? 2 : 0));
        server.End();
    }
}
