using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>Limits that are not the default ones rule from the configuration to the client. That each is kept at its
/// edge is tested with the part that keeps it.</summary>
public sealed class ConfiguredLimitTests
{
    [SkippableFact]
    public void RequestsAboveTheConfiguredLimitsAreRefusedOrCutShort()
    {
        using var site = new TemporarySite();
        site.WritePattern("file.bin", 1_000);
        site.Write("long.txt", new string('a', 2_000));
        site.Write("short.txt", new string('a', 1_000));
        for (int file = 0; file < 5; file++)
        {
            site.Write($"list/{file}", "");
        }

        TemporarySite.WaitUntilFilesAreOld();
        var settings = new Dictionary<string, string>
        {
            ["Limits:RequestLineBytesMax"] = "100",
            ["Limits:HeadBytesMax"] = "500",
            ["Limits:HeaderCountMax"] = "6",
            ["Limits:BodyBytesDiscardedMax"] = "10",
            ["Limits:RangesMax"] = "2",
            ["Limits:ListingEntriesMax"] = "3",
            ["Limits:CompressBytesMax"] = "1500",
        };
        using ServerProcess server = ServerProcess.Start(site, settings, "--browse", "--compress", "--workers", "1");
        string five = string.Concat(Enumerable.Range(0, 5).Select(field => $"X-{field}: 1\r\n"));
        Assert.Equal(200, Status("/file.bin?" + new string('q', 70)));
        Assert.Equal(414, Status("/file.bin?" + new string('q', 80)));
        Assert.Equal(200, Status("/file.bin", $"X: {new string('x', 400)}\r\n"));
        Assert.Equal(431, Status("/file.bin", $"X: {new string('x', 500)}\r\n"));
        Assert.Equal(200, Status("/file.bin", five));
        Assert.Equal(431, Status("/file.bin", five + "X: 1\r\n"));
        Assert.Equal(413, Status("/file.bin", "Content-Length: 11\r\n"));
        Assert.Equal(206, Status("/file.bin", "Range: bytes=0-1,500-501\r\n"));
        Assert.Equal(200, Status("/file.bin", "Range: bytes=0-1,500-501,900-901\r\n"));
        using (JsonDocument list = JsonDocument.Parse(RawClient.Fetch(server, "/list/?format=json").Body))
        {
            Assert.Equal(3, list.RootElement.GetProperty("entries").GetArrayLength());
        }

        // A client waits for a coding when it takes nothing else.
        const string OnlyCoded = "Accept-Encoding: gzip, identity;q=0\r\n";
        Assert.Equal("gzip", RawClient.Fetch(server, "/short.txt", fields: OnlyCoded)["Content-Encoding"]);
        Assert.Null(RawClient.Fetch(server, "/long.txt", fields: OnlyCoded)["Content-Encoding"]);
        Assert.Equal(1, server.Stop().Compressions);
        Assert.Contains(
            "limits passed: Limits:RequestLineBytesMax 1, Limits:HeadBytesMax 1, Limits:HeaderCountMax 1, "
            + "Limits:BodyBytesDiscardedMax 1\n",
            server.Error + "\n",
            StringComparison.Ordinal);

        int Status(string target, string fields = "")
        {
            return RawClient.Fetch(server, target, fields: fields).Status;
        }
    }

    /// <summary>Below the limit a body is read away and the connection goes on.</summary>
    [SkippableFact]
    public void ABodyWithinTheConfiguredLimitIsReadAway()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        var settings = new Dictionary<string, string> { ["Limits:BodyBytesDiscardedMax"] = "10" };
        using ServerProcess server = ServerProcess.Start(site, settings);
        using var client = new RawClient(server);
        client.Send(RawClient.Request("/a.txt", fields: "Content-Length: 10\r\n") + "0123456789");
        Assert.Equal("text", client.Read().Text);
        Assert.Equal("text", client.Ask("/a.txt").Text);
        server.Stop();
    }

    [SkippableTheory]
    [InlineData("Limits:CannedFileBytesMax", "1500", 1)]
    [InlineData("Limits:CannedFileBytesMax", "2000", 2)]
    [InlineData("Limits:CannedBytesPerWorker", "0", 0)]
    public void FilesAboveTheConfiguredLengthAreNeverCopied(string key, string value, int copies)
    {
        using var site = new TemporarySite();
        site.WritePattern("short.bin", 1_000);
        site.WritePattern("long.bin", 2_000);
        TemporarySite.WaitUntilFilesAreOld();
        var settings = new Dictionary<string, string> { [key] = value };
        using ServerProcess server = ServerProcess.Start(site, settings, "--workers", "1");
        using var client = new RawClient(server);
        for (int time = 0; time < 20; time++)
        {
            Assert.True(Pattern.Matches(0, client.Ask("/short.bin").Body));
            Assert.True(Pattern.Matches(0, client.Ask("/long.bin").Body));
        }

        server.Stop();
        Assert.Contains($"({copies} copies made)", server.Error, StringComparison.Ordinal);
    }

    /// <summary>The default of connections by address.</summary>
    [SkippableFact]
    public void OneAddressGetsHalfOfAllConnectionsAndAnotherTheRest()
    {
        using var site = new TemporarySite();
        site.Write("a.txt", "text");
        var settings = new Dictionary<string, string> { ["Limits:ConnectionsPerWorker"] = "8" };
        using ServerProcess server = ServerProcess.Start(
            site, settings, "--workers", "1", "--proxy-protocol", "127.0.0.1");
        List<RawClient> clients = [.. Enumerable.Range(0, 8).Select(_ => new RawClient(server))];
        int[] statuses = [.. clients.Take(5).Select(client => Ask(client, "192.0.2.1"))];
        Assert.Equal([200, 200, 200, 200, 503], statuses);
        Assert.Equal([200, 200], clients.Skip(6).Select(client => Ask(client, "192.0.2.2")));
        clients.ForEach(client => client.Dispose());
        server.Stop();

        static int Ask(RawClient client, string address)
        {
            client.Send(Encoding.ASCII.GetBytes($"PROXY TCP4 {address} 192.0.2.8 1000 80\r\n"));
            return client.Ask("/a.txt").Status;
        }
    }
}
