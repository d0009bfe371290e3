using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Files;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class ByteRangesTests
{
    private const int RangesMax = 4;

    private static string Parse(string header, long length)
    {
        ByteSpan[] ranges = new ByteSpan[RangesMax];
        RangeStatus status = ByteRanges.TryParse(RequestText.Bytes(header), length, ranges, out int count);
        return status == RangeStatus.Satisfiable
            ? string.Join(' ', ranges.Take(count).Select(range => $"{range.Offset}+{range.Count}"))
            : status.ToString();
    }

    // RFC 9110 §14.1.2, §14.2, §15.3.7.2.
    [Theory]
    [InlineData("bytes=0-0,-1", 10000, "0+1 9999+1")]
    [InlineData("bytes=500-600,601-999", 10000, "500+500")]
    [InlineData("bytes=500-700,601-999", 10000, "500+500")]
    [InlineData("bytes=0-9, 1000-1009 ,,2000-2009", 10000, "0+10 1000+10 2000+10")]
    [InlineData("bytes=2000-2009,0-9", 10000, "2000+10 0+10")]
    [InlineData("bytes=2000-2009,0-9,2005-2020", 10000, "2000+21 0+10")]
    [InlineData("bytes=0-9,90-99", 10000, "0+100")]
    [InlineData("bytes=0-9,91-99", 10000, "0+10 91+9")]
    [InlineData("bytes=0-9,300-309,5-305", 10000, "0+310")]
    [InlineData("bytes=0-9,20000-,1000-1009", 10000, "0+10 1000+10")]
    [InlineData("bytes=20000-,30000-", 10000, "Unsatisfiable")]
    [InlineData("bytes=0-9,x,1000-1009", 10000, "Ignored")]
    [InlineData("bytes=0-9,9-0", 10000, "Ignored")]
    [InlineData("bytes=0-0,1000-1000,2000-2000,3000-3000", 10000, "0+1 1000+1 2000+1 3000+1")]
    [InlineData("bytes=0-0,1000-1000,2000-2000,3000-3000,4000-4000", 10000, "Ignored")]
    [InlineData("bytes=0-,0-,0-,0-,0-,0-,0-,0-", 10000, "0+10000")]
    [InlineData("bytes=-5,-5", 0, "Ignored")]
    [InlineData("bytes=-1,-6", long.MaxValue, "9223372036854775801+6")]
    [InlineData("bytes=0-1,5-", long.MaxValue, "0+9223372036854775807")]
    [InlineData("bytes=0-1,1000-", long.MaxValue, "Ignored")]
    [InlineData("bytes=0-1,1000-", long.MaxValue - (1 << 20), "0+2 1000+9223372036853726231")]
    public void SeveralRangesAreReadAndJoined(string header, long length, string expected)
    {
        Assert.Equal(expected, Parse(header, length));
    }

    // What is sent is what was asked for and the small gaps between, each byte once, whatever the list.
    [Fact]
    public void NoListMakesTheServerSendAByteTwice()
    {
        Gen<(int First, int Last)> pairs = Gen.Choose(0, 1200)
            .SelectMany(_ => Gen.Choose(0, 300), (first, length) => (first, first + length));
        int satisfied = 0;
        int ignored = 0;
        Prop.ForAll(Arb.From(pairs.NonEmptyListOf()), Arb.From(Gen.Choose(1, 1000)), (list, length) =>
        {
            string header = "bytes=" + string.Join(',', list.Select(pair => $"{pair.First}-{pair.Last}"));
            ByteSpan[] ranges = new ByteSpan[RangesMax];
            RangeStatus status = ByteRanges.TryParse(RequestText.Bytes(header), length, ranges, out int count);
            if (status != RangeStatus.Satisfiable)
            {
                ignored++;
                Assert.Equal(0, count);
                bool isNone = list.All(pair => pair.First >= length);
                Assert.Equal(isNone ? RangeStatus.Unsatisfiable : RangeStatus.Ignored, status);
                return;
            }

            satisfied++;
            int[] times = new int[length];
            foreach (ByteSpan range in ranges.Take(count))
            {
                for (long index = range.Offset; index < range.End; index++)
                {
                    times[index]++;
                }
            }

            Assert.All(times, time => Assert.InRange(time, 0, 1));
            foreach ((int first, int last) in list)
            {
                for (int index = first; index <= Math.Min(last, length - 1); index++)
                {
                    Assert.Equal(1, times[index]);
                }
            }

            ByteSpan[] sorted = [.. ranges.Take(count).OrderBy(range => range.Offset)];
            for (int index = 1; index < count; index++)
            {
                Assert.True(sorted[index].Offset > sorted[index - 1].End + 80);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
        Assert.True(satisfied > 500 && ignored > 100, $"{satisfied} satisfied, {ignored} not");
    }

    // RFC 9110 §14.6.
    [Fact]
    public void TheBodyOfSeveralRangesIsTheSameWhateverTheBuffer()
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(index => (byte)(index % 251))];
        FileStamp stamp = new() { Kind = FileKind.Regular, Length = content.Length };
        FileFacts facts = TestFacts.Create("a.txt", stamp);
        Gen<ByteSpan> spans = Gen.Choose(0, 4000)
            .SelectMany(_ => Gen.Choose(1, 900), (offset, count) => new ByteSpan(offset, count));
        Prop.ForAll(
            Arb.From(spans.ArrayOf().Where(list => list.Length >= 2)),
            Arb.From(Gen.Choose(1, 3000)),
            Arb.From(Gen.Choose(1, 5)),
            (ranges, room, sliceRoom) =>
            {
                MultipartByteRanges body = new(ranges, facts, 42);
                string expected = "";
                string boundary = Encoding.ASCII.GetString(body.ContentType).Split("boundary=")[1];
                foreach (ByteSpan range in ranges)
                {
                    expected += $"\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes "
                        + $"{range.Offset}-{range.End - 1}/5000\r\n\r\n"
                        + Encoding.Latin1.GetString(content, (int)range.Offset, (int)range.Count);
                }

                expected = (expected + $"\r\n--{boundary}--\r\n")[2..];
                Assert.Equal(expected, Read(body, content, room, sliceRoom));
                Assert.Equal(expected.Length, body.ContentLength);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static string Read(MultipartByteRanges body, byte[] content, int room, int sliceRoom)
    {
        List<byte> read = [];
        byte[] buffer = new byte[room];
        FileSlice[] slices = new FileSlice[sliceRoom];
        while (!body.IsAtEnd)
        {
            Array.Fill(buffer, (byte)'#');
            int length = body.Fill(buffer, slices, out int count);
            Assert.InRange(length, 1, room);
            foreach (FileSlice slice in slices.Take(count))
            {
                Assert.True(slice.Length > 0);
                content.AsSpan((int)slice.FileOffset, slice.Length).CopyTo(buffer.AsSpan(slice.BufferOffset));
            }

            read.AddRange(buffer[..length]);
        }

        return Encoding.Latin1.GetString([.. read]);
    }
}
