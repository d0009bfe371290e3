using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// The Range field, for files of several lengths: 1. every range lies inside the file; 2. all bytes that were asked for
/// are there, and no others than gaps that are not worth a part; 3. no two parts touch; 4. the verdict is that of a
/// reader with numbers of any size.
/// </summary>
internal sealed partial class RangesFuzzTarget : FuzzTarget
{
    // What lies between two ranges is sent along when a part's head would be about as long.
    private const int Gap = 80;

    private static readonly long[] Lengths = [0, 1, 100, 1000, 1L << 40, long.MaxValue - (1 << 20), long.MaxValue];

    private static readonly BigInteger Endless = BigInteger.Pow(10, 1000);

    private readonly ByteSpan[] _spans = new ByteSpan[16];

    public RangesFuzzTarget()
        : base("ranges")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "bytes=", "Bytes=", "bytes =", "items=", "0-", "-1", "-0", "0-0", "0-99", "5-4", "100-", "99-100", "180-181",
        ",", ", ", ",,", "\t", " ", "-", "=", "9223372036854775806-9223372036854775807", "9223372036854775807-",
        "-9223372036854775807", "18446744073709551616-", "0-18446744073709551616", "1000-2000,0-1,300-301", "+1", "1.0",
    ];

    public override string Separators => ",-";

    public override int LengthMax => 200;

    public override long DefaultInputs => 2_000;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        bool isValid = false;
        List<(BigInteger First, BigInteger Last, bool IsSuffix)>? list = Read(Encoding.Latin1.GetString(input));
        foreach (long length in Lengths)
        {
            List<ByteSpan>? wanted = list is null ? null : Resolve(list, length);
            List<ByteSpan> parts = wanted is null ? [] : Join(wanted);
            int most = wanted is null ? 0 : MostParts(wanted);
            foreach (int room in (int[])[1, 3, _spans.Length])
            {
                // Parts and their heads have a length in 63 bits together.
                bool fits = most <= room && (parts.Count < 2 || length <= long.MaxValue - (1 << 20));
                RangeStatus expected = wanted is null ? RangeStatus.Ignored
                    : wanted.Count == 0 ? RangeStatus.Unsatisfiable
                    : fits ? RangeStatus.Satisfiable : RangeStatus.Ignored;
                isValid |= Check(input, length, room, expected, parts);
            }
        }

        return isValid;
    }

    private bool Check(
        ReadOnlySpan<byte> input, long length, int room, RangeStatus expected, List<ByteSpan> parts)
    {
        RangeStatus status = ByteRanges.TryParse(input, length, _spans.AsSpan(0, room), out int count);
        if (status != expected)
        {
            Require.Equal($"{expected}", $"{status}", $"the verdict at length {length} with room for {room}");
        }

        if (status != RangeStatus.Satisfiable)
        {
            Require.Equal(0, count, "no ranges where there are none");
            return false;
        }

        if (!_spans.AsSpan(0, count).SequenceEqual(CollectionsMarshal.AsSpan(parts)))
        {
            Require.Equal($"{string.Join(' ', parts)}", $"{string.Join(' ', _spans[..count])}", $"parts of {length}");
        }

        foreach (ByteSpan part in parts)
        {
            bool isInside = part.Offset >= 0 && part.Count > 0 && part.Count <= length - part.Offset;
            Require.True(isInside, "a part lies in the file");
        }

        return true;
    }

    // Null when it is no list of ranges of bytes.
    private static List<(BigInteger First, BigInteger Last, bool IsSuffix)>? Read(string text)
    {
        Match field = Field().Match(text);
        if (!field.Success)
        {
            return null;
        }

        List<(BigInteger, BigInteger, bool)> list = [];
        foreach (string element in field.Groups[1].Value.Split(',').Select(static part => part.Trim(' ', '\t')))
        {
            Match range = Range().Match(element);
            if (range.Success && range.Groups[1].Length + range.Groups[2].Length > 0)
            {
                bool isSuffix = range.Groups[1].Length == 0;
                BigInteger first = isSuffix ? 0 : BigInteger.Parse(range.Groups[1].Value, null);
                BigInteger last = range.Groups[2].Length == 0
                    ? Endless
                    : BigInteger.Parse(range.Groups[2].Value, null);

                // Beyond 63 bits all numbers are one.
                BigInteger most = long.MaxValue;
                if (!isSuffix && BigInteger.Min(last, most) < BigInteger.Min(first, most))
                {
                    return null;
                }

                list.Add((first, last, isSuffix));
            }
            else if (element.Length > 0)
            {
                return null;
            }
        }

        return list;
    }

    // What of a list a file has. A suffix of an empty file is nothing that a response could say.
    private static List<ByteSpan>? Resolve(
        List<(BigInteger First, BigInteger Last, bool IsSuffix)> list, long length)
    {
        List<ByteSpan> spans = [];
        bool isOpen = list.Count > 0;
        foreach ((BigInteger first, BigInteger last, bool isSuffix) in list)
        {
            isOpen &= !isSuffix || last == 0 || length > 0;
            BigInteger from = isSuffix ? BigInteger.Max(length - last, 0) : BigInteger.Min(first, long.MaxValue);
            BigInteger to = isSuffix ? length - 1 : BigInteger.Min(last, (BigInteger)length - 1);
            if (from < length && (!isSuffix || last > 0))
            {
                spans.Add(new ByteSpan((long)from, (long)(to - from + 1)));
            }
        }

        return isOpen ? spans : null;
    }

    // The most that stand apart at any time, when they are read one after the other.
    private static int MostParts(List<ByteSpan> wanted)
    {
        int most = 0;
        for (int count = 1; count <= wanted.Count; count++)
        {
            most = Math.Max(most, Join(wanted[..count]).Count);
        }

        return most;
    }

    // Sorted, each joins the one before when it reaches it; then back to where the first of each stood.
    private static List<ByteSpan> Join(List<ByteSpan> spans)
    {
        List<(int Place, BigInteger First, BigInteger End)> parts = [];
        foreach ((ByteSpan span, int place) in spans.Select(static (span, place) => (span, place))
            .OrderBy(static pair => pair.span.Offset))
        {
            BigInteger end = (BigInteger)span.Offset + span.Count;
            if (parts.Count > 0 && span.Offset <= parts[^1].End + Gap)
            {
                (int Place, BigInteger First, BigInteger End) last = parts[^1];
                parts[^1] = (Math.Min(last.Place, place), last.First, BigInteger.Max(last.End, end));
            }
            else
            {
                parts.Add((place, span.Offset, end));
            }
        }

        return [.. parts.OrderBy(static part => part.Place)
            .Select(static part => new ByteSpan((long)part.First, (long)(part.End - part.First)))];
    }

    [GeneratedRegex(@"\A[Bb][Yy][Tt][Ee][Ss]=(.+)\z", RegexOptions.Singleline)]
    private static partial Regex Field();

    [GeneratedRegex(@"\A([0-9]*)-([0-9]*)\z")]
    private static partial Regex Range();
}
