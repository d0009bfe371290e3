using System;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Files;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

/// <summary>A request and the facts of a file, up to the head of the answer.</summary>
internal static class Exchange
{
    public const long Second = 1_000_000_000;
    public const long Now = 1_700_000_000 * Second;
    public const string Date = "Tue, 14 Nov 2023 22:13:20 GMT";
    public const string Modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    public const long ModifiedSeconds = 784111777;

    public static FileFacts Facts(
        long length = 1000,
        long modified = ModifiedSeconds * Second,
        string path = "a.txt",
        long now = Now)
    {
        FileStamp stamp = new()
        {
            Kind = FileKind.Regular,
            Length = length,
            ModifiedNanoseconds = modified,
            ChangedNanoseconds = ModifiedSeconds * Second,
        };
        return TestFacts.Create(RequestText.Bytes(path), stamp, now);
    }

    public static ResponsePlan Plan(FileFacts facts, string method, params string[] lines)
    {
        string text = RequestText.WithFields(lines).Replace("GET /", method + " /", StringComparison.Ordinal);
        Assert.Equal(ParseStatus.Complete, RequestText.Parse(text, out Request request, out _));
        return ResponsePlanner.Plan(request, RequestText.Bytes(text), facts, new ByteSpan[4], out _);
    }

    public static string Head(
        FileFacts facts,
        in ResponsePlan plan,
        bool keepAlive = true,
        HttpVersion version = HttpVersion.Http11)
    {
        byte[] head = new byte[ResponseHeadWriter.LengthMax(facts)];
        int length = ResponseHeadWriter.Write(head, plan, facts, RequestText.Bytes(Date), keepAlive, version);
        Assert.True(length > 0);
        return RequestText.Text(head.AsSpan(0, length));
    }
}
