using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>The rules of <see cref="SitePolicy.Canned"/>.</summary>
internal static class CannedValidator
{
    /// <summary>A canned response is one send from a response buffer; larger bodies belong into a file.</summary>
    internal const int BodyBytesMax = 65536;

    /// <summary>Statuses that a fixed response can have: those that need a field of their own (401, 405, redirects) or
    /// describe a file (206, 304, 416) are not among them.</summary>
    internal static readonly int[] Statuses =
        [200, 202, 203, 204, 400, 403, 404, 410, 418, 421, 422, 429, 451, 500, 501, 502, 503, 504];

    internal static void CheckRoute(CannedRoute[] routes, int index, string key, List<OptionError> errors)
    {
        CannedRoute route = routes[index];
        if (!route.Path.StartsWith('/')
            || !Letters.IsVisibleAscii(route.Path)
            || route.Path.AsSpan().IndexOfAny('?', '#') >= 0)
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

        if (Array.IndexOf(Statuses, route.Status) < 0)
        {
            errors.Add(new OptionError($"{key}:Status", Text(route.Status), Setting.OneOf(Statuses)));
        }

        if (!FieldSyntax.IsMediaType(route.ContentType))
        {
            errors.Add(new OptionError($"{key}:ContentType", route.ContentType, "a media type such as text/plain"));
        }

        int bytes = Encoding.UTF8.GetByteCount(route.Body);
        if (bytes > BodyBytesMax)
        {
            string allowed = $"at most {Text(BodyBytesMax)} bytes, or put it in a file";
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

    private static string Text(int value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
