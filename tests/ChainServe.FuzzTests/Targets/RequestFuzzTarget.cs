using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;
using ChainServe.Tests.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// The head of a request: 1. valid exactly when the grammar says so, and with the meaning that it says; 2. nothing
/// behind the head counts, and no slice lies outside; 3. in pieces it is what it is as a whole.
/// </summary>
internal sealed class RequestFuzzTarget : FuzzTarget
{
    // What a request may have in several lines, in the order of its slices.
    private static readonly (RequestFields Field, string Name)[] Slices =
    [
        (RequestFields.IfMatch, "if-match"), (RequestFields.IfNoneMatch, "if-none-match"),
        (RequestFields.IfModifiedSince, "if-modified-since"), (RequestFields.IfUnmodifiedSince, "if-unmodified-since"),
        (RequestFields.Range, "range"), (RequestFields.IfRange, "if-range"),
        (RequestFields.AcceptEncoding, "accept-encoding"), (RequestFields.Accept, "accept"),
        (RequestFields.Authorization, "authorization"), (RequestFields.Origin, "origin"),
        (RequestFields.SecFetchMode, "sec-fetch-mode"), (RequestFields.Referer, "referer"),
        (RequestFields.UserAgent, "user-agent"),
    ];

    private static readonly RequestLimits SmallLimits = new(60, 150, 4);

    public RequestFuzzTarget()
        : base("request")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "GET ", "HEAD ", "POST ", "OPTIONS * ", "CONNECT a:1 ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "/", "/a?b",
        "http://h/p?q", "HTTPS://[::1]:80", "*", " HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/1.9\r\n", "Host: a\r\n",
        "Host: a:80\r\n", "Content-Length: 5\r\n", "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: 9223372036854775807\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding:\tchunked\r\n", "Transfer-Encoding: \vchunked\r\n",
        "Transfer-Encoding : chunked\r\n", "transfer-encoding: CHUNKED\r\n", ", chunked", ", identity", ";q=1",
        "Connection: close\r\n", "Connection: keep-alive, close\r\n", "Expect: 100-continue\r\n",
        "Range: bytes=0-1\r\n", "If-Match: *\r\n", "If-None-Match: \"x\"\r\n", "If-Modified-Since: x\r\n",
        "If-Unmodified-Since: x\r\n", "If-Range: \"x\"\r\n", "Accept-Encoding: br\r\n", "Accept: */*\r\n",
        "Authorization: Basic YTpi\r\n", "Origin: null\r\n", "Sec-Fetch-Mode: navigate\r\n", "Referer: /\r\n",
        "User-Agent: x\r\n", "X: \u00e9\r\n", "\r\n", "\r\n\r\n", "\n", "\r", "\0", "\t", " ", ":", "\u007f", "\u0085",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "0\r\n\r\n", "5;x=y\r\n",
    ];

    public override string Separators => "\n\r: ,";

    public override int LengthMax => 1024;

    public override long DefaultInputs => 6_000;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        ParseStatus status = RequestParser.Parse(input, 0, RequestLimits.Default, out Request request, out var no);
        Require.Equal(status == ParseStatus.Rejected, no != RequestRejection.None, "a rejection has a reason");
        string? expected = ReferenceRequestParser.Read(Encoding.Latin1.GetString(input));
        if (no == RequestRejection.TooManyHeaders)
        {
            Require.True(input.Count((byte)':') > RequestLimits.Default.HeaderCountMax, "too many are more than 100");
            return false;
        }

        if (status != ParseStatus.Complete)
        {
            Require.True(expected is null, $"{status} {no}, but the grammar has a meaning for it");
            return false;
        }

        Require.True(request.HeadLength <= input.Length, "the head ends inside the input");
        ReadOnlySpan<byte> head = input[..request.HeadLength];
        Require.True(head.EndsWith("\r\n\r\n"u8), "a head ends with an empty line");
        Require.Equal(expected ?? "(refused)", Describe(request, head), "the meaning of a head");
        CheckSlices(request, head);
        return true;
    }

    /// <summary>As it arrives: each piece at the end of readable memory, and what was seen before not seen again.
    /// </summary>
    public override long CheckCuts(ReadOnlySpan<byte> input, GuardedMemory memory)
    {
        return CheckCuts(input, RequestLimits.Default, memory) + CheckCuts(input, SmallLimits, memory);
    }

    private static long CheckCuts(ReadOnlySpan<byte> input, in RequestLimits limits, GuardedMemory memory)
    {
        ReadOnlySpan<byte> whole = memory.PlaceAtEnd(input);
        ParseStatus status = RequestParser.Parse(whole, 0, limits, out Request request, out RequestRejection no);
        bool isEnded = false;
        int scanned = 0;
        for (int length = 0; length <= input.Length; length++)
        {
            ReadOnlySpan<byte> piece = memory.PlaceAtEnd(input[..length]);
            ParseStatus early = RequestParser.Parse(piece, 0, limits, out Request soon, out RequestRejection soonNo);
            bool isFinal = early != ParseStatus.Incomplete;
            Require.True(isFinal || !isEnded, "a verdict is final");
            Require.True(
                !isFinal || (early == status && no == soonNo && IsSame(request, soon)),
                "a piece gets no other answer than the whole");
            if (!isEnded)
            {
                ParseStatus slow = RequestParser.Parse(piece, scanned, limits, out Request late, out var lateNo);
                Require.True(
                    slow == early && lateNo == soonNo && IsSame(soon, late),
                    "what was scanned before need not be scanned again");
                scanned = length;
            }

            isEnded = isFinal;
        }

        Require.Equal(status != ParseStatus.Incomplete, isEnded, "the last piece is the whole");
        return 2 * input.Length;
    }

    // A rejected request has no meaning: what was read of it before depends on nothing that anybody uses.
    private static bool IsSame(in Request one, in Request other)
    {
        return one.HeadLength == other.HeadLength && one.Present == other.Present && one.Repeated == other.Repeated
            && one.KeepAlive == other.KeepAlive && one.IsChunked == other.IsChunked
            && one.ContentLength == other.ContentLength && one.Target.Offset == other.Target.Offset
            && one.Target.Length == other.Target.Length && one.Host.Offset == other.Host.Offset
            && one.Host.Length == other.Host.Length;
    }

    private static string Describe(in Request request, ReadOnlySpan<byte> head)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Text(Request.MethodToken(head))}|{Text(request.Target.Of(head))}|{Text(request.Host.Of(head))}"
            + $"|{request.KeepAlive}|{request.ContentLength}|{request.IsChunked}"
            + $"|{Text(request.Range.Of(head))}|{Text(request.IfNoneMatch.Of(head))}");
    }

    private static void CheckSlices(in Request request, ReadOnlySpan<byte> head)
    {
        HeadSlice[] slices =
        [
            request.IfMatch, request.IfNoneMatch, request.IfModifiedSince, request.IfUnmodifiedSince, request.Range,
            request.IfRange, request.AcceptEncoding, request.Accept, request.Authorization, request.Origin,
            request.SecFetchMode, request.Referer, request.UserAgent,
        ];
        string[] lines = Text(head).Trim('\r', '\n').Split("\r\n");
        for (int index = 0; index < Slices.Length; index++)
        {
            string start = Slices[index].Name + ":";
            string[] values = [.. lines.Skip(1)
                .Where(line => line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                .Select(line => line[start.Length..].Trim(' ', '\t'))];
            RequestFields field = Slices[index].Field;
            Require.Equal(values.Length > 0, request.Has(field), "a field is there");
            Require.Equal(values.Length > 1, request.IsRepeated(field), "a field is there again");
            Require.Equal(values.FirstOrDefault(""), Text(slices[index].Of(head)), "the first line of a field");
            int next = 0;
            FieldLines walk = new(head, Encoding.ASCII.GetBytes(Slices[index].Name));
            while (walk.TryNext(out ReadOnlySpan<byte> value))
            {
                Require.Equal(values.ElementAtOrDefault(next++) ?? "(none)", Text(value), "a line of a field");
            }

            Require.Equal(values.Length, next, "the lines of a field");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        return Encoding.Latin1.GetString(bytes);
    }
}
