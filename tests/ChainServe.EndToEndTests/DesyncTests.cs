using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using ChainServe.EndToEndTests.Harness;
using Xunit;

namespace ChainServe.EndToEndTests;

/// <summary>
/// Requests that two readers could read in two ways, as they are used to smuggle one past a proxy. There is one reading
/// here; where the end of a request is in doubt, its answer is the last one, and nothing behind it is a request.
/// </summary>
public sealed class DesyncTests
{
    private const string Secret = "never asked for";

    // A connection that stays open costs half a minute.
    private const int WrongMax = 3;

    [SkippableFact]
    public void NoTransferEncodingHidesARequest()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        List<string> wrong = [];
        foreach ((int status, string lines) in DesyncTables.TransferEncodings)
        {
            // The end of the body by one reading, and by the other.
            foreach (string body in (string[])["0\r\n\r\n", "", "12345", "0\r\n\r\nx"])
            {
                string head = RawClient.Request("/a.txt", "POST", Lines(lines));
                Judge(server, head + body + DesyncTables.Smuggled, $"{status}", wrong);
            }
        }

        // Chunks without HTTP/1.1 have no reading.
        string old = "POST /a.txt HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        Judge(server, old + DesyncTables.Smuggled, "400", wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        server.Stop();
    }

    [SkippableFact]
    public void NoLengthHidesARequest()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        List<string> wrong = [];
        foreach (string length in DesyncTables.Lengths)
        {
            foreach (string method in (string[])["POST", "GET"])
            {
                string head = RawClient.Request("/a.txt", method, Lines("Content-Length: " + length));
                Judge(server, head + "12345" + DesyncTables.Smuggled, "400", wrong);
                Judge(server, head + DesyncTables.Smuggled, "400", wrong);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        server.Stop();
    }

    /// <summary>RFC 9110 §8.6: 1*DIGIT, with as many zeros in front as somebody likes. The next request is where it
    /// says.</summary>
    [SkippableFact]
    public void ABodyIsAsLongAsItsLengthSays()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        foreach (string lines in DesyncTables.SoundLengths)
        {
            using var client = new RawClient(server);
            string head = RawClient.Request("/a.txt", fields: Lines(lines));
            client.Send(head + "GET /" + RawClient.Request("/b.txt"));
            Assert.Equal($"{lines} a", $"{lines} {client.Read().Text[^2]}");
            Assert.Equal($"{lines} b", $"{lines} {client.Read().Text[^2]}");
        }

        Assert.Equal(2 * DesyncTables.SoundLengths.Length, server.Stop().Requests);
    }

    [SkippableFact]
    public void NothingInOrBehindAChunkedBodyIsARequest()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        List<string> wrong = [];
        foreach (string body in DesyncTables.ChunkedBodies)
        {
            foreach ((string method, string status) in ((string, string)[])[("POST", "405"), ("GET", "200")])
            {
                string head = RawClient.Request("/a.txt", method, "Transfer-Encoding: chunked\r\n");
                Judge(server, head + body + DesyncTables.Smuggled, status, wrong);
                Judge(server, head + body, status, wrong, endsSending: true);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        server.Stop();
    }

    [SkippableFact]
    public void NothingBehindGarbageIsARequest()
    {
        using TemporarySite site = MakeSite();
        using ServerProcess server = ServerProcess.Start(site);
        List<string> wrong = [];
        foreach ((int status, string bytes) in DesyncTables.Garbage)
        {
            // First of all, behind an answer, and behind a body.
            string post = RawClient.Request("/a.txt", "POST", "Content-Length: 5\r\n") + "12345";
            Judge(server, bytes + DesyncTables.Smuggled, $"{status}", wrong);
            Judge(server, RawClient.Request("/a.txt") + bytes + DesyncTables.Smuggled, $"200 {status}", wrong);
            Judge(server, post + bytes + DesyncTables.Smuggled, $"405 {status}", wrong);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        server.Stop();
    }

    // The rule of each: these answers in this order, the last one with "close", and then the end.
    private static void Judge(
        ServerProcess server, string bytes, string expected, List<string> wrong, bool endsSending = false)
    {
        if (wrong.Count == WrongMax)
        {
            return;
        }

        string found;
        try
        {
            Conversation conversation = Conversation.Hold(server, bytes, endsSending);
            bool isSecret = conversation.Responses.Any(
                response => response.Text.Contains(Secret, StringComparison.Ordinal));
            bool isClosed = conversation.Responses.Count > 0 && conversation.Responses[^1].Closes;
            found = conversation.Statuses + (isSecret ? " with the secret" : "") + (isClosed ? "" : " without close");
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or SocketException)
        {
            found = exception.Message;
        }

        if (found != expected)
        {
            wrong.Add($"{expected} expected, {found}: {bytes.Replace("\r", "\\r").Replace("\n", "\\n")}");
        }
    }

    private static string Lines(string lines)
    {
        return lines.Replace("|", "\r\n") + "\r\n";
    }

    private static TemporarySite MakeSite()
    {
        var site = new TemporarySite();
        site.Write("a.txt", "content of a\n");
        site.Write("b.txt", "content of b\n");
        site.Write("secret.txt", Secret);
        return site;
    }
}
