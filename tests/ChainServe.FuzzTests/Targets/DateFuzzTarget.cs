using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// Dates in their three forms: the instant is the one of the calendar of .NET, at several times of today; what was read
/// is written in the one form and read back as the same.
/// </summary>
internal sealed partial class DateFuzzTarget : FuzzTarget
{
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private static readonly DateTimeOffset[] Now =
    [
        new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero), new(1994, 11, 6, 8, 49, 37, TimeSpan.Zero),
        new(2026, 2, 28, 23, 59, 59, TimeSpan.Zero), new(2049, 12, 31, 12, 0, 0, TimeSpan.Zero),
        new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero), new(9990, 6, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    public DateFuzzTarget()
        : base("date")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon", "Tuesday",
        "Wed", "Thursday", "Fri", "Saturday", "Jan", "Feb", "Mar", "Dec", "29", "30", "31", "00", "01", "28", "2000",
        "1900", "0000", "0001", "9999", "23:59:60", "24:00:00", "00:00:00", " GMT", " UTC", ", ", " ", "-", ":", "99",
        "29-Feb-00", "29 Feb 2000", "Feb 29",
    ];

    public override string Separators => " ,-:";

    public override int LengthMax => 64;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Naive.Text(input);
        bool isValid = false;
        foreach (DateTimeOffset now in Now)
        {
            long? expected = Read(text, now);
            bool isRead = HttpDate.TryParse(input, now.ToUnixTimeSeconds(), out long seconds);
            if (isRead != expected.HasValue || (isRead && seconds != expected))
            {
                string found = isRead ? $"{seconds}" : "no date";
                Require.Equal(expected is null ? "no date" : $"{expected}", found, $"the instant, read in {now.Year}");
            }

            isValid |= isRead;
            if (isRead)
            {
                CheckWriting(seconds);
            }
        }

        // The clock of this machine: a verdict that differs would have to be one of a year of two digits.
        bool isNow = HttpDate.TryParse(input, out _);
        Require.True(isNow == isValid || Rfc850().IsMatch(text), "the verdict of the clock");
        return isValid;
    }

    private static void CheckWriting(long seconds)
    {
        Span<byte> written = stackalloc byte[HttpDate.Length];
        HttpDate.Format(seconds, written);
        Require.True(HttpDate.TryParse(written, 0, out long again), "what is written can be read");

        // The second after the last one of year 9999 is a leap second that nobody can write.
        Require.Equal(Math.Min(seconds, 253402300799), again, "the instant that was written");
        Require.Equal(
            DateTimeOffset.FromUnixTimeSeconds(again).UtcDateTime.ToString("R", CultureInfo.InvariantCulture),
            Naive.Text(written),
            "the form that is written");
    }

    private static long? Read(string text, DateTimeOffset now)
    {
        Match fixdate = Fixdate().Match(text);
        if (fixdate.Success)
        {
            return Combine(fixdate, int.Parse(fixdate.Groups["year"].Value, null));
        }

        Match asctime = Asctime().Match(text);
        if (asctime.Success)
        {
            return Combine(asctime, int.Parse(asctime.Groups["year"].Value, null));
        }

        Match old = Rfc850().Match(text);
        if (!old.Success)
        {
            return null;
        }

        // RFC 9110 §5.6.7: more than 50 years ahead is the past.
        int year = int.Parse(old.Groups["year"].Value, null);
        while (year + 100 <= now.Year + 50)
        {
            year += 100;
        }

        long? instant = Combine(old, year);
        bool isAhead = instant is not null && now.Year <= 9949 && instant > now.AddYears(50).ToUnixTimeSeconds();
        return isAhead ? Combine(old, year - 100) : instant;
    }

    private static long? Combine(Match date, int year)
    {
        int Group(string name)
        {
            return int.Parse(date.Groups[name].Value.Trim(), null);
        }

        int month = (Months.IndexOf(date.Groups["month"].Value, StringComparison.Ordinal) / 3) + 1;
        bool isDay = year is >= 1 and <= 9999 && Group("day") >= 1 && Group("day") <= DateTime.DaysInMonth(year, month);
        if (!isDay || Group("hour") > 23 || Group("minute") > 59 || Group("second") > 60)
        {
            return null;
        }

        DateTimeOffset minute = new(year, month, Group("day"), Group("hour"), Group("minute"), 0, TimeSpan.Zero);
        return minute.ToUnixTimeSeconds() + Group("second");
    }

    private const string Time = "(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})";
    private const string Day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private const string Month = "(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";

    [GeneratedRegex($@"\A{Day}, (?<day>[0-9]{{2}}) {Month} (?<year>[0-9]{{4}}) {Time} GMT\z")]
    private static partial Regex Fixdate();

    [GeneratedRegex($@"\A{Day} {Month} (?<day>[0-9 ][0-9]) {Time} (?<year>[0-9]{{4}})\z")]
    private static partial Regex Asctime();

    [GeneratedRegex(
        @"\A(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>[0-9]{2})-" + Month + "-(?<year>[0-9]{2}) " + Time
        + @" GMT\z")]
    private static partial Regex Rfc850();
}
