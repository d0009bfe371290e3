using System;
using System.Collections.Generic;
using System.Text;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>
/// The target of a request: the path is what a list of names gives that is made one name after the other, and never
/// holds what a file system would read as something else than names.
/// </summary>
internal sealed class PathFuzzTarget : FuzzTarget
{
    private readonly byte[] _path = new byte[8192];

    public PathFuzzTarget()
        : base("path")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "/", "//", "/.", "/..", "/./", "/../", "%2e", "%2E%2e", "/%2e%2e/", "%2f", "%2F", "%5c", "\\", "..\\", "%00",
        "%252e", "%252f", "%25", "%c0%ae", "%e0%80%af", "%c0%af", "%", "%2", "%zz", "%7f", "%ff", "?", "#", "*", ";",
        "...", "....//", ".well-known", "/.well-known/", "a", "%61", "%3f", "%23", "/.git/", "%0d%0a", " ", "+",
    ];

    public override string Separators => "/%?.";

    public override int LengthMax => 4400;

    public override long DefaultInputs => 3_000;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        Span<byte> path = _path.AsSpan(0, input.Length);
        path.Fill(0xEE);
        TargetStatus status = RequestTarget.Decode(input, path, out int length, out HeadSlice query);
        TargetStatus expected = Decode(input, out List<byte> naive);
        if (status != expected)
        {
            Require.Equal(expected.ToString(), status.ToString(), "the verdict");
        }

        if (status is not (TargetStatus.Path or TargetStatus.NoSuchName))
        {
            Require.Equal(0, length, "no path where there is none");
            return false;
        }

        ReadOnlySpan<byte> decoded = path[..length];
        Require.Equal([.. naive], decoded, "the path");
        if (status == TargetStatus.NoSuchName)
        {
            return false;
        }

        CheckPath(decoded);
        int mark = input.IndexOf((byte)'?');
        Require.Equal(mark < 0 ? default : input[(mark + 1)..], query.Of(input), "the query");
        return true;
    }

    public override long CheckCuts(ReadOnlySpan<byte> input, GuardedMemory memory)
    {
        // The naive decoder takes its time with long ones.
        int period = input.Length > 512 ? 64 : 1;
        for (int length = 0; length < input.Length; length++)
        {
            ReadOnlySpan<byte> cut = memory.PlaceAtEnd(input[..length]);
            if (length % period == 0)
            {
                Check(cut);
            }
            else
            {
                RequestTarget.Decode(cut, _path.AsSpan(0, length), out _, out _);
            }
        }

        return input.Length;
    }

    private static void CheckPath(ReadOnlySpan<byte> decoded)
    {
        bool isHidden = false;
        string text = Encoding.Latin1.GetString(decoded);
        string[] names = text.Split('/');
        for (int index = 0; index < names.Length; index++)
        {
            bool isLast = index == names.Length - 1;
            Require.True(names[index] is not ("." or ".."), "no name leads elsewhere");
            Require.True(names[index].Length > 0 || isLast, "no name is empty");
            Require.True(names[index].Length <= 255, "no name is longer than a name can be");
            isHidden |= names[index].StartsWith('.') && (index > 0 || names[0] != ".well-known");
        }

        Require.True(!text.Contains('\0', StringComparison.Ordinal), "no NUL ends it early");
        Require.True(text.Length <= 4095, "a path fits into the kernel's");
        Require.Equal(isHidden, RequestTarget.IsHidden(decoded), "a hidden name");
    }

    // RFC 3986 §5.2.4 over names that are decoded once; the backslash is a letter.
    private static TargetStatus Decode(ReadOnlySpan<byte> target, out List<byte> path)
    {
        path = [];
        string text = Encoding.Latin1.GetString(target);
        foreach (char letter in text)
        {
            if (letter is <= ' ' or > '~' or '#')
            {
                return TargetStatus.Invalid;
            }
        }

        if (text == "*")
        {
            return TargetStatus.Asterisk;
        }

        text = text.Split('?')[0];
        if (text.Length == 0)
        {
            return TargetStatus.Path;
        }

        if (text[0] != '/')
        {
            return TargetStatus.Invalid;
        }

        bool isTooLong = false;
        List<string> names = [];
        string[] encoded = text[1..].Split('/');
        foreach (string part in encoded)
        {
            string? name = DecodeName(part);
            if (name is null || (name == ".." && names.Count == 0))
            {
                return TargetStatus.Invalid;
            }

            isTooLong |= name.Length > 255;
            if (name == "..")
            {
                names.RemoveAt(names.Count - 1);
            }
            else if (name is not ("" or "."))
            {
                names.Add(name);
            }
        }

        bool isFile = DecodeName(encoded[^1]) is not ("" or "." or "..");
        string joined = string.Join('/', names) + (isFile || names.Count == 0 ? "" : "/");
        path = [.. Encoding.Latin1.GetBytes(joined)];
        return path.Count > 4095 ? TargetStatus.TooLong : isTooLong ? TargetStatus.NoSuchName : TargetStatus.Path;
    }

    private static string? DecodeName(string part)
    {
        StringBuilder name = new();
        for (int at = 0; at < part.Length; at++)
        {
            char letter = part[at];
            if (letter == '%')
            {
                if (at + 2 >= part.Length || !char.IsAsciiHexDigit(part[at + 1]) || !char.IsAsciiHexDigit(part[at + 2]))
                {
                    return null;
                }

                letter = (char)Convert.ToByte(part.Substring(at + 1, 2), 16);
                at += 2;
            }

            if (letter is '\0' or '/')
            {
                return null;
            }

            name.Append(letter);
        }

        return name.ToString();
    }
}
