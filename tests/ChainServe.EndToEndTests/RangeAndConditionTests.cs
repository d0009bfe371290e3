using System;
using System.Collections.Generic;
using System.Linq;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>RFC 9110 §13 and §14: conditions and single ranges, on files of one chain and of many chunks.</summary>
public sealed class RangeAndConditionTests
{
    private const int SmallLength = 10_000;
    private const int LargeLength = 1_000_000;

    /// <summary>The first fetch resolves the name, the later ones take the chain of known facts: checked or whole.
    /// </summary>
    [SkippableTheory]
    [InlineData("small", SmallLength, false)]
    [InlineData("small", SmallLength, true)]
    [InlineData("large", LargeLength, false)]
    [InlineData("large", LargeLength, true)]
    public void ARangeIsThoseBytesOfTheFile(string name, int length, bool immutable)
    {
        (string Range, int Offset, int Count)[] cases =
        [
            ("0-0", 0, 1),
            ("0-4095", 0, 4096),
            ("1000-1999", 1000, 1000),
            ($"{length - 1}-", length - 1, 1),
            ("-1", length - 1, 1),
            ("-9999", length - 9999, 9999),
            ($"-{length + 5}", 0, length),
            ("0-", 0, length),
            ($"5-{length + 100}", 5, length - 5),
            ($"65535-{length + 65536}", 65535, length - 65535),
            ("65536-131071", 65536, 65536),
            ("123456-654321", 123_456, 530_866),
        ];
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site, immutable ? ["--immutable"] : []);
        using var client = new RawClient(server);
        foreach ((string range, int offset, int count) in cases.Where(one => one.Offset < length))
        {
            for (int fetch = 0; fetch < 3; fetch++)
            {
                RawResponse response = client.Ask($"/{name}.bin", fields: $"Range: bytes={range}\r\n");
                Assert.Equal(206, response.Status);
                Assert.Equal($"bytes {offset}-{offset + count - 1}/{length}", response["Content-Range"]);
                Assert.Equal(count, response.Body.Length);
                Assert.True(Pattern.Matches(offset, response.Body));
            }
        }

        server.Stop();
    }

    [SkippableFact]
    public void ARangeBeyondTheEndIsNotSatisfiable()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach ((string name, int length) in ((string, int)[])[("small", SmallLength), ("large", LargeLength)])
        {
            foreach (string range in (string[])[$"{length}-", $"{length + 1}-{length + 9}", "-0"])
            {
                RawResponse response = client.Ask($"/{name}.bin", fields: $"Range: bytes={range}\r\n");
                Assert.Equal(416, response.Status);
                Assert.Equal($"bytes */{length}", response["Content-Range"]);
            }
        }

        server.Stop();
    }

    /// <summary>RFC 9110 §14.2: a range that is not understood, or stands in a HEAD, is ignored.</summary>
    [SkippableTheory]
    [InlineData("GET", "bytes=5-1")]
    [InlineData("GET", "lines=0-1")]
    [InlineData("GET", "bytes=x-")]
    [InlineData("HEAD", "bytes=0-1")]
    public void ARangeThatDoesNotCountGivesTheWholeFile(string method, string range)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        RawResponse response = RawClient.Fetch(server, "/small.bin", method, $"Range: {range}\r\n");
        Assert.Equal(200, response.Status);
        Assert.Equal(SmallLength, response.ContentLength);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("small")]
    [InlineData("large")]
    public void AClientThatHasTheFileGetsNotModified(string name)
    {
        using TemporarySite site = MakeSite();
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        RawResponse first = client.Ask($"/{name}.bin");
        string tag = first["ETag"]!;
        string date = first["Last-Modified"]!;
        Assert.StartsWith("\"", tag, StringComparison.Ordinal);
        foreach (string field in (string[])
            [
                $"If-None-Match: {tag}", $"If-None-Match: \"x\", W/{tag}", "If-None-Match: *",
                $"If-Modified-Since: {date}",
            ])
        {
            foreach (string method in (string[])["GET", "HEAD"])
            {
                RawResponse response = client.Ask($"/{name}.bin", method, field + "\r\n");
                Assert.True(response.Status == 304, $"{method} with {field}: {response.Status}");
                Assert.Equal(tag, response["ETag"]);
            }
        }

        server.Stop();
    }

    [SkippableTheory]
    [InlineData("If-None-Match: \"other\"", 200)]
    [InlineData("If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT", 200)]
    [InlineData("If-Modified-Since: yesterday", 200)]
    [InlineData("If-Match: \"other\"", 412)]
    [InlineData("If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT", 412)]
    public void AConditionThatDoesNotHoldDecides(string field, int status)
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach (string name in (string[])["small", "large", "small", "large"])
        {
            RawResponse response = client.Ask($"/{name}.bin", fields: field + "\r\n");
            Assert.Equal(status, response.Status);
            Assert.True(status != 200 || Pattern.Matches(0, response.Body));
        }

        server.Stop();
    }

    /// <summary>RFC 9110 §13.1.5: the range counts only for the version the client has part of.</summary>
    [SkippableFact]
    public void IfRangeGivesTheWholeFileWhenItIsAnother()
    {
        using TemporarySite site = MakeSite();
        TemporarySite.WaitUntilFilesAreOld();
        using ServerProcess server = ServerProcess.Start(site);
        using var client = new RawClient(server);
        foreach ((string name, int length) in ((string, int)[])[("small", SmallLength), ("large", LargeLength)])
        {
            RawResponse first = client.Ask($"/{name}.bin", "HEAD");
            Dictionary<string, int> statuses = new()
            {
                [first["ETag"]!] = 206,
                ["\"other\""] = 200,
                [$"W/{first["ETag"]}"] = 200,
                [first["Last-Modified"]!] = 206,
                ["Mon, 01 Jan 2001 00:00:00 GMT"] = 200,
            };
            foreach ((string validator, int status) in statuses)
            {
                RawResponse response = client.Ask(
                    $"/{name}.bin", fields: $"Range: bytes=100-199\r\nIf-Range: {validator}\r\n");
                Assert.True(response.Status == status, $"If-Range: {validator}: {response.Status}");
                Assert.Equal(status == 206 ? 100 : length, response.Body.Length);
                Assert.True(Pattern.Matches(status == 206 ? 100 : 0, response.Body));
            }
        }

        server.Stop();
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.WritePattern("small.bin", SmallLength);
        site.WritePattern("large.bin", LargeLength);
        return site;
    }
}
