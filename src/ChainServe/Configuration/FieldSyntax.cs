using System;
using System.Collections.Generic;

namespace ChainServe.Configuration;

/// <summary>
/// Fields that a configuration may add to a response (RFC 9110 §5): a token as their name, one line of ASCII as their
/// value, and none of those that frame or describe what is sent.
/// </summary>
internal static class FieldSyntax
{
    /// <summary>What <see cref="IsValue"/> takes, to follow "give".</summary>
    internal const string Value = "a value of visible ASCII and spaces, at most 4096 characters long";

    private const int ValueLengthMax = 4096;
    private const int MediaTypeLengthMax = 255;

    // A second or a missing one of them makes the next response, or a cache, read something that was never sent.
    private static readonly HashSet<string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Ranges", "Connection", "Content-Encoding", "Content-Length", "Content-Range", "Date", "ETag",
        "Keep-Alive", "Last-Modified", "Location", "Proxy-Connection", "Trailer", "Transfer-Encoding", "Upgrade",
        "Vary", "WWW-Authenticate",
    };

    internal static bool IsOwned(string name)
    {
        return Owned.Contains(name);
    }

    internal static bool IsValue(string value)
    {
        return value.Length <= ValueLengthMax && Letters.IsOneLineOfAscii(value);
    }

    /// <summary>type "/" subtype *( ";" name "=" value ) (RFC 9110 §8.3.1).</summary>
    internal static bool IsMediaType(string text)
    {
        if (text.Length > MediaTypeLengthMax || !Letters.IsOneLineOfAscii(text))
        {
            return false;
        }

        int end = text.IndexOf(';');
        ReadOnlySpan<char> essence = (end < 0 ? text : text[..end]).AsSpan().TrimEnd(' ');
        int slash = essence.IndexOf('/');
        return slash > 0
            && Letters.IsToken(essence[..slash])
            && Letters.IsToken(essence[(slash + 1)..])
            && (end < 0 || AreParameters(text.AsSpan(end)));
    }

    /// <summary>Each begins with its semicolon; a value in quotes may hold one (RFC 9110 §5.6.4).</summary>
    private static bool AreParameters(ReadOnlySpan<char> rest)
    {
        while (!rest.IsEmpty)
        {
            rest = rest[0] == ';' ? rest[1..].TrimStart(' ') : default;
            int equals = rest.IndexOf('=');
            if (equals <= 0 || !Letters.IsToken(rest[..equals]))
            {
                return false;
            }

            rest = rest[(equals + 1)..];
            int length = rest.StartsWith("\"") ? QuotedLength(rest) : rest.IndexOfAny(' ', ';');
            length = length < 0 ? rest.Length : length;
            if (length == 0 || (rest[0] != '"' && !Letters.IsToken(rest[..length])))
            {
                return false;
            }

            rest = rest[length..].TrimStart(' ');
        }

        return true;
    }

    /// <summary>The length of a quoted string with both quotes; 0 when it does not end.</summary>
    private static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i + 1;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return 0;
    }
}
