using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Responses;

/// <summary>Where a rule leads: text with the captures of its pattern, "/news/:year/:splat".</summary>
internal sealed class PathTemplate
{
    private readonly byte[][] _texts;
    private readonly int[] _captures;

    /// <param name="template">A path, or an absolute http or https address.</param>
    /// <param name="names">The captures that it may use.</param>
    /// <param name="isEncoded">Whether its text is part of an address, and not of a file name.</param>
    /// <exception cref="ArgumentException">It is no template.</exception>
    public PathTemplate(string template, IReadOnlyList<string> names, bool isEncoded)
    {
        foreach (char letter in template)
        {
            // The names of files may have spaces, backslashes and letters of every script.
            if (isEncoded ? letter is <= ' ' or '\\' or >= '\u007F' : char.IsControl(letter))
            {
                throw new ArgumentException(isEncoded
                    ? "an address has no white space, control or backslash, and is ASCII"
                    : "a path has no control characters");
            }
        }

        List<byte[]> texts = [];
        List<int> captures = [];
        int offset = 0;
        int authority = AuthorityEnd(template);
        for (int colon = template.IndexOf(':', authority);
            colon >= 0;
            colon = template.IndexOf(':', colon + 1))
        {
            int capture = FindCapture(template.AsSpan(colon + 1), names);
            if (capture >= 0)
            {
                texts.Add(Encoding.UTF8.GetBytes(template[offset..colon]));
                captures.Add(capture);
                offset = colon + 1 + names[capture].Length;
            }
        }

        texts.Add(Encoding.UTF8.GetBytes(template[offset..]));
        _texts = [.. texts];
        _captures = [.. captures];
    }

    /// <summary>Appends the text with the captures in their places.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="path">What the pattern matched.</param>
    /// <param name="captures">Of the match.</param>
    /// <param name="encodes">Whether captures are percent-encoded.</param>
    public void Append(
        ref SpanWriter writer,
        scoped ReadOnlySpan<byte> path,
        scoped ReadOnlySpan<Range> captures,
        bool encodes)
    {
        for (int index = 0; index < _texts.Length; index++)
        {
            writer.Append(_texts[index]);
            if (index == _captures.Length)
            {
                return;
            }

            // A capture never begins a path anew: "/:splat" with "/host" would be "//host", another server.
            ReadOnlySpan<byte> capture = path[captures[_captures[index]]].TrimStart((byte)'/');
            if (encodes)
            {
                Redirect.AppendPath(ref writer, capture);
            }
            else
            {
                writer.Append(capture);
            }
        }
    }

    // Behind the host: a capture in it would let the client choose the server.
    private static int AuthorityEnd(string template)
    {
        if (template.StartsWith('/'))
        {
            return template.StartsWith("//", StringComparison.Ordinal)
                ? throw new ArgumentException("'//' would lead to another server; write https:// for one")
                : 0;
        }

        int scheme = template.IndexOf("://", StringComparison.Ordinal);
        bool isWeb = scheme > 0 && template[..scheme] is "http" or "https";
        int path = isWeb ? template.AsSpan(scheme + 3).IndexOfAny('/', '?') : -1;
        int end = path < 0 ? template.Length : scheme + 3 + path;
        return isWeb && HostSyntax.IsValid(Encoding.ASCII.GetBytes(template[(scheme + 3)..end]))
            ? end
            : throw new ArgumentException("it begins with '/', 'https://host' or 'http://host'");
    }

    // The longest name, so that ":year2" is not ":year" and "2". A colon before a digit is a colon.
    private static int FindCapture(ReadOnlySpan<char> text, IReadOnlyList<string> names)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        if (end == 0 || char.IsAsciiDigit(text[0]))
        {
            return -1;
        }

        for (int index = 0; index < names.Count; index++)
        {
            if (text[..end].SequenceEqual(names[index]))
            {
                return index;
            }
        }

        throw new ArgumentException($"':{text[..end]}' is no capture of the pattern");
    }
}
