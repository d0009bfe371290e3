using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Files that others write while they are served. Every answer is one version of the file, whole.</summary>
public sealed class ChangingFileTests
{
    /// <summary>Each version is filled with its number, so that a mixture of two shows.</summary>
    [SkippableTheory]
    [InlineData(1000, false)]
    [InlineData(1000, true)]
    [InlineData(60_000, false)]
    [InlineData(60_000, true)]
    [InlineData(200_000, false)]
    [InlineData(200_000, true)]
    public void EveryAnswerIsOneVersionWhileTheFileIsReplaced(int length, bool changesLength)
    {
        using var site = new TemporarySite();
        Replace(site, "file.bin", Version(0, length));
        using ServerProcess server = ServerProcess.Start(site);
        var bodies = new ConcurrentDictionary<string, int>();
        int versionsSeen = Contest.Run(
            server,
            round => Replace(site, "file.bin", Version(round, changesLength ? length + (round % 50) : length)),
            (client, seen) =>
            {
                RawResponse response = client.Ask("/file.bin");
                if (response.Status == 503)
                {
                    // Written faster than it can be read, again and again: an honest answer.
                    return;
                }

                Assert.Equal(200, response.Status);
                int version = RequireVersion(response.Body, length, changesLength);
                seen.TryAdd(version, true);
                string tag = response["ETag"]!;
                Assert.True(
                    tag.StartsWith("W/", StringComparison.Ordinal) || bodies.GetOrAdd(tag, version) == version,
                    $"{tag} names the versions {bodies.GetValueOrDefault(tag)} and {version}");
            });
        Assert.True(versionsSeen > 1, "the writer was seen at work");
        server.Stop();
    }

    /// <summary>Rewritten in place, a small file may be caught half-written by anybody who reads it; but what goes out
    /// under one strong tag is always the same bytes, and never more than announced.</summary>
    [SkippableTheory]
    [InlineData(1000)]
    [InlineData(60_000)]
    public void AStrongTagNamesOneBodyWhileTheFileIsRewrittenInPlace(int length)
    {
        using var site = new TemporarySite();
        string path = site.Write("file.bin", Version(0, length));
        using ServerProcess server = ServerProcess.Start(site);
        var bodies = new ConcurrentDictionary<string, string>();
        Contest.Run(
            server,
            round =>
            {
                // Truncates first, so that a reader sees every length.
                using FileStream file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
                file.Write(Version(round, length));
            },
            (client, _) =>
            {
                RawResponse response = client.Ask("/file.bin");
                if (response.Status == 503)
                {
                    return;
                }

                Assert.Equal(200, response.Status);
                Assert.InRange(response.Body.Length, 0, length);
                string tag = response["ETag"]!;
                string body = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(response.Body));
                Assert.True(
                    tag.StartsWith("W/", StringComparison.Ordinal) || bodies.GetOrAdd(tag, body) == body,
                    $"{tag} names two bodies");
            });
        server.Stop();
    }

    /// <summary>A large file that shrinks and grows in place: the connection may end early, but never gives bytes that
    /// were not announced.</summary>
    [SkippableFact]
    public void ALargeFileThatChangesInPlaceNeverGivesMoreThanAnnounced()
    {
        const int Length = 3_000_000;
        using var site = new TemporarySite();
        string path = site.Write("file.bin", new byte[Length]);
        using ServerProcess server = ServerProcess.Start(site);
        long whole = 0;
        Contest.Run(
            server,
            round =>
            {
                using FileStream file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.SetLength(round % 2 == 0 ? Length : Length / 3);
            },
            (_, _) =>
            {
                using var client = new RawClient(server);
                client.Send(RawClient.Request("/file.bin", fields: "Connection: close\r\n"));
                long announced = client.ReadHead().ContentLength!.Value;
                long received = client.ReadToEnd(
                    (_, bytes) => Assert.False(bytes.ContainsAnyExcept((byte)0)), out bool isReset);
                Assert.InRange(received, 0, announced);
                Interlocked.Add(ref whole, received == announced && !isReset ? 1 : 0);
            });
        Assert.NotEqual(0, whole);
        server.Stop();
    }

    private static void Replace(TemporarySite site, string name, byte[] content)
    {
        string temporary = Path.Combine(site.Outside, "next");
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, site.PathOf(name), overwrite: true);
    }

    private static byte[] Version(int version, int length)
    {
        byte[] content = new byte[length];
        for (int offset = 0; offset + sizeof(int) <= length; offset += sizeof(int))
        {
            BitConverter.TryWriteBytes(content.AsSpan(offset), version);
        }

        return content;
    }

    private static int RequireVersion(byte[] body, int length, bool changesLength)
    {
        int version = BitConverter.ToInt32(body);
        int expected = changesLength && version > 0 ? length + (version % 50) : length;
        Assert.Equal(expected, body.Length);
        Assert.True(body.AsSpan().SequenceEqual(Version(version, expected)), $"version {version} is whole");
        return version;
    }
}
