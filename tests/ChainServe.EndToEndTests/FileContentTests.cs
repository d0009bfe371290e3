using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Files of every length around a limit, byte by byte, through each kind of chain.</summary>
public sealed class FileContentTests
{
    private const long Gibibyte = 1L << 30;

    public static TheoryData<long, bool> LengthsAndForms()
    {
        var data = new TheoryData<long, bool>();
        foreach (long length in (long[])[0, 1, 4095, 4096, 4097, 65535, 65536, 65537, (1 << 20) + 1, 100 << 20])
        {
            data.Add(length, false);
            data.Add(length, true);
        }

        return data;
    }

    /// <summary>The first fetch resolves the name, the later ones take the chain of known facts: checked or whole.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(LengthsAndForms))]
    public void EveryFetchOfAFileIsByteExact(long length, bool immutable)
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", length);
        using ServerProcess server = ServerProcess.Start(site, Form(immutable));
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 4; fetch++)
        {
            client.Send(RawClient.Request("/file.bin"));
            RawResponse response = client.ReadHead();
            Assert.Equal(200, response.Status);
            Assert.Equal(length, response.ContentLength);
            client.ReadBody(length, RequirePattern);
            RawResponse head = client.Ask("/file.bin", "HEAD");
            Assert.Equal(200, head.Status);
            Assert.Equal(length, head.ContentLength);
        }

        client.ShutdownSend();
        client.RequireEnd();
        Assert.Equal(8, server.Stop().Requests);
    }

    [SkippableTheory]
    [MemberData(nameof(LengthsAndForms))]
    public async Task CurlFetchesAFileByteExact(long length, bool immutable)
    {
        string curl = Machine.RequireProgram("curl");
        using var site = new TemporarySite();
        site.WritePattern("file.bin", length);
        using ServerProcess server = ServerProcess.Start(site, Form(immutable));
        for (int fetch = 0; fetch < 2; fetch++)
        {
            (int exitCode, long received) = await Curl(curl, $"{server.Url}/file.bin", RequirePattern);
            Assert.Equal(0, exitCode);
            Assert.Equal(length, received);
        }

        server.Stop();
    }

    /// <summary>Offsets and lengths beyond 32 bits.</summary>
    [SkippableFact]
    public async Task AFileOfFiveGibibytesIsByteExact()
    {
        using var site = new TemporarySite();
        long length = (5 * Gibibyte) + 1;
        long[] marks = [0, (2 * Gibibyte) - 2000, (4 * Gibibyte) - 2000, length - 4096];
        WriteSparse(site.PathOf("huge.bin"), length, marks);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/huge.bin"));
        RawResponse response = client.ReadHead();
        Assert.Equal(length, response.ContentLength);
        client.ReadBody(length, (offset, bytes) => RequireSparse(offset, bytes, marks));

        RawResponse range = client.Ask("/huge.bin", fields: $"Range: bytes={marks[2]}-{marks[2] + 4095}\r\n");
        Assert.Equal(206, range.Status);
        Assert.Equal($"bytes {marks[2]}-{marks[2] + 4095}/{length}", range["Content-Range"]);
        Assert.True(Pattern.Matches(0, range.Body));

        string curl = Machine.RequireProgram("curl");
        (int exitCode, long received) = await Curl(
            curl, $"{server.Url}/huge.bin", (offset, bytes) => RequireSparse(offset, bytes, marks));
        Assert.Equal(0, exitCode);
        Assert.Equal(length, received);
        server.Stop();
    }

    [SkippableFact]
    public void SixtyFourParallelDownloadsAreByteExact()
    {
        const int Clients = 64;
        const long Length = 20 << 20;
        using var site = new TemporarySite();
        site.WritePattern("file.bin", Length);
        using ServerProcess server = ServerProcess.Start(site);
        Parallel.For(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, _ =>
        {
            using var client = new RawClient(server);
            client.Send(RawClient.Request("/file.bin", fields: "Connection: close\r\n"));
            Assert.Equal(Length, client.ReadHead().ContentLength);
            client.ReadBody(Length, RequirePattern);
            client.RequireEnd();
        });
        Assert.Equal(Clients, server.Stop().Requests);
    }

    [SkippableTheory]
    [InlineData("/dev/shm")]
    [InlineData("/tmp")]
    public void AnyFileSystemIsServed(string parent)
    {
        Skip.IfNot(Directory.Exists(parent), $"there is no {parent}");
        using var site = new TemporarySite(parent);
        site.WritePattern("small.bin", 10_000);
        site.WritePattern("large.bin", 1_000_000);
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        for (int fetch = 0; fetch < 3; fetch++)
        {
            Assert.True(Pattern.Matches(0, client.Ask("/small.bin").Body));
            RawResponse large = client.Ask("/large.bin");
            Assert.Equal(1_000_000, large.Body.Length);
            Assert.True(Pattern.Matches(0, large.Body));
        }

        server.Stop();
    }

    private static string[] Form(bool immutable)
    {
        return immutable ? ["--immutable"] : [];
    }

    private static void RequirePattern(long offset, ReadOnlySpan<byte> bytes)
    {
        if (!Pattern.Matches(offset, bytes))
        {
            throw new InvalidDataException($"wrong bytes within {bytes.Length} from {offset}");
        }
    }

    private static async Task<(int ExitCode, long Received)> Curl(string curl, string url, BodyVisitor visit)
    {
        using Process process = Process.Start(new ProcessStartInfo(curl, ["-sS", "--max-time", "600", url])
        {
            RedirectStandardOutput = true,
        })!;
        byte[] buffer = new byte[1 << 18];
        long offset = 0;
        while (true)
        {
            int count = await process.StandardOutput.BaseStream.ReadAsync(buffer);
            if (count == 0)
            {
                break;
            }

            visit(offset, buffer.AsSpan(0, count));
            offset += count;
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, offset);
    }

    /// <summary>A file of zeros that takes no room, with 4 KiB of the pattern at each mark.</summary>
    private static void WriteSparse(string path, long length, long[] marks)
    {
        using FileStream file = File.Create(path);
        try
        {
            file.SetLength(length);
        }
        catch (IOException exception)
        {
            Skip.If(true, $"the file system takes no file of {length} bytes: {exception.Message}");
        }

        foreach (long mark in marks)
        {
            file.Position = mark;
            file.Write(Pattern.At(0, 4096));
        }
    }

    private static void RequireSparse(long offset, ReadOnlySpan<byte> bytes, long[] marks)
    {
        while (!bytes.IsEmpty)
        {
            int count = bytes.Length;
            long mark = -1;
            foreach (long candidate in marks)
            {
                if (offset >= candidate && offset < candidate + 4096)
                {
                    mark = candidate;
                    count = (int)Math.Min(count, candidate + 4096 - offset);
                }
                else if (candidate > offset)
                {
                    count = (int)Math.Min(count, candidate - offset);
                }
            }

            ReadOnlySpan<byte> piece = bytes[..count];
            bool isRight = mark >= 0 ? Pattern.Matches(offset - mark, piece) : !piece.ContainsAnyExcept((byte)0);
            if (!isRight)
            {
                throw new InvalidDataException($"wrong bytes within {count} from {offset}");
            }

            offset += count;
            bytes = bytes[count..];
        }
    }
}
