using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using ChainServe.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class RequestParserPropertyTests
{
    // Pieces that a grammar-blind generator would never put together.
    private static readonly string[] Pieces =
    [
        "GET ", "HEAD ", "OPTIONS ", "POST ", "PRI ", "/ ", "/a?b ", "* ", "http://h/p ", "HTTP/1.1\r\n",
        "HTTP/1.0\r\n", "HTTP/2.0\r\n", "Host: a\r\n", "Host: a:80\r\n", "host:b\r\n", "Content-Length: 5\r\n",
        "Content-Length: +5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Connection: keep-alive\r\n", "Range: bytes=0-1\r\n",
        "If-None-Match: \"x\"\r\n", "Expect: 100-continue\r\n", "Expect:,\r\n",
        "X-A: b\r\n", "X-A : b\r\n", " folded\r\n",
        "\r\n", "\r\n", "\r", "\n", " ", ":", "\0", "\t", "\u00e9", "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
    ];

    private static readonly RequestLimits SmallLimits = new(60, 150, 4);

    private static string CorpusFolder([CallerFilePath] string file = "")
    {
        return Path.Combine(Path.GetDirectoryName(file)!, "..", "Corpus", "Requests");
    }

    private static readonly string[] SoundFields =
    [
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "X: \u00e9\t b\r\n",
        "Connection: keep-alive, x\r\n", "Range: bytes=0-1\r\n", "If-None-Match: \"x\"\r\n", "X-A:b \r\n", "Empty:\r\n",
    ];

    private static readonly string[] SoundLines =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.0\r\n", "\r\nPOST http://h/p HTTP/1.1\r\nHost: [::1]:80\r\n",
        "OPTIONS * HTTP/1.1\r\nhost:b \r\n",
    ];

    // Most of them begin like a request, so that the interesting parts are reached.
    private static Arbitrary<string> Requests()
    {
        Gen<string> tail = Gen.Elements(Pieces).ListOf().Select(list => string.Concat(list));
        Gen<string> begun = tail.Select(text => "GET / HTTP/1.1\r\nHost: a\r\n" + text + "\r\n\r\n");
        Gen<string> line = tail.Select(text => "GET " + text + "\r\n\r\n");
        Gen<string> sound = Gen.Elements(SoundLines).SelectMany(
            first => Gen.Elements(SoundFields).ListOf(),
            (first, fields) => first + string.Concat(fields.Take(6)) + "\r\n");
        return Arb.From(Gen.OneOf(tail, begun, line, sound));
    }

    private static string Describe(in Request request, byte[] bytes)
    {
        return $"{RequestText.Text(Request.MethodToken(bytes))}|{RequestText.Text(request.Target.Of(bytes))}"
            + $"|{RequestText.Text(request.Host.Of(bytes))}|{request.KeepAlive}|{request.ContentLength}"
            + $"|{request.IsChunked}|{RequestText.Text(request.Range.Of(bytes))}"
            + $"|{RequestText.Text(request.IfNoneMatch.Of(bytes))}";
    }

    private static string Answer(ParseStatus status, RequestRejection rejection, in Request request)
    {
        return status == ParseStatus.Complete
            ? $"{request.HeadLength} {request.Target.Offset} {request.Target.Length} {request.Present}"
                + $" {request.KeepAlive}"
            : $"{status} {rejection}";
    }

    /// <summary>One-shot and byte by byte agree, and a prefix says Incomplete or the final no.</summary>
    private static void RequireTheSameAnswerForEveryCut(byte[] bytes, in RequestLimits limits)
    {
        ParseStatus whole = RequestParser.Parse(bytes, 0, limits, out Request request, out RequestRejection rejection);
        ParseStatus slow = RequestText.ParseByteByByte(
            bytes,
            limits,
            out Request slowRequest,
            out RequestRejection slowRejection);
        string expected = Answer(whole, rejection, request);
        Assert.Equal(expected, Answer(slow, slowRejection, slowRequest));
        int complete = whole == ParseStatus.Complete ? request.HeadLength : int.MaxValue;
        for (int length = 0; length <= bytes.Length; length++)
        {
            ReadOnlySpan<byte> prefix = bytes.AsSpan(0, length);
            ParseStatus status = RequestParser.Parse(prefix, 0, limits, out Request early, out RequestRejection no);
            Assert.True(
                (status == ParseStatus.Incomplete && length < complete) || Answer(status, no, early) == expected,
                $"{length} bytes of {Encoding.Latin1.GetString(bytes)}: {status} {no}, but {expected}");
        }
    }

    [Fact]
    public void TheParserAgreesWithTheGrammarReadSlowly()
    {
        int accepted = 0;
        Prop.ForAll(Requests(), text =>
        {
            byte[] bytes = RequestText.Bytes(text);
            ParseStatus status = RequestParser.Parse(bytes, 0, RequestLimits.Default, out Request request, out _);
            accepted += status == ParseStatus.Complete ? 1 : 0;
            string? expected = ReferenceRequestParser.Read(text);
            Assert.Equal(expected, status == ParseStatus.Complete ? Describe(request, bytes) : null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

        // A generator that only makes nonsense would prove nothing.
        Assert.InRange(accepted, 300, 4700);
    }

    [Fact]
    public void EveryCutOfARequestGivesIncompleteOrTheFinalAnswer()
    {
        Prop.ForAll(Requests(), text =>
        {
            RequireTheSameAnswerForEveryCut(RequestText.Bytes(text), RequestLimits.Default);
            RequireTheSameAnswerForEveryCut(RequestText.Bytes(text), SmallLimits);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void EveryFileOfTheCorpusIsCutAtEveryByte()
    {
        string[] files = Directory.GetFiles(CorpusFolder(), "*.request");
        Assert.True(files.Length >= 10);
        foreach (string file in files)
        {
            RequireTheSameAnswerForEveryCut(File.ReadAllBytes(file), RequestLimits.Default);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20250)]
    [InlineData(77)]
    public void EveryMutantOfTheCorpusGetsOneAnswer(int seed)
    {
        Random random = new(seed);
        List<byte[]> corpus = [.. Directory.GetFiles(CorpusFolder(), "*.request").Order().Select(File.ReadAllBytes)];
        Assert.NotEmpty(corpus);
        for (int round = 0; round < 3000; round++)
        {
            byte[] mutant = Mutate(corpus, random);
            RequestLimits limits = random.Next(2) == 0 ? RequestLimits.Default : SmallLimits;
            ParseStatus whole = RequestParser.Parse(mutant, 0, limits, out Request request, out RequestRejection no);
            ParseStatus slow = RequestText.ParseByteByByte(
                mutant,
                limits,
                out Request again,
                out RequestRejection slowNo);
            Assert.Equal(Answer(whole, no, request), Answer(slow, slowNo, again));
            if (limits.HeaderCountMax == 100)
            {
                string? expected = ReferenceRequestParser.Read(RequestText.Text(mutant));
                Assert.Equal(expected, whole == ParseStatus.Complete ? Describe(request, mutant) : null);
            }
        }
    }

    private static byte[] Mutate(List<byte[]> corpus, Random random)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Count)]];
        ReadOnlySpan<byte> spice = "\r\n\r\n :\t\0,\"*/%\u007f0A"u8;
        for (int change = random.Next(1, 5); change > 0 && bytes.Count > 2; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, spice[random.Next(spice.Length)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at)));
                    break;
                default:
                    byte[] other = corpus[random.Next(corpus.Count)];
                    bytes.InsertRange(at, other[..random.Next(other.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
