using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using ChainServe.Files;
using ChainServe.Http;
using ChainServe.Responses;
using ChainServe.Tests.Http;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ChainServe.Tests.Responses;

public sealed partial class PreconditionsPropertyTests
{
    // A file of old, one of just now, one from the future, one without a date.
    private static readonly FileFacts[] Files =
    [
        Exchange.Facts(modified: (Exchange.ModifiedSeconds * Exchange.Second) + (Exchange.Second / 2)),
        Exchange.Facts(now: (Exchange.ModifiedSeconds + 1) * Exchange.Second),
        Exchange.Facts(now: (Exchange.ModifiedSeconds - 60) * Exchange.Second),
        Exchange.Facts(modified: Exchange.Second),
    ];

    // All three forms (RFC 9110 §5.6.7) of the seconds around the two modification times, and of a leap day. A year of
    // two digits cannot say 1970: to its reader it is 2070 already.
    private static readonly Dictionary<string, long> Dates =
        (from seconds in (long[])[Exchange.ModifiedSeconds, 1, 951782400]
         from distance in (long[])[-1, 0, 1]
         let time = DateTimeOffset.FromUnixTimeSeconds(seconds + distance)
         from form in (string[])
         [
             "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
             time.Day < 10 ? "ddd MMM  d HH:mm:ss yyyy" : "ddd MMM dd HH:mm:ss yyyy",
         ]
         where time.Year > 1970 || form.Contains("yyyy", StringComparison.Ordinal)
         select (time.ToString(form, CultureInfo.InvariantCulture), seconds + distance))
        .ToDictionary();

    private static readonly string[] NoDates =
    [
        "", "yesterday", "784111777", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
    ];

    private static Gen<string[]> Lines(string name, Gen<string> value)
    {
        Gen<string> line = value.Select(text => $"{name}: {text}");
        return Gen.Frequency((4, Gen.Constant(Array.Empty<string>())), (5, line.ArrayOf(1)), (1, line.ArrayOf(2)));
    }

    // "@" is replaced by the tag of the file, "~" by its opaque part.
    private static Gen<string> TagLists()
    {
        Gen<string> sound = Gen.Elements("@", "~", "W/~", "\"x\"", "W/\"x\"", "\"\"", "\"a,b\"", "\"\u00e9\"", "");
        Gen<string> broken = Gen.Elements("w/~", "x", "\"x", "*", "~~", "~ x", "W/", "'x'", "\"x y\"");
        Gen<string> tag = Gen.Frequency((12, sound), (1, broken));
        Gen<string> list = from count in Gen.Choose(1, 4)
                           from tags in tag.ArrayOf(count)
                           from comma in Gen.Elements(",", ", ", "\t,")
                           select string.Join(comma, tags);
        return Gen.Frequency((1, Gen.Constant("*")), (1, Gen.Constant("")), (8, list));
    }

    private static Gen<(FileFacts Facts, string[] Lines)> Requests()
    {
        Gen<string> date = Gen.Frequency((6, Gen.Elements(Dates.Keys.ToArray())), (1, Gen.Elements(NoDates)));
        Gen<string> validator = Gen.Frequency(
            (3, Gen.Elements("@", "@", "~", "W/~", "\"x\"", "@, @", "*", "\"x y\"")),
            (1, date),
            (2, Gen.Constant(Exchange.Modified)));
        return from facts in Gen.Elements(Files)
               from match in Lines("If-Match", TagLists())
               from noneMatch in Lines("If-None-Match", TagLists())
               from modified in Lines("If-Modified-Since", date)
               from unmodified in Lines("If-Unmodified-Since", date)
               from range in Lines("If-Range", validator)
               from lines in Gen.Shuffle<string>([.. match, .. noneMatch, .. modified, .. unmodified, .. range])
               let own = RequestText.Text(facts.EntityTag)
               let opaque = own.Replace("W/", "", StringComparison.Ordinal)
               select (facts, lines.Select(line => line
                   .Replace("@", own, StringComparison.Ordinal)
                   .Replace("~", opaque, StringComparison.Ordinal)).ToArray());
    }

    private static Request Parse(string[] lines, out byte[] head)
    {
        string text = RequestText.WithFields(lines);
        head = RequestText.Bytes(text);
        Assert.Equal(ParseStatus.Complete, RequestText.Parse(text, out Request request, out _));
        return request;
    }

    [Fact]
    public void PreconditionsAgreeWithTheStepsOfTheRfc()
    {
        Dictionary<string, int> seen = [];
        Prop.ForAll(Arb.From(Requests()), exchange =>
        {
            Request request = Parse(exchange.Lines, out byte[] head);
            (PreconditionResult expected, string step) = Evaluate(exchange.Facts, exchange.Lines);
            seen[step] = seen.GetValueOrDefault(step) + 1;
            Assert.Equal(expected, Preconditions.Evaluate(request, head, exchange.Facts));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10000));

        // A step that decided nothing would not have been tested.
        Assert.All(
            ["If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since", "none"],
            step => Assert.True(seen.GetValueOrDefault(step) >= 100, $"{step}: {seen.GetValueOrDefault(step)}"));
    }

    [Fact]
    public void IfRangeAgreesWithAnObviousReimplementation()
    {
        int counted = 0;
        int ignored = 0;
        Prop.ForAll(Arb.From(Requests()), exchange =>
        {
            Request request = Parse(exchange.Lines, out byte[] head);
            bool expected = RangeCounts(exchange.Facts, Values(exchange.Lines, "If-Range"));
            counted += expected && request.Has(RequestFields.IfRange) ? 1 : 0;
            ignored += expected ? 0 : 1;
            Assert.Equal(expected, Preconditions.RangeCounts(request, head, exchange.Facts));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        Assert.True(counted >= 100 && ignored >= 100, $"{counted} counted, {ignored} ignored");
    }

    // RFC 9110 §13.2.2, step by step; also which field decided.
    private static (PreconditionResult Result, string Step) Evaluate(FileFacts facts, string[] lines)
    {
        string[] match = Values(lines, "If-Match");
        string[] noneMatch = Values(lines, "If-None-Match");
        if (match.Length > 0)
        {
            if (!match.Any(list => ListMatches(list, facts, strong: true)))
            {
                return (PreconditionResult.Failed, "If-Match");
            }
        }
        else if (DateOf(facts, Values(lines, "If-Unmodified-Since")) is { } until && ModifiedOf(facts) > until)
        {
            return (PreconditionResult.Failed, "If-Unmodified-Since");
        }

        if (noneMatch.Length > 0)
        {
            if (noneMatch.Any(list => ListMatches(list, facts, strong: false)))
            {
                return (PreconditionResult.NotModified, "If-None-Match");
            }
        }
        else if (DateOf(facts, Values(lines, "If-Modified-Since")) is { } since && ModifiedOf(facts) <= since)
        {
            return (PreconditionResult.NotModified, "If-Modified-Since");
        }

        return (PreconditionResult.Proceed, "none");
    }

    // RFC 9110 §13.1.5: the strong tag, or exactly the date where that is a strong validator.
    private static bool RangeCounts(FileFacts facts, string[] validators)
    {
        string own = RequestText.Text(facts.EntityTag);
        return validators.Length switch
        {
            0 => true,
            1 when validators[0] == own => own[0] == '"',
            1 => facts == Files[0] && DateOf(facts, validators) == ModifiedOf(facts),
            _ => false,
        };
    }

    private static string[] Values(string[] lines, string name)
    {
        return [.. lines.Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(line => line[(name.Length + 1)..].Trim(' ', '\t'))];
    }

    private static long ModifiedOf(FileFacts facts)
    {
        return (long)Math.Floor(facts.ModifiedNanoseconds / (decimal)Exchange.Second);
    }

    // Null when there is nothing to compare with: no date, several, or a file without one.
    private static long? DateOf(FileFacts facts, string[] values)
    {
        bool hasDate = facts != Files[2] && facts != Files[3];
        return values.Length == 1 && hasDate && Dates.TryGetValue(values[0], out long date) ? date : null;
    }

    private static bool ListMatches(string list, FileFacts facts, bool strong)
    {
        string own = RequestText.Text(facts.EntityTag);
        string opaque = own[own.IndexOf('"')..];
        IEnumerable<string> tags = Tags().Matches(list).Select(match => match.Groups[1].Value);
        return list == "*" || tags.Any(tag => strong ? tag == own && own == opaque : tag[tag.IndexOf('"')..] == opaque);
    }

    // One behind the other, up to the first thing that is no tag.
    [GeneratedRegex(@"\G[ \t,]*((?:W/)?""[^\x00-\x20\x7F""]*"")[ \t]*(?=,|\z)")]
    private static partial Regex Tags();
}
