using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Uring;
using Uring.Registered;

namespace ChainServe.Connections;

/// <summary>
/// Where the kernel writes who connected, a <c>struct sockaddr</c> for each slot. Only there when somebody wants to
/// know: an accept that is asked copies it out, and one that is not does not.
/// </summary>
internal sealed class ClientAddresses : IDisposable
{
    /// <summary>Room for the text of any address.</summary>
    internal const int TextLengthMax = 64;

    // sockaddr_in6 has 28 bytes; its length stands behind it, aligned.
    private const int AddressLength = 28;
    private const int SlotLength = 40;
    private const int LengthOffset = 32;
    private const int FamilyUnix = 1;
    private const int FamilyInternet = 2;
    private const int FamilyInternet6 = 10;

    private static readonly byte[] MappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    private readonly NativeRegion _region;

    internal ClientAddresses(int slots)
    {
        _region = NativeRegion.Allocate((nuint)slots * SlotLength);
    }

    /// <summary>Where the address goes.</summary>
    internal Span<byte> Address(int slot)
    {
        return _region.Slice((nuint)slot * SlotLength, AddressLength);
    }

    /// <summary>How long it may be, and after the accept how long it is.</summary>
    internal ref uint Length(int slot)
    {
        return ref _region.At<uint>(((nuint)slot * SlotLength) + LengthOffset);
    }

    /// <summary>Before an accept: says how much room there is.</summary>
    internal void Begin(int slot)
    {
        Address(slot).Clear();
        Length(slot) = AddressLength;
    }

    /// <summary>Who the client is where clients are counted: its IPv4 address, or the first 64 bits of its IPv6
    /// address, because the rest is its own to choose.</summary>
    /// <returns>False: it has no such address.</returns>
    internal bool TryGetKey(int slot, out UInt128 key)
    {
        ReadOnlySpan<byte> address = InternetOf(slot);
        key = address.Length switch
        {
            0 => default,
            4 => BinaryPrimitives.ReadUInt32BigEndian(address),
            _ => new UInt128(BinaryPrimitives.ReadUInt64BigEndian(address), 0),
        };
        return address.Length > 0;
    }

    internal bool IsUnix(int slot)
    {
        return FamilyOf(slot) == FamilyUnix;
    }

    /// <summary>Puts another address in its place: that of the client that a proxy speaks for.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="address">A <c>struct sockaddr_in</c> or <c>sockaddr_in6</c>, with zeros behind it.</param>
    internal void Replace(int slot, ReadOnlySpan<byte> address)
    {
        address[..AddressLength].CopyTo(Address(slot));
    }

    /// <summary>The address of a client that has one; a mapped one as the IPv4 address that it is.</summary>
    internal bool TryGetAddress(int slot, [NotNullWhen(true)] out IPAddress? client)
    {
        ReadOnlySpan<byte> address = InternetOf(slot);
        client = address.IsEmpty ? null : new IPAddress(address);
        return client is not null;
    }

    /// <summary>Writes the address as text; "unix:" for whoever came over a Unix socket, which has none, and "-" when
    /// nothing is known.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="destination">At least <see cref="TextLengthMax"/> bytes.</param>
    /// <returns>The length of the text.</returns>
    internal int Format(int slot, Span<byte> destination)
    {
        ReadOnlySpan<byte> address = InternetOf(slot);
        if (!address.IsEmpty)
        {
            return address.Length == 4 ? FormatInternet(address, destination) : FormatInternet6(address, destination);
        }

        ReadOnlySpan<byte> text = IsUnix(slot) ? "unix:"u8 : "-"u8;
        text.CopyTo(destination);
        return text.Length;
    }

    public void Dispose()
    {
        _region.Dispose();
    }

    private int FamilyOf(int slot)
    {
        return Address(slot)[0] | (Address(slot)[1] << 8);
    }

    /// <summary>The 4 or 16 bytes of an address; a mapped one is the IPv4 address that it is. Empty: there is
    /// none.</summary>
    private ReadOnlySpan<byte> InternetOf(int slot)
    {
        ReadOnlySpan<byte> address = Address(slot);
        return FamilyOf(slot) switch
        {
            FamilyInternet => address.Slice(4, 4),
            FamilyInternet6 when address.Slice(8, 12).SequenceEqual(MappedPrefix) => address.Slice(20, 4),
            FamilyInternet6 => address.Slice(8, 16),
            _ => default,
        };
    }

    private static int FormatInternet6(ReadOnlySpan<byte> address, Span<byte> destination)
    {
        return new IPAddress(address).TryFormat(destination, out int written) ? written : 0;
    }

    private static int FormatInternet(ReadOnlySpan<byte> address, Span<byte> destination)
    {
        int length = 0;
        foreach (byte part in address)
        {
            if (length > 0)
            {
                destination[length++] = (byte)'.';
            }

            Invariant.Require(
                Utf8Formatter.TryFormat(part, destination[length..], out int written), "an address fits its text");
            length += written;
        }

        return length;
    }
}
