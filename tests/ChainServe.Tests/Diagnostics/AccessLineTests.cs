using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChainServe.Configuration;
using ChainServe.Connections;
using ChainServe.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Diagnostics;

public sealed partial class AccessLineTests
{
    private static string Line(
        AccessLogFormat format, byte[] request, byte[]? referer = null, byte[]? agent = null, byte[]? user = null)
    {
        byte[] line = new byte[AccessLine.LengthMax];
        AccessEntry entry = new()
        {
            Client = "192.0.2.7"u8,
            User = user,
            Time = new DateTime(2026, 11, 7, 8, 9, 10, 11, DateTimeKind.Utc),
            RequestLine = request,
            Host = "example.org"u8,
            Referer = referer,
            UserAgent = agent,
            Status = 200,
            BodyBytes = 1234,
            Microseconds = 1_500_042,
        };
        int length = AccessLine.Write(line, entry, format);
        Assert.True(length > 0);
        return Encoding.UTF8.GetString(line, 0, length);
    }

    // What a terminal acts on, and what some programs take for the end of a line (Unicode UAX #14), is shown as an
    // escape that JSON has for it.
    [Theory]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("\u0085", "\\u0085")]
    [InlineData("a\u2028b\u2029", "a\\u2028b\\u2029")]
    [InlineData("\u202eevil", "\\u202eevil")]
    [InlineData("\ufeff", "\\ufeff")]
    [InlineData("\U000E0001", "\\udb40\\udc01")]
    [InlineData("caf\u00e9 \U0001F600", "caf\u00e9 \U0001F600")]
    public void JsonShowsWhatCannotBeSeen(string agent, string expected)
    {
        string line = Line(AccessLogFormat.Json, "GET / HTTP/1.1"u8.ToArray(), null, Encoding.UTF8.GetBytes(agent));
        Assert.Contains($"\"user_agent\":\"{expected}\"", line, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(agent, document.RootElement.GetProperty("user_agent").GetString());
    }

    [Fact]
    public void EachFormatIsAsItsReadersKnowIt()
    {
        byte[] request = "GET /a?b HTTP/1.1"u8.ToArray();
        Assert.Equal(
            "192.0.2.7 - - [07/Nov/2026:08:09:10 +0000] \"GET /a?b HTTP/1.1\" 200 1234\n",
            Line(AccessLogFormat.Common, request));
        Assert.Equal(
            "192.0.2.7 - - [07/Nov/2026:08:09:10 +0000] \"GET /a?b HTTP/1.1\" 200 1234 \"http://r/\" \"-\" 1.500042\n",
            Line(AccessLogFormat.Combined, request, "http://r/"u8.ToArray()));
        Assert.Equal(
            "{\"time\":\"2026-11-07T08:09:10.011Z\",\"client\":\"192.0.2.7\",\"user\":\"\",\"host\":\"example.org\","
            + "\"request\":\"GET /a?b HTTP/1.1\",\"status\":200,\"bytes\":1234,\"referer\":\"\","
            + "\"user_agent\":\"caf\u00e9\\u00ff\",\"duration_us\":1500042}\n",
            Line(AccessLogFormat.Json, request, null, [.. "caf\u00e9"u8, 0xFF]));
    }

    // Its field has no quotes: a space would begin the next one.
    [Theory]
    [InlineData("ann", "ann", "ann")]
    [InlineData("a b\"[\\", "a\\x20b\\x22[\\x5c", "a b\\\"[\\\\")]
    [InlineData("zo\u00eb", "zo\\xc3\\xab", "zo\u00eb")]
    public void AUserIsOneField(string name, string text, string json)
    {
        byte[] request = "GET / HTTP/1.1"u8.ToArray();
        byte[] user = Encoding.UTF8.GetBytes(name);
        const string Rest = " [07/Nov/2026:08:09:10 +0000] \"GET / HTTP/1.1\" 200 1234";
        Assert.Equal($"192.0.2.7 - {text}{Rest}\n", Line(AccessLogFormat.Common, request, user: user));
        string combined = Line(AccessLogFormat.Combined, request, user: user);
        Assert.StartsWith($"192.0.2.7 - {text}{Rest} ", combined, StringComparison.Ordinal);
        string line = Line(AccessLogFormat.Json, request, user: user);
        Assert.Contains($"\"user\":\"{json}\",", line, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(name, document.RootElement.GetProperty("user").GetString());
    }

    // No byte that a client sends ends a line or a quoted text. A text that is "-" reads as none, as in every log.
    [Fact]
    public void NoClientCanForgeALine()
    {
        Gen<byte[]> texts = Gen.Frequency(
            (3, Gen.Choose(0, 255).Select(value => (byte)value)),
            (2, Gen.Elements<byte>([.. "\"\\\n\rx\u00e9\0"u8])))
            .ArrayOf()
            .Where(text => text is not [(byte)'-']);
        Prop.ForAll(Arb.From(texts), Arb.From(texts), Arb.From(texts), (request, referer, agent) =>
        {
            string combined = Line(AccessLogFormat.Combined, request, referer, agent);
            Match match = Combined().Match(combined);
            Assert.True(match.Success, combined);
            Assert.Equal(request, Unescape(match.Groups[1].Value));
            Assert.Equal(referer, Unescape(match.Groups[2].Value));
            Assert.Equal(agent, Unescape(match.Groups[3].Value));
            string json = Line(AccessLogFormat.Json, request, referer, agent);
            Assert.Equal(json.Length - 1, json.IndexOf('\n', StringComparison.Ordinal));
            using JsonDocument document = JsonDocument.Parse(json);
            Assert.Equal(10, document.RootElement.EnumerateObject().Count());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void ALineThatDoesNotFitIsNotCutShort()
    {
        byte[] request = "GET / HTTP/1.1"u8.ToArray();
        int length = Encoding.UTF8.GetByteCount(Line(AccessLogFormat.Json, request));
        AccessEntry entry = new() { Client = "::1"u8, RequestLine = request };
        byte[] line = new byte[length];
        int whole = AccessLine.Write(line, entry, AccessLogFormat.Json);
        Assert.InRange(whole, 1, length);
        for (int size = 0; size < whole; size++)
        {
            Assert.Equal(0, AccessLine.Write(line.AsSpan(0, size), entry, AccessLogFormat.Json));
        }
    }

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData("255.10.0.1", AddressFamily.InterNetwork, "255.10.0.1")]
    [InlineData("2001:db8::1", AddressFamily.InterNetworkV6, "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", AddressFamily.InterNetworkV6, "192.0.2.1")]
    public void AnAddressOfTheKernelIsText(string address, AddressFamily family, string expected)
    {
        using ClientAddresses addresses = new(2);
        addresses.Begin(1);
        Assert.Equal(28u, addresses.Length(1));
        SocketAddress socket = new IPEndPoint(IPAddress.Parse(address), 80).Serialize();
        Assert.Equal(family, socket.Family);
        socket.Buffer.Span[..socket.Size].CopyTo(addresses.Address(1));
        byte[] text = new byte[ClientAddresses.TextLengthMax];
        Assert.Equal(expected, Encoding.ASCII.GetString(text, 0, addresses.Format(1, text)));
        addresses.Begin(1);
        Assert.Equal("-", Encoding.ASCII.GetString(text, 0, addresses.Format(1, text)));
    }

    [Fact]
    public void OneBufferIsFilledWhileTheOtherIsWritten()
    {
        using LogBuffers buffers = new();
        void Append(string line)
        {
            Encoding.ASCII.GetBytes(line).CopyTo(buffers.Room);
            buffers.Append(line.Length);
        }

        Append("one\n");
        Append("two\n");
        buffers.BeginBatch();
        Append("three\n");
        Assert.Equal("one\ntwo\n", Encoding.ASCII.GetString(buffers.Batch));
        Assert.Equal((2, 1, 6), (buffers.WritingLines, buffers.WaitingLines, buffers.Waiting));
        buffers.Written(5);
        Assert.True(buffers.IsWriting);
        Assert.Equal("wo\n", Encoding.ASCII.GetString(buffers.Batch));
        Assert.Equal(1, buffers.WritingLines);
        buffers.Written(3);
        Assert.False(buffers.IsWriting);
        Assert.Equal(0, buffers.WritingLines);
        buffers.BeginBatch();
        Assert.Equal("three\n", Encoding.ASCII.GetString(buffers.Batch));
        Assert.Equal(LogBuffers.Capacity, buffers.Room.Length);
    }

    private static byte[] Unescape(string text)
    {
        string plain = text == "-" ? "" : Escape().Replace(
            text, match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString());
        return Encoding.Latin1.GetBytes(plain);
    }

    [GeneratedRegex(@"\A192\.0\.2\.7 - - \[[^\]]*\] ""([!-~ ]*)"" 200 1234 ""([^""]*)"" ""([^""]*)"" 1\.500042\n\z")]
    private static partial Regex Combined();

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();
}
