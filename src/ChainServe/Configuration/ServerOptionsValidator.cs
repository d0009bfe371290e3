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
            errors.Add(new OptionError("LogLevel", options.LogLevel.ToString(), SettingKeys.Find("LogLevel")!.Allowed));
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
        CheckRange("Port", options.Port, errors);
        CheckRange("Workers", options.Workers, errors);
        CheckRange("Limits:ConnectionsPerWorker", limits.ConnectionsPerWorker, errors);
        CheckRange("Limits:RequestLineBytesMax", limits.RequestLineBytesMax, errors);
        CheckRange("Limits:HeadBytesMax", limits.HeadBytesMax, errors);
        CheckRange("Limits:HeaderCountMax", limits.HeaderCountMax, errors);
        CheckRange("Limits:BodyBytesDiscardedMax", limits.BodyBytesDiscardedMax, errors);
        CheckRange("Limits:FactsPerWorker", limits.FactsPerWorker, errors);
        CheckRange("Timeouts:HeadMilliseconds", timeouts.HeadMilliseconds, errors);
        CheckRange("Timeouts:KeepAliveMilliseconds", timeouts.KeepAliveMilliseconds, errors);
        CheckRange("Timeouts:SendMilliseconds", timeouts.SendMilliseconds, errors);
        CheckRange("Timeouts:GraceMilliseconds", timeouts.GraceMilliseconds, errors);
        CheckRange("Timeouts:DrainMilliseconds", timeouts.DrainMilliseconds, errors);
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

        CheckRange($"{key}:Status", route.Status, errors);
        // Anything but visible letters and spaces could end the header line and begin another one.
        if (!route.ContentType.Contains('/') || route.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~'))
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

    private static void CheckRange(string key, int value, List<OptionError> errors)
    {
        Setting setting = SettingKeys.Find(key)!;
        if (value < setting.Least || value > setting.Most)
        {
            errors.Add(new OptionError(key, Text(value), setting.Allowed));
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
