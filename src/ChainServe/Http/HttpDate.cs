using System;

namespace ChainServe.Http;

/// <summary>
/// HTTP dates (RFC 9110 §5.6.7). Written as IMF-fixdate; read in all three forms, as a recipient must. A day name has
/// to be one, but is not compared with the date, because the two-digit year of RFC 850 leaves it open.
/// </summary>
internal static class HttpDate
{
    public const int Length = 29;

    // 0001-01-01 and 9999-12-31 23:59:59: what four digits can say.
    private const long SecondsMin = -62135596800;
    private const long SecondsMax = 253402300799;
    private const int SecondsPerDay = 86400;

    private static ReadOnlySpan<byte> DayNames => "SunMonTueWedThuFriSat"u8;

    private static ReadOnlySpan<byte> MonthNames => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <param name="unixSeconds">Clamped to the years 1 to 9999.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Format(long unixSeconds, Span<byte> destination)
    {
        long seconds = Math.Clamp(unixSeconds, SecondsMin, SecondsMax);
        long days = Math.DivRem(seconds - SecondsMin, SecondsPerDay, out long ofDay);
        DateOnly date = DateOnly.FromDayNumber((int)days);

        // Day number 0 is a Monday.
        DayNames.Slice((int)((days + 1) % 7) * 3, 3).CopyTo(destination);
        ", 00 "u8.CopyTo(destination[3..]);
        WriteTwoDigits(date.Day, destination[5..]);
        MonthNames.Slice((date.Month - 1) * 3, 3).CopyTo(destination[8..]);
        destination[11] = (byte)' ';
        WriteTwoDigits(date.Year / 100, destination[12..]);
        WriteTwoDigits(date.Year % 100, destination[14..]);
        " 00:00:00 GMT"u8.CopyTo(destination[16..]);
        WriteTwoDigits((int)(ofDay / 3600), destination[17..]);
        WriteTwoDigits((int)(ofDay / 60 % 60), destination[20..]);
        WriteTwoDigits((int)(ofDay % 60), destination[23..]);
    }

    /// <summary>Reads any of the three forms; the clock is looked at only for a two-digit year.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        bool mayHaveTwoDigitYear = text.Length > 3 && text[3] is not ((byte)',' or (byte)' ');
        long now = mayHaveTwoDigitYear ? DateTimeOffset.UtcNow.ToUnixTimeSeconds() : 0;
        return TryParse(text, now, out unixSeconds);
    }

    /// <param name="text">The field value without white space around it.</param>
    /// <param name="nowUnixSeconds">What a two-digit year is compared with.</param>
    /// <param name="unixSeconds">The instant.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, long nowUnixSeconds, out long unixSeconds)
    {
        if (text.Length == Length && text[3] == ',')
        {
            return TryParseFixdate(text, out unixSeconds);
        }

        int comma = text.IndexOf((byte)',');
        return comma < 0
            ? TryParseAsctime(text, out unixSeconds)
            : TryParseRfc850(text, comma, nowUnixSeconds, out unixSeconds);
    }

    // "Sun, 06 Nov 1994 08:49:37 GMT"
    private static bool TryParseFixdate(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        return FindName(DayNames, text) >= 0
            && text[3] == ',' && text[4] == ' ' && text[7] == ' ' && text[11] == ' ' && text[16] == ' '
            && text.EndsWith(" GMT"u8)
            && TryCombine(
                (Number(text[12..14]) * 100) + Number(text[14..16]),
                FindName(MonthNames, text[8..]),
                Number(text[5..7]),
                text[17..25],
                out unixSeconds);
    }

    // "Sunday, 06-Nov-94 08:49:37 GMT"
    private static bool TryParseRfc850(ReadOnlySpan<byte> text, int comma, long now, out long unixSeconds)
    {
        unixSeconds = 0;
        ReadOnlySpan<byte> rest = text[(comma + 1)..];
        if (!IsLongDayName(text[..comma])
            || rest.Length != 23
            || rest[0] != ' ' || rest[3] != '-' || rest[7] != '-' || rest[10] != ' '
            || !rest.EndsWith(" GMT"u8))
        {
            return false;
        }

        int shortYear = Number(rest[8..10]);
        int month = FindName(MonthNames, rest[4..]);
        int day = Number(rest[1..3]);
        ReadOnlySpan<byte> time = rest[11..19];
        if (shortYear < 0)
        {
            return false;
        }

        // The latest century in which the date is not more than 50 years ahead of now.
        int nowYear = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(now, SecondsMin, SecondsMax)).Year;
        int year = ((nowYear / 100) + 1) * 100 + shortYear;
        while (year > nowYear + 50)
        {
            year -= 100;
        }

        if (!TryCombine(year, month, day, time, out unixSeconds))
        {
            return false;
        }

        return year < nowYear + 50
            || unixSeconds <= AddYears(now, 50)
            || TryCombine(year - 100, month, day, time, out unixSeconds);
    }

    // "Sun Nov  6 08:49:37 1994"
    private static bool TryParseAsctime(ReadOnlySpan<byte> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 24
            || FindName(DayNames, text) < 0
            || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ')
        {
            return false;
        }

        int day = text[8] == ' ' ? Digit(text[9]) : Number(text[8..10]);
        return TryCombine(
            (Number(text[20..22]) * 100) + Number(text[22..24]),
            FindName(MonthNames, text[4..]),
            day,
            text[11..19],
            out unixSeconds);
    }

    private static bool TryCombine(int year, int monthIndex, int day, ReadOnlySpan<byte> time, out long unixSeconds)
    {
        unixSeconds = 0;
        int hour = Number(time[..2]);
        int minute = Number(time[3..5]);
        int second = Number(time[6..8]);
        if (time[2] != ':' || time[5] != ':'
            || year is < 1 or > 9999
            || monthIndex < 0
            || day < 1 || day > DateTime.DaysInMonth(year, monthIndex + 1)
            || hour is < 0 or > 23
            || minute is < 0 or > 59
            || second is < 0 or > 60)
        {
            return false;
        }

        // Second 60 is a leap second (RFC 9110 §5.6.7); Unix time has none and counts it as the next one.
        long days = new DateOnly(year, monthIndex + 1, day).DayNumber;
        unixSeconds = SecondsMin + (days * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        return true;
    }

    private static long AddYears(long unixSeconds, int years)
    {
        DateTimeOffset instant = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(unixSeconds, SecondsMin, SecondsMax));
        return instant.Year + years > 9999 ? SecondsMax : instant.AddYears(years).ToUnixTimeSeconds();
    }

    private static bool IsLongDayName(ReadOnlySpan<byte> name)
    {
        return name.SequenceEqual("Sunday"u8) || name.SequenceEqual("Monday"u8) || name.SequenceEqual("Tuesday"u8)
            || name.SequenceEqual("Wednesday"u8) || name.SequenceEqual("Thursday"u8)
            || name.SequenceEqual("Friday"u8) || name.SequenceEqual("Saturday"u8);
    }

    private static int FindName(ReadOnlySpan<byte> names, ReadOnlySpan<byte> text)
    {
        for (int index = 0; index < names.Length; index += 3)
        {
            if (text.StartsWith(names.Slice(index, 3)))
            {
                return index / 3;
            }
        }

        return -1;
    }

    private static int Digit(byte digit)
    {
        return digit is >= (byte)'0' and <= (byte)'9' ? digit - '0' : -1;
    }

    // Two digits, or a number so far below zero that no arithmetic on it passes a range check.
    private static int Number(ReadOnlySpan<byte> twoDigits)
    {
        int tens = Digit(twoDigits[0]);
        int ones = Digit(twoDigits[1]);
        return tens < 0 || ones < 0 ? -10_000_000 : (tens * 10) + ones;
    }

    private static void WriteTwoDigits(int value, Span<byte> destination)
    {
        destination[0] = (byte)('0' + (value / 10));
        destination[1] = (byte)('0' + (value % 10));
    }
}
