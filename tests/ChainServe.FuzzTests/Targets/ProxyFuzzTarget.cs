using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using ChainServe.FuzzTests.Engine;
using ChainServe.Http;

namespace ChainServe.FuzzTests.Targets;

/// <summary>The header of the PROXY protocol: status, length and address are those of a reader that splits text, and
/// what stands behind a header changes nothing.</summary>
internal sealed partial class ProxyFuzzTarget : FuzzTarget
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";
    private const int LineMax = 107;
    private const int LengthOfAll = 4096;

    private readonly byte[] _address = new byte[ProxyHeader.SocketAddressLength];
    private readonly byte[] _expected = new byte[ProxyHeader.SocketAddressLength];

    public ProxyFuzzTarget()
        : base("proxy")
    {
    }

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "192.0.2.1 ", "255.255.255.255 ", "127.1 ", "0x7f.0.0.1 ", "010.0.0.1 ",
        "2001:db8::1 ", ":: ", "::ffff:192.0.2.1 ", "::1%1 ", "[::1] ", "::/64 ", "1:2:3:4:5:6:7:8 ", "56324 ", "443",
        "0", "65535", "65536", "+1", "\r\n", "\r", "\n", " ", "\0", Signature, "\x20", "\x21", "\x22", "\x11", "\x12",
        "\x31", "\0\x0c", "\0\x24", "\x0f\xf0", "\x0f\xf1", "\x7f\0\0\x01\x7f\0\0\x02\xdc\x04\x01\xbb",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    public override string Separators => " ";

    public override int LengthMax => 4200;

    public override bool Check(ReadOnlySpan<byte> input)
    {
        string text = Naive.Text(input);
        Array.Clear(_expected);
        Array.Fill(_address, (byte)0xff);
        int expected = IsLike(text, Signature) ? ReadBinary(text)
            : IsLike(text, "PROXY ") ? ReadLine(text)
            : -1;
        ParseStatus status = ProxyHeader.Parse(input, _address, out int length, out bool hasAddress);
        string answer = status switch
        {
            ParseStatus.Complete => $"complete, {length}",
            ParseStatus.Incomplete => "incomplete",
            _ => "rejected",
        };
        Require.Equal(expected > 0 ? $"complete, {expected}" : expected == 0 ? "incomplete" : "rejected", answer, text);
        if (expected > 0)
        {
            Require.Equal(_expected, _address, "the address");
            Require.Equal(_expected[0] != 0, hasAddress, "whether there is one");
        }

        return expected > 0;
    }

    private static bool IsLike(string text, string start)
    {
        int count = Math.Min(text.Length, start.Length);
        return text[..count] == start[..count];
    }

    // Like the others: the length, 0 for more to come, -1 for what is none.
    private int ReadBinary(string text)
    {
        if (text.Length < 16)
        {
            return 0;
        }

        string kind = string.Create(CultureInfo.InvariantCulture, $"{(int)text[12]:x2} {(int)text[13]:x2}");
        int length = 16 + (text[14] * 256) + text[15];
        int size = kind switch
        {
            "21 00" or "21 31" => 0,
            "21 11" => 4,
            "21 21" => 16,
            _ => kind.StartsWith("20", StringComparison.Ordinal) ? 0 : -1,
        };
        int addresses = size > 0 ? 16 + (2 * size) + 4 : 16;
        if (size < 0 || length < addresses || length > LengthOfAll)
        {
            return -1;
        }

        if (text.Length < length)
        {
            return 0;
        }

        if (size > 0)
        {
            Expect([.. text.Substring(16, size).Select(static letter => (byte)letter)],
                (text[16 + (2 * size)] * 256) + text[17 + (2 * size)]);
        }

        return length;
    }

    private int ReadLine(string text)
    {
        Match whole = Line().Match(text);
        if (!whole.Success || whole.Length > LineMax)
        {
            return text.Length < LineMax && Beginning().IsMatch(text) ? 0 : -1;
        }

        string[] words = whole.Groups[1].Value.Split(' ');
        if (words[0] == "UNKNOWN")
        {
            return whole.Length;
        }

        byte[]? source = words.Length == 5 ? ReadAddress(words[0], words[1]) : null;
        bool isRight = source is not null
            && ReadAddress(words[0], words[2]) is not null
            && Port().IsMatch(words[3])
            && Port().IsMatch(words[4]);
        if (isRight)
        {
            Expect(source!, int.Parse(words[3], CultureInfo.InvariantCulture));
        }

        return isRight ? whole.Length : -1;
    }

    private void Expect(byte[] address, int port)
    {
        _expected[0] = address.Length == 4 ? (byte)2 : (byte)10;
        _expected[2] = (byte)(port >> 8);
        _expected[3] = (byte)port;
        address.CopyTo(_expected, address.Length == 4 ? 4 : 8);
    }

    private static byte[]? ReadAddress(string family, string text)
    {
        return family switch
        {
            "TCP4" => ReadShort(text),
            "TCP6" => ReadLong(text),
            _ => null,
        };
    }

    private static byte[]? ReadShort(string text)
    {
        return Dotted().IsMatch(text)
            ? [.. text.Split('.').Select(static number => byte.Parse(number, CultureInfo.InvariantCulture))]
            : null;
    }

    // RFC 4291 §2.2: eight groups, or fewer with one gap, and the last two perhaps as four numbers.
    private static byte[]? ReadLong(string text)
    {
        string[] sides = text.Split("::");
        if (sides.Length > 2)
        {
            return null;
        }

        List<byte>? front = ReadGroups(sides[0], mayEndDotted: sides.Length == 1);
        List<byte>? back = sides.Length == 2 ? ReadGroups(sides[1], mayEndDotted: true) : [];
        int gap = 16 - (front?.Count ?? 0) - (back?.Count ?? 0);
        bool isRight = front is not null && back is not null && (sides.Length == 1 ? gap == 0 : gap >= 2);
        return isRight ? [.. front!, .. new byte[gap], .. back!] : null;
    }

    private static List<byte>? ReadGroups(string text, bool mayEndDotted)
    {
        List<byte> bytes = [];
        string[] groups = text.Length == 0 ? [] : text.Split(':');
        for (int index = 0; index < groups.Length; index++)
        {
            if (Group().IsMatch(groups[index]))
            {
                int value = int.Parse(groups[index], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                bytes.Add((byte)(value >> 8));
                bytes.Add((byte)value);
            }
            else if (mayEndDotted && index == groups.Length - 1 && ReadShort(groups[index]) is { } tail)
            {
                bytes.AddRange(tail);
            }
            else
            {
                return null;
            }
        }

        return bytes;
    }

    [GeneratedRegex(@"\APROXY ([^\r\n]*)\r\n")]
    private static partial Regex Line();

    [GeneratedRegex(@"\A[^\r\n]*\r?\z")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\A(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])\z")]
    private static partial Regex Port();

    [GeneratedRegex(@"\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex Dotted();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{1,4}\z")]
    private static partial Regex Group();
}
