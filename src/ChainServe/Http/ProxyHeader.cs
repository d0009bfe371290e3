using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The PROXY protocol, versions 1 and 2 (HAProxy, proxy-protocol.txt): what a proxy says before the first request of a
/// connection about the client it speaks for. One reading only: a header that is not exactly one of the two forms ends
/// the connection.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>Bytes of a <c>struct sockaddr_in6</c>, the longest that is written.</summary>
    internal const int SocketAddressLength = 28;

    /// <summary>The longest header that is read, with all that a proxy may add to it.</summary>
    internal const int LengthMax = 4096;

    private const int TextLengthMax = 107;
    private const int FixedLength = 16;
    private const int InternetLength = 12;
    private const int Internet6Length = 36;
    private const byte Version = 0x20;
    private const byte LocalCommand = 0;
    private const byte ProxyCommand = 1;
    private const byte Unspecified = 0x00;
    private const byte InternetStream = 0x11;
    private const byte Internet6Stream = 0x21;
    private const byte UnixStream = 0x31;

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789ABCDEFabcdef:.");

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> Keyword => "PROXY "u8;

    /// <summary>Reads the header at the start of a connection.</summary>
    /// <param name="bytes">What was received.</param>
    /// <param name="address">Gets the client's <c>struct sockaddr_in</c> or <c>sockaddr_in6</c>.</param>
    /// <param name="length">Gets the bytes of the header.</param>
    /// <param name="hasAddress">Whether it named a client: a proxy that checks the server's health names none.</param>
    internal static ParseStatus Parse(
        ReadOnlySpan<byte> bytes,
        Span<byte> address,
        out int length,
        out bool hasAddress)
    {
        length = 0;
        address[..SocketAddressLength].Clear();
        ParseStatus status = StartsLike(bytes, Signature) ? ParseBinary(bytes, address, out length)
            : StartsLike(bytes, Keyword) ? ParseText(bytes, address, out length)
            : ParseStatus.Rejected;
        hasAddress = address[0] != 0;
        return status;
    }

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start)
    {
        int count = Math.Min(bytes.Length, start.Length);
        return bytes[..count].SequenceEqual(start[..count]);
    }

    private static ParseStatus ParseBinary(ReadOnlySpan<byte> bytes, Span<byte> address, out int length)
    {
        length = 0;
        if (bytes.Length < FixedLength)
        {
            return ParseStatus.Incomplete;
        }

        int command = bytes[12] ^ Version;
        int family = bytes[13];
        int rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        int addresses = family switch
        {
            _ when command == LocalCommand => 0,
            Unspecified or UnixStream => 0,
            InternetStream => InternetLength,
            Internet6Stream => Internet6Length,
            _ => int.MaxValue,
        };
        if (command is not (LocalCommand or ProxyCommand) || rest < addresses || FixedLength + rest > LengthMax)
        {
            return ParseStatus.Rejected;
        }

        if (bytes.Length < FixedLength + rest)
        {
            return ParseStatus.Incomplete;
        }

        length = FixedLength + rest;
        if (addresses > 0)
        {
            // Source address, destination address, source port, destination port.
            int size = addresses == InternetLength ? 4 : 16;
            ReadOnlySpan<byte> body = bytes[FixedLength..];
            Write(body[..size], body.Slice(2 * size, 2), address);
        }

        return ParseStatus.Complete;
    }

    private static ParseStatus ParseText(ReadOnlySpan<byte> bytes, Span<byte> address, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> start = bytes[..Math.Min(bytes.Length, TextLengthMax)];
        int end = start.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || end + 1 == start.Length)
        {
            bool mayGoOn = start.Length < TextLengthMax && (end < 0 || start[end] == '\r');
            return mayGoOn ? ParseStatus.Incomplete : ParseStatus.Rejected;
        }

        if (!start[end..].StartsWith("\r\n"u8) || end < Keyword.Length)
        {
            return ParseStatus.Rejected;
        }

        ReadOnlySpan<byte> line = start[Keyword.Length..end];
        bool isUnknown = line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8);
        if (!isUnknown && !TryReadAddresses(line, address))
        {
            return ParseStatus.Rejected;
        }

        length = end + 2;
        return ParseStatus.Complete;
    }

    // TCP4 192.0.2.1 192.0.2.2 56324 443: single spaces, and nothing behind. Text, because it comes once.
    private static bool TryReadAddresses(ReadOnlySpan<byte> line, Span<byte> address)
    {
        string[] parts = Encoding.ASCII.GetString(line).Split(' ');
        AddressFamily family = parts[0] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        if (parts.Length != 5
            || !TryReadAddress(parts[1], family, out IPAddress? source)
            || !TryReadAddress(parts[2], family, out _)
            || !TryReadPort(parts[3], out ushort port)
            || !TryReadPort(parts[4], out _))
        {
            return false;
        }

        Span<byte> portBytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(portBytes, port);
        Write(source.GetAddressBytes(), portBytes, address);
        return true;
    }

    private static bool TryReadAddress(string text, AddressFamily family, [NotNullWhen(true)] out IPAddress? address)
    {
        // The parser takes ports, brackets and scopes, and fewer than four numbers or zeros in front of them.
        string numbers = text[(text.LastIndexOf(':') + 1)..];
        bool isExact = !numbers.Contains('.')
            || (IPAddress.TryParse(numbers, out address) && address.ToString() == numbers);
        return IPAddress.TryParse(text, out address)
            && isExact
            && text.AsSpan().IndexOfAnyExcept(AddressCharacters) < 0
            && address.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 || address.ToString() == text);
    }

    private static bool TryReadPort(string text, out ushort port)
    {
        // The parser takes zeros behind the number, of any kind.
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
            && (text.Length == 1 || text[0] != '0');
    }

    private static void Write(ReadOnlySpan<byte> source, ReadOnlySpan<byte> port, Span<byte> address)
    {
        const byte FamilyInternet = 2;
        const byte FamilyInternet6 = 10;
        bool isShort = source.Length == 4;
        address[0] = isShort ? FamilyInternet : FamilyInternet6;
        port.CopyTo(address[2..]);
        source.CopyTo(address[(isShort ? 4 : 8)..]);
    }
}
