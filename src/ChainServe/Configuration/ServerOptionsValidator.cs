using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>
/// The rules of <see cref="ServerOptions.Validate"/>: 1. texts, 2. numbers, 3. numbers against each other, 4. canned
/// routes. All of them run, so that a user repairs a configuration in one go.
/// </summary>
internal static class ServerOptionsValidator
{
    /// <summary>A canned response is one send from a response buffer; larger bodies belong into a file.</summary>
    internal const int CannedBodyBytesMax = 65536;

    /// <summary>Statuses that a fixed response can have: those that need a field of their own (401, 405, redirects) or
    /// describe a file (206, 304, 416) are not among them.</summary>
    internal static readonly int[] CannedStatuses =
        [200, 202, 203, 204, 400, 403, 404, 410, 418, 421, 422, 429, 451, 500, 501, 502, 503, 504];

    private const int ContentTypeLengthMax = 255;

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
        CheckRange("Limits:CannedBytesPerWorker", limits.CannedBytesPerWorker, errors);
        CheckRange("Limits:CannedFileBytesMax", limits.CannedFileBytesMax, errors);
        CheckRange("Timeouts:HeadMilliseconds", timeouts.HeadMilliseconds, errors);
        CheckRange("Timeouts:KeepAliveMilliseconds", timeouts.KeepAliveMilliseconds, errors);
        CheckRange("Timeouts:SendMilliseconds", timeouts.SendMilliseconds, errors);
        CheckRange("Timeouts:GraceMilliseconds", timeouts.GraceMilliseconds, errors);
        CheckRange("Timeouts:DrainMilliseconds", timeouts.DrainMilliseconds, errors);
        if (limits.RequestLineBytesMax > limits.HeadBytesMax)
        {
            // The one that the user wrote is the one to change.
            bool wroteLine = limits.RequestLineBytesMax != new LimitsOptions().RequestLineBytesMax;
            errors.Add(wroteLine
                ? new OptionError(
                    "Limits:RequestLineBytesMax",
                    Text(limits.RequestLineBytesMax),
                    $"at most Limits:HeadBytesMax, which is {Text(limits.HeadBytesMax)}")
                : new OptionError(
                    "Limits:HeadBytesMax",
                    Text(limits.HeadBytesMax),
                    $"at least Limits:RequestLineBytesMax, which is {Text(limits.RequestLineBytesMax)}"));
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

        else if (!IsReachable(route.Path))
        {
            string allowed = "a path as a request is read: without '%', '//', '/./' and '/../', and not hidden";
            errors.Add(new OptionError($"{key}:Path", route.Path, allowed));
        }

        if (Array.IndexOf(CannedStatuses, route.Status) < 0)
        {
            string allowed = $"one of {string.Join(", ", CannedStatuses)}";
            errors.Add(new OptionError($"{key}:Status", Text(route.Status), allowed));
        }

        // Anything but visible letters and spaces could end the header line and begin another one.
        if (!route.ContentType.Contains('/')
            || route.ContentType.Length > ContentTypeLengthMax
            || route.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            errors.Add(new OptionError($"{key}:ContentType", route.ContentType, "a media type such as text/plain"));
        }

        int bytes = Encoding.UTF8.GetByteCount(route.Body);
        if (bytes > CannedBodyBytesMax)
        {
            string allowed = $"at most {Text(CannedBodyBytesMax)} bytes, or put it in a file";
            errors.Add(new OptionError($"{key}:Body", $"{Text(bytes)} bytes", allowed));
        }
        else if (bytes > 0 && route.Status == 204)
        {
            string allowed = $"no body: a response with status {Text(route.Status)} has none";
            errors.Add(new OptionError($"{key}:Body", route.Body, allowed));
        }
    }

    /// <summary>Whether a request can name the path: it is compared with a target that was decoded and normalised,
    /// behind the check for hidden names.</summary>
    private static bool IsReachable(string path)
    {
        byte[] target = Encoding.ASCII.GetBytes(path);
        byte[] decoded = new byte[target.Length];
        TargetStatus status = RequestTarget.Decode(target, decoded, out int length, out _);
        return status == TargetStatus.Path
            && decoded.AsSpan(0, length).SequenceEqual(target.AsSpan(1))
            && !RequestTarget.IsHidden(decoded.AsSpan(0, length));
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
