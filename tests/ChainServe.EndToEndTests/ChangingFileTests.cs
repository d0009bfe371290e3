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

    /// <summary>A directory that takes another's place leaves the time stamps of its files as they are: old enough for
    /// strong tags, and for copies in memory.</summary>
    [SkippableTheory]
    [InlineData(1000, 1000)]
    [InlineData(1000, 1500)]
    [InlineData(60_000, 60_000)]
    [InlineData(200_000, 150_000)]
    [InlineData(1_500_000, 1_500_000)]
    public void AStrongTagNamesOneBodyWhileDirectoriesChangePlaces(int length, int otherLength)
    {
        // Many, because what is known of a name holds for a second: each gives some chances to be caught in the act.
        const int Names = 8;
        using var site = new TemporarySite();
        DateTime time = DateTime.UtcNow.AddDays(-1);
        for (int name = 0; name < Names; name++)
        {
            File.SetLastWriteTimeUtc(site.Write($"build/{name}.bin", Version(1, length)), time);
            File.SetLastWriteTimeUtc(site.Write($"other/{name}.bin", Version(2, otherLength)), time.AddTicks(10));
        }

        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        var bodies = new ConcurrentDictionary<string, int>();
        int next = 0;
        int versionsSeen = Contest.Run(
            server,
            round => ExchangeDirectories(site, round),
            (client, seen) =>
            {
                RawResponse response = client.Ask($"/build/{Interlocked.Increment(ref next) % Names}.bin");
                if (response.Status is 404 or 503)
                {
                    return;
                }

                Assert.Equal(200, response.Status);
                int version = BitConverter.ToInt32(response.Body);
                int expected = version == 1 ? length : otherLength;
                Assert.True(response.Body.AsSpan().SequenceEqual(Version(version, expected)), $"{version} is whole");
                seen.TryAdd(version, true);
                string tag = response["ETag"]!;
                int named = bodies.GetOrAdd(tag, version);
                Assert.True(named == version, $"{tag} names the versions {named} and {version}");
            },
            versionsWanted: 2);
        Assert.Equal(2, versionsSeen);
        Assert.DoesNotContain(bodies.Keys, tag => tag.StartsWith("W/", StringComparison.Ordinal));
        server.Stop();
    }

    private static void ExchangeDirectories(TemporarySite site, int round)
    {
        string middle = site.PathOf("middle");
        Directory.Move(site.PathOf("build"), middle);
        Directory.Move(site.PathOf("other"), site.PathOf("build"));
        Directory.Move(middle, site.PathOf("other"));
        if (round % 15 == 0)
        {
            // Long enough for copies in memory to be made and used; an odd number, so that each has its turn.
            Thread.Sleep(100);
        }
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
