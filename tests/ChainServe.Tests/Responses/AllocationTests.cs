using System;
using System.Collections.Generic;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed class AllocationTests
{
    private readonly byte[] _path = new byte[8192];
    private readonly byte[] _output = new byte[8192];
    private readonly byte[] _location = new byte[8192];
    private readonly ByteSpan[] _ranges = new ByteSpan[4];
    private readonly byte[] _date = RequestText.Bytes(Exchange.Date);
    private readonly FactsTable _table = new(16);

    private readonly CannedRoutes _routes = new(
        [new KeyValuePair<byte[], CannedResponse>("health"u8.ToArray(), CannedResponses.NotFound)]);

    // The whole pure part of the request path; the result keeps the calls from being removed.
    private int Serve(byte[] head)
    {
        ParseStatus status = RequestParser.Parse(
            head,
            0,
            RequestLimits.Default,
            out Request request,
            out RequestRejection rejection);
        if (status != ParseStatus.Complete)
        {
            return CannedResponses.Of(RequestRejections.StatusOf(rejection))
                .Write(_output, _date, false, HttpVersion.Http11, false);
        }

        ReadOnlySpan<byte> target = request.Target.Of(head);
        if (RequestTarget.Decode(target, _path, out int length, out HeadSlice query) != TargetStatus.Path)
        {
            return CannedResponses.BadRequest.Write(_output, _date, request.KeepAlive, request.Version, false);
        }

        ReadOnlySpan<byte> path = _path.AsSpan(0, length);
        if (RequestTarget.IsHidden(path) || _routes.TryGet(path, out _) || !_table.TryGet(path, out FileFacts? facts))
        {
            int locationLength = Redirect.WriteLocation(_location, path, query.Of(target));
            return Redirect.Write(
                _output,
                308,
                _location.AsSpan(0, locationLength),
                _date,
                default,
                request.KeepAlive,
                request.Version) + MimeTypes.ContentTypeOf(path).Length;
        }

        ResponsePlan plan = ResponsePlanner.Plan(request, head, facts, _ranges, out _);
        return ResponseHeadWriter.Write(_output, plan, facts, _date, request.KeepAlive, request.Version)
            + (int)(ContentHash.Compute(_output, 1) & 1);
    }

    [Fact]
    public void TheRequestPathAllocatesNothing()
    {
        FileFacts facts = Exchange.Facts();
        ResponseHeadWriter.Prepare(facts);
        _table.Set("a b.txt"u8, facts);
        string[][] requests =
        [
            ["X: y"], ["Range: bytes=1-2", "If-Range: " + Exchange.Modified],
            ["If-None-Match: \"x\"", "If-None-Match: *"],
            ["If-Match: \"x\""], ["If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT"], ["Range: bytes=5000-"],
            ["Connection: close"], ["Bad : x"], ["Expect: x"],
        ];
        List<byte[]> heads = [];
        foreach (string[] lines in requests)
        {
            string text = RequestText.WithFields(lines);
            heads.Add(RequestText.Bytes(text.Replace("GET /", "GET /./a%20b.txt", StringComparison.Ordinal)));
            heads.Add(RequestText.Bytes(text.Replace("GET /", "GET /none/.hidden?q", StringComparison.Ordinal)));
            heads.Add(RequestText.Bytes(text.Replace("GET /", "GET /none.html", StringComparison.Ordinal)));
            heads.Add(RequestText.Bytes(text.Replace("GET /", "GET /%", StringComparison.Ordinal)));
        }

        // Code that is compiled anew on this thread while it runs may allocate for that, once. What a request
        // allocates, every block of rounds allocates.
        long sum = ServeAll(heads);
        long allocated = long.MaxValue;
        for (int block = 0; block < 10 && allocated > 0; block++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 300; round++)
            {
                sum += ServeAll(heads);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.True(sum > 0);
    }

    private long ServeAll(List<byte[]> heads)
    {
        long sum = 0;
        foreach (byte[] head in heads)
        {
            int length = Serve(head);
            sum += length > 0 ? length : throw new InvalidOperationException("A response was not written.");
        }

        return sum;
    }
}
