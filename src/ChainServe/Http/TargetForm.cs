using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The four forms of a request target (RFC 9112 §3.2). Origin-form and "*" are kept as they are; of an absolute-form
/// the authority becomes the host and the rest the target; the authority-form belongs to CONNECT, which is answered
/// with 405 whatever its target says.
/// </summary>
internal static class TargetForm
{
    /// <param name="method">The method token.</param>
    /// <param name="target">Visible ASCII bytes, at least one.</param>
    /// <param name="offset">Where the target stands in the head.</param>
    /// <param name="request">Target is filled in, and Host for an absolute-form.</param>
    public static RequestRejection Parse(
        ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> target,
        int offset,
        ref Request request)
    {
        request.Target = new HeadSlice(offset, target.Length);
        if (target[0] == '/' || method.SequenceEqual("CONNECT"u8))
        {
            return RequestRejection.None;
        }

        if (target.Length == 1 && target[0] == '*')
        {
            return request.Method == HttpMethod.Options ? RequestRejection.None : RequestRejection.InvalidTarget;
        }

        int schemeLength = SchemeLength(target);
        if (schemeLength == 0)
        {
            return RequestRejection.InvalidTarget;
        }

        ReadOnlySpan<byte> rest = target[schemeLength..];
        int authorityLength = rest.IndexOfAny((byte)'/', (byte)'?');
        if (authorityLength < 0)
        {
            authorityLength = rest.Length;
        }

        // User information is refused together with every other byte that no host has (RFC 9110 §4.2.4).
        if (!HostSyntax.IsValid(rest[..authorityLength]))
        {
            return RequestRejection.InvalidHost;
        }

        int authorityOffset = offset + schemeLength;
        request.Host = new HeadSlice(authorityOffset, authorityLength);
        request.Target = new HeadSlice(authorityOffset + authorityLength, rest.Length - authorityLength);
        return RequestRejection.None;
    }

    private static int SchemeLength(ReadOnlySpan<byte> target)
    {
        if (target.Length >= 7 && Ascii.EqualsIgnoreCase(target[..7], "http://"u8))
        {
            return 7;
        }

        return target.Length >= 8 && Ascii.EqualsIgnoreCase(target[..8], "https://"u8) ? 8 : 0;
    }
}
