using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ChainServe.Configuration;

/// <summary>
/// The rules of <see cref="ServerOptions.Validate"/>: 1. texts, 2. numbers, 3. numbers against each other, 4. canned
/// routes. All of them run, so that a user repairs a configuration in one go.
/// </summary>
internal static class ServerOptionsValidator
{
    /// <summary>A canned body is copied into native memory per worker; larger ones belong into a file.</summary>
    internal const int CannedBodyBytesMax = 65536;

    internal static IReadOnlyList<OptionError> Validate(ServerOptions options)
    {
        List<OptionError> errors = [];
        CheckTexts(options, errors);
        CheckNumbers(options, errors);
        for (int i = 0; i < options.Canned.Length; i++)
        {
            CheckCanned(options.Canned, i, errors);
        }

        return errors;
    }

    private static void CheckTexts(ServerOptions options, List<OptionError> errors)
    {
        if (options.Root.Length == 0 || options.Root.Contains('\0'))
        {
            errors.Add(new OptionError("Root", options.Root, "the path of a directory"));
        }

        if (!HostName.TryParse(options.Host, out _))
        {
            const string Allowed = "an IP address such as ::, 0.0.0.0 or 127.0.0.1, or localhost";
            errors.Add(new OptionError("Host", options.Host, Allowed));
        }

        if (!Enum.IsDefined(options.LogLevel))
        {
            errors.Add(new OptionError("LogLevel", options.LogLevel.ToString(), SettingKeys.LogLevels));
        }

        for (int i = 0; i < options.Index.Length; i++)
        {
            string name = options.Index[i];
            if (name.Length is 0 or > 255 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            {
                errors.Add(new OptionError($"Index:{i}", name, "a file name without a slash"));
            }
        }
    }

    private static void CheckNumbers(ServerOptions options, List<OptionError> errors)
    {
        LimitsOptions limits = options.Limits;
        TimeoutsOptions timeouts = options.Timeouts;
        const int DayMilliseconds = 86_400_000;
        ReadOnlySpan<(string Key, int Value, int Least, int Most)> ranges =
        [
            ("Port", options.Port, 0, 65535),
            ("Workers", options.Workers, 0, 1024),
            // Two fixed-file slots per connection, and the kernel registers at most 2^20 files per ring.
            ("Limits:ConnectionsPerWorker", limits.ConnectionsPerWorker, 1, 500_000),
            ("Limits:RequestLineBytesMax", limits.RequestLineBytesMax, 64, 262_144),
            ("Limits:HeadBytesMax", limits.HeadBytesMax, 128, 262_144),
            ("Limits:HeaderCountMax", limits.HeaderCountMax, 1, 1_000),
            ("Limits:BodyBytesDiscardedMax", limits.BodyBytesDiscardedMax, 0, 1_073_741_824),
            ("Limits:FactsPerWorker", limits.FactsPerWorker, 16, 16_777_216),
            ("Timeouts:HeadMilliseconds", timeouts.HeadMilliseconds, 1, DayMilliseconds),
            ("Timeouts:KeepAliveMilliseconds", timeouts.KeepAliveMilliseconds, 1, DayMilliseconds),
            ("Timeouts:SendMilliseconds", timeouts.SendMilliseconds, 1, DayMilliseconds),
            ("Timeouts:GraceMilliseconds", timeouts.GraceMilliseconds, 0, DayMilliseconds),
            ("Timeouts:DrainMilliseconds", timeouts.DrainMilliseconds, 0, DayMilliseconds),
        ];
        foreach ((string key, int value, int least, int most) in ranges)
        {
            if (value < least || value > most)
            {
                errors.Add(new OptionError(key, Text(value), $"a whole number from {Text(least)} to {Text(most)}"));
            }
        }

        if (limits.RequestLineBytesMax > limits.HeadBytesMax)
        {
            string allowed = $"at most Limits:HeadBytesMax, which is {Text(limits.HeadBytesMax)}";
            errors.Add(new OptionError("Limits:RequestLineBytesMax", Text(limits.RequestLineBytesMax), allowed));
        }
    }

    private static void CheckCanned(CannedRoute[] routes, int index, List<OptionError> errors)
    {
        CannedRoute route = routes[index];
        string key = $"Canned:{index}";
        if (!route.Path.StartsWith('/') || !IsVisibleAscii(route.Path) || route.Path.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            errors.Add(new OptionError($"{key}:Path", route.Path, "a path such as /healthz, without a query"));
        }
        else if (Array.FindIndex(routes, other => other.Path == route.Path) < index)
        {
            errors.Add(new OptionError($"{key}:Path", route.Path, "each path once"));
        }

        if (route.Status is < 200 or > 599)
        {
            errors.Add(new OptionError($"{key}:Status", Text(route.Status), "a whole number from 200 to 599"));
        }

        if (route.ContentType.Length == 0 || !IsVisibleAscii(route.ContentType.Replace(" ", "", StringComparison.Ordinal)))
        {
            errors.Add(new OptionError($"{key}:ContentType", route.ContentType, "a media type such as text/plain"));
        }

        int bytes = Encoding.UTF8.GetByteCount(route.Body);
        if (bytes > CannedBodyBytesMax)
        {
            string allowed = $"at most {Text(CannedBodyBytesMax)} bytes, or put it in a file";
            errors.Add(new OptionError($"{key}:Body", $"{Text(bytes)} bytes", allowed));
        }
        else if (bytes > 0 && route.Status is 204 or 205 or 304)
        {
            string allowed = $"no body: a response with status {Text(route.Status)} has none";
            errors.Add(new OptionError($"{key}:Body", route.Body, allowed));
        }
    }

    private static bool IsVisibleAscii(string text)
    {
        return !text.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    private static string Text(int value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
