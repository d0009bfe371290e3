using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ChainServe.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Http;

public sealed class RequestTargetTests
{
    private static string Decode(string target)
    {
        byte[] bytes = RequestText.Bytes(target);
        byte[] path = new byte[bytes.Length];
        TargetStatus status = RequestTarget.Decode(bytes, path, out int length, out HeadSlice query);
        return status == TargetStatus.Path
            ? RequestText.Text(path.AsSpan(0, length)) + "?" + RequestText.Text(query.Of(bytes))
            : status.ToString();
    }

    // RFC 3986 §5.2.4 and §2.1, RFC 9112 §3.2.
    [Theory]
    [InlineData("/", "?")]
    [InlineData("", "?")]
    [InlineData("?q", "?q")]
    [InlineData("/a", "a?")]
    [InlineData("/a/b.html?x=1&y=?%2f", "a/b.html?x=1&y=?%2f")]
    [InlineData("/a/", "a/?")]
    [InlineData("//", "?")]
    [InlineData("///a//b///", "a/b/?")]
    [InlineData("/.", "?")]
    [InlineData("/./a/./b/.", "a/b/?")]
    [InlineData("/a/..", "?")]
    [InlineData("/a/b/..", "a/?")]
    [InlineData("/a/b/../", "a/?")]
    [InlineData("/a/b/../../c", "c?")]
    [InlineData("/a//../b", "b?")]
    [InlineData("/a/%2e%2E/b", "b?")]
    [InlineData("/a/.%2e/b", "b?")]
    [InlineData("/%61%62", "ab?")]
    [InlineData("/%2561", "%61?")]
    [InlineData("/%252e%252e/x", "%2e%2e/x?")]
    [InlineData("/a+b", "a+b?")]
    [InlineData("/%20%C3%A9", " Ã©?")]
    [InlineData("/...", "...?")]
    [InlineData("/..a/.b", "..a/.b?")]
    [InlineData("/a%5cb", "a\\b?")]
    [InlineData("*", "Asterisk")]
    [InlineData("/..", "Invalid")]
    [InlineData("/../a", "Invalid")]
    [InlineData("/a/../..", "Invalid")]
    [InlineData("/a/../../a", "Invalid")]
    [InlineData("/%2e%2e/a", "Invalid")]
    [InlineData("/.%2e", "Invalid")]
    [InlineData("/a%2fb", "Invalid")]
    [InlineData("/a%2Fb", "Invalid")]
    [InlineData("/a%00b", "Invalid")]
    [InlineData("/%", "Invalid")]
    [InlineData("/%4", "Invalid")]
    [InlineData("/%4g", "Invalid")]
    [InlineData("/%g4", "Invalid")]
    [InlineData("/a#b", "Invalid")]
    [InlineData("/a?b#c", "Invalid")]
    [InlineData("/a b", "Invalid")]
    [InlineData("/\u00e9", "Invalid")]
    [InlineData("/a\u007f", "Invalid")]
    [InlineData("/a\0", "Invalid")]
    [InlineData("a", "Invalid")]
    [InlineData("a/b", "Invalid")]
    [InlineData("*?", "Invalid")]
    public void ATargetHasOneReading(string target, string expected)
    {
        Assert.Equal(expected, Decode(target));
    }

    [Fact]
    public void ANameThatNoFileSystemHoldsDoesNotExistAndSuchAPathIsTooLong()
    {
        string name = new('a', 255);
        Assert.Equal(name + "?", Decode("/" + name));
        Assert.Equal("NoSuchName", Decode("/" + name + "a"));
        Assert.Equal("NoSuchName", Decode("/x/" + name + "a/y"));
        Assert.Equal("NoSuchName", Decode("/%61" + name));
        Assert.Equal("NoSuchName", Decode("/b/../" + name + "a"));
        string path = string.Concat(Enumerable.Repeat(new string('a', 255) + "/", 16))[..4095];
        Assert.Equal(path + "?", Decode("/" + path));
        Assert.Equal(path + "?", Decode("/./" + path));
        Assert.Equal("TooLong", Decode("/" + path + "/"));
        Assert.Equal("TooLong", Decode("/./" + path + "/"));
    }

    [Fact]
    public void APathThatDoesNotFitIsTooLongInsteadOfAnOverrun()
    {
        Assert.Equal(TargetStatus.TooLong, RequestTarget.Decode("/abc"u8, new byte[2], out _, out _));
        Assert.Equal(TargetStatus.Path, RequestTarget.Decode("/abc"u8, new byte[3], out _, out _));
    }

    // RFC 8615: /.well-known/ is meant to be served.
    [Theory]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("a.b/c.d", false)]
    [InlineData(".a", true)]
    [InlineData("a/.b", true)]
    [InlineData("a/.b/c", true)]
    [InlineData(".well-known", false)]
    [InlineData(".well-known/", false)]
    [InlineData(".well-known/x", false)]
    [InlineData(".well-known/.x", true)]
    [InlineData(".well-known2/x", true)]
    [InlineData("a/.well-known/x", true)]
    public void SegmentsThatBeginWithADotAreHidden(string path, bool expected)
    {
        Assert.Equal(expected, RequestTarget.IsHidden(RequestText.Bytes(path)));
    }

    [Fact]
    public void DecodingAgreesWithAnObviousReimplementation()
    {
        string[] pieces =
        [
            "/", "/", "/", "a", "bc", ".", "..", "%2e", "%2E", "%61", "%2f", "%00", "%", "%zz", "%25", "?", "#", " ",
            "\u00e9", "~", "*", new string('n', 130), "..%2e", "%0a",
        ];
        Gen<string> around = Gen.Elements("n", "%6e", "/", "/", "./", "../", "%", new string('n', 100));
        Gen<string> longNames = from count in Gen.Choose(250, 257)
                                from front in around
                                from behind in around
                                select "/" + front + new string('n', count) + behind;
        Gen<string> change = Gen.Frequency(
            (50, Gen.Constant("")),
            (1, Gen.Elements("/..", "/%2e", "/%6e", "%6e", "/", "%zz")));
        Gen<string> longPaths = from segments in Gen.Choose(39, 41)
                                from changes in change.ArrayOf(segments)
                                from last in Gen.Choose(92, 97)
                                select string.Concat(changes.Select(each => "/" + new string('n', 99) + each))
                                    + "/" + new string('n', last);
        Gen<string> targets = Gen.Frequency(
            (5, Gen.Elements(pieces[..13]).ListOf().Select(list => "/" + string.Concat(list))),
            (2, Gen.Elements(pieces).ListOf().Select(list => "/" + string.Concat(list))),
            (1, Gen.Elements(pieces).ListOf().Select(list => string.Concat(list))),
            (1, longNames),
            (1, longPaths.SelectMany(path => around, (path, behind) => path + behind)),
            (1, Gen.Elements("*", "*", "", "?", "**", "*?", "/*", "a", "%2f")));
        Dictionary<string, int> seen = [];
        Prop.ForAll(Arb.From(targets), target =>
        {
            string expected = DecodeSlowly(target);
            string kind = expected.Contains('?', StringComparison.Ordinal) ? "Path" : expected;
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
            Assert.Equal(expected, Decode(target));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10000));

        // A generator that meets no such target would prove nothing of it.
        Assert.All(
            Enum.GetNames<TargetStatus>(),
            kind => Assert.True(seen.GetValueOrDefault(kind) >= 50, $"{kind}: {seen.GetValueOrDefault(kind)}"));
    }

    [Fact]
    public void HiddenAgreesWithAnObviousReimplementation()
    {
        Gen<string> segments = Gen.Elements("a", "a", "a.", ".a", "..a", ".well-known", ".well-knowns", ".well");
        int hidden = 0;
        Prop.ForAll(Arb.From(segments.ArrayOf()), Arb.From(Gen.Elements("", "/")), (names, slash) =>
        {
            string path = string.Join('/', names) + (names.Length > 0 ? slash : "");
            bool expected = names.Where((name, index) => name[0] == '.' && (index > 0 || name != ".well-known")).Any();
            hidden += expected ? 1 : 0;
            Assert.Equal(expected, RequestTarget.IsHidden(RequestText.Bytes(path)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.InRange(hidden, 100, 1990);
    }

    // What comes out never leaves the root and never needs a second look.
    [Fact]
    public void ADecodedPathIsRelativeAndHasNoDotSegmentAndNoEmptyOne()
    {
        Gen<string> targets = Gen.Elements("/", "..", ".", "%2e", "a", "%61").ListOf()
            .Select(list => "/" + string.Concat(list));
        Prop.ForAll(Arb.From(targets), target =>
        {
            string result = Decode(target);
            if (result == "Invalid")
            {
                return;
            }

            string path = result[..^1];
            string[] segments = path.Length == 0 ? [] : path.TrimEnd('/').Split('/');
            Assert.DoesNotContain(segments, segment => segment is "" or "." or "..");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static string DecodeSlowly(string target)
    {
        if (target.Any(c => c is <= ' ' or >= '\u007f' or '#'))
        {
            return "Invalid";
        }

        if (target == "*")
        {
            return "Asterisk";
        }

        string[] halves = target.Split('?', 2);
        string query = halves.Length == 2 ? halves[1] : "";
        if (halves[0].Length == 0)
        {
            return "?" + query;
        }

        if (halves[0][0] != '/')
        {
            return "Invalid";
        }

        List<string> output = [];
        string last = "";
        bool isTooLong = false;
        foreach (string raw in halves[0].Split('/').Skip(1))
        {
            string? name = DecodeTriplets(raw);
            if (name is null)
            {
                return "Invalid";
            }

            last = name;
            if (name == "..")
            {
                if (output.Count == 0)
                {
                    return "Invalid";
                }

                output.RemoveAt(output.Count - 1);
            }
            else if (name is not ("" or "."))
            {
                isTooLong |= name.Length > 255;
                output.Add(name);
            }
        }

        bool endsWithSlash = output.Count > 0 && last is "" or "." or "..";
        string path = string.Join('/', output) + (endsWithSlash && output.Count > 0 ? "/" : "");
        return path.Length > 4095 ? "TooLong" : isTooLong ? "NoSuchName" : path + "?" + query;
    }

    private static string? DecodeTriplets(string raw)
    {
        string result = "";
        for (int at = 0; at < raw.Length; at++)
        {
            if (raw[at] != '%')
            {
                result += raw[at];
                continue;
            }

            if (at + 3 > raw.Length
                || !raw.Substring(at + 1, 2).All(char.IsAsciiHexDigit))
            {
                return null;
            }

            char value = (char)int.Parse(raw.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (value is '\0' or '/')
            {
                return null;
            }

            result += value;
            at += 2;
        }

        return result;
    }
}
