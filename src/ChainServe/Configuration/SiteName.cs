using System;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>
/// The forms of <see cref="HostOptions.Host"/>: a name of letters, digits, hyphens and underscores (RFC 1034 §3.5, and
/// the underscores that are in use), "*." in front of one, or an address as it stands in a Host field, which for IPv6
/// has brackets (RFC 3986 §3.2.2). Other scripts are written as they are sent, in Punycode.
/// </summary>
internal static class SiteName
{
    private const int NameLengthMax = 253;
    private const int LabelLengthMax = 63;

    internal static bool IsValid(string host)
    {
        if (host.StartsWith('['))
        {
            return host.EndsWith(']') && HostSyntax.IsValid(Encoding.UTF8.GetBytes(host));
        }

        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return name.Length <= NameLengthMax && Array.TrueForAll(name.Split('.'), IsLabel);
    }

    private static bool IsLabel(string label)
    {
        return label.Length is > 0 and <= LabelLengthMax
            && !label.StartsWith('-')
            && !label.EndsWith('-')
            && label.AsSpan().IndexOfAnyExcept(Letters.NameAndHyphen) < 0;
    }
}
