using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

public sealed partial class AccessLogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static string[] WaitForLines(string file, int count)
    {
        string[] lines = [];
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(10);
                lines = File.Exists(file) ? File.ReadAllLines(file) : [];
                return lines.Length >= count;
            },
            Patience);
        Assert.Equal(count, lines.Length);
        return lines;
    }

    [SkippableFact]
    public void EachRequestIsOneLineWhateverTheClientSends()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "home");
        site.WritePattern("large.bin", 500_000);
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log);
        using (var client = new RawClient(server))
        {
            client.Ask("/", fields: "User-Agent: a\"b\\c\u00e9\r\nReferer: http://r/\r\n");
            client.Ask("/none?x=%22");
            client.Ask("/large.bin", fields: "Range: bytes=0-199999\r\n");
            client.Ask("/", "HEAD");
        }

        using (var client = new RawClient(server))
        {
            client.Send("GET / HTTP/9.9\r\nX: \" 200 1\r\n\r\n");
            client.Read();
        }

        string[] lines = WaitForLines(log, 5);
        Assert.All(lines, line => Assert.Matches(Combined(), line));
        Assert.Contains(lines, line => line.Contains("\"GET / HTTP/1.1\" 200 4 \"http://r/\" \"a\\x22b\\x5cc\\xe9\" "));
        Assert.Contains(lines, line => line.Contains("\"GET /none?x=%22 HTTP/1.1\" 404 "));
        Assert.Contains(lines, line => line.Contains("\"GET /large.bin HTTP/1.1\" 206 200000 "));
        Assert.Contains(lines, line => line.Contains("\"HEAD / HTTP/1.1\" 200 0 "));
        Assert.Contains(lines, line => line.Contains("\"GET / HTTP/9.9\" 505 "));
        server.Stop();
    }

    [SkippableFact]
    public void JsonLinesAreObjects()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "home");
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log, "--log-format", "json");
        RawClient.Fetch(server, "/", fields: "User-Agent: a\"b\\\u00ff\r\n");
        using JsonDocument line = JsonDocument.Parse(WaitForLines(log, 1)[0]);
        Assert.Equal("GET / HTTP/1.1", line.RootElement.GetProperty("request").GetString());
        Assert.Equal(200, line.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(4, line.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal("127.0.0.1", line.RootElement.GetProperty("client").GetString());
        Assert.Equal("a\"b\\\u00ff", line.RootElement.GetProperty("user_agent").GetString());
        Assert.True(line.RootElement.GetProperty("duration_us").GetInt64() >= 0);
        Assert.InRange(
            (DateTime.UtcNow - line.RootElement.GetProperty("time").GetDateTime()).TotalMinutes, -1, 1);
        server.Stop();
    }

    [SkippableFact]
    public void ALogThatIsMovedAwayIsOpenedAnew()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "home");
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log);
        RawClient.Fetch(server, "/?1");
        WaitForLines(log, 1);
        File.Move(log, log + ".1");
        RawClient.Fetch(server, "/?2");
        WaitForLines(log + ".1", 2);
        server.Signal("USR1");
        Assert.True(SpinWait.SpinUntil(() => server.Error.Contains("opened anew", StringComparison.Ordinal), Patience));
        RawClient.Fetch(server, "/?3");
        Assert.Contains("/?3", WaitForLines(log, 1)[0], StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(log + ".1").Length);
        Assert.Equal(0, server.Stop().LostLogLines);
    }

    [SkippableFact]
    public void AFullDiskLosesLinesAndNoResponse()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "home");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", "/dev/full", "--workers", "1");
        using var client = new RawClient(server);
        for (int request = 0; request < 50; request++)
        {
            Assert.Equal(200, client.Ask("/").Status);
        }

        ServerSummary summary = server.Stop();
        Assert.Equal(50, summary.LostLogLines);
        Assert.Contains("the access log loses lines: a write failed with errno 28", server.Error);
    }

    [SkippableFact]
    public void LoggingIsNoSystemCallPerRequest()
    {
        using var site = new TemporarySite();
        site.Write("index.html", "home");
        string log = Path.Combine(site.Base, "access.log");
        using ServerProcess server = ServerProcess.Start(site, "--access-log", log, "--workers", "1");
        string report = Path.Combine(site.Base, "calls");
        using Process tracer = SystemCalls.Attach(Machine.RequireProgram("strace"), server, report);
        using (var client = new RawClient(server))
        {
            for (int round = 0; round < 20; round++)
            {
                client.Send(string.Concat(Enumerable.Repeat(RawClient.Request("/"), 50)));
                for (int request = 0; request < 50; request++)
                {
                    Assert.Equal(200, client.Read().Status);
                }
            }
        }

        Dictionary<string, long> counts = SystemCalls.Detach(tracer, report);
        Assert.Equal(0, counts.GetValueOrDefault("write") + counts.GetValueOrDefault("writev"));
        WaitForLines(log, 1000);
        server.Stop();
    }

    [GeneratedRegex(
        @"\A127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] ""[!-~ ]*"" \d{3} \d+ "
        + @"""[^""]*"" ""[^""]*"" \d+\.\d{6}\z")]
    private static partial Regex Combined();
}
