using System;
using System.Buffers;
using System.Buffers.Binary;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>An answer to the kernel: <c>struct fuse_out_header</c> and the fields behind it, in their order.</summary>
internal sealed class FuseReply
{
    private const int HeaderLength = 16;

    private readonly ArrayBufferWriter<byte> _bytes = new ArrayBufferWriter<byte>();

    private FuseReply(ulong unique, int error)
    {
        Word(0).Word((uint)-error).Long(unique);
    }

    internal static FuseReply To(FuseMessage message)
    {
        return new FuseReply(message.Unique, error: 0);
    }

    internal static FuseReply Error(FuseMessage message, int error)
    {
        return new FuseReply(message.Unique, error);
    }

    internal FuseReply Short(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return Bytes(bytes);
    }

    internal FuseReply Word(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    internal FuseReply Long(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    internal FuseReply Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Zeroes up to a length behind the header.</summary>
    internal FuseReply PadTo(int length)
    {
        return Bytes(new byte[HeaderLength + length - _bytes.WrittenCount]);
    }

    internal byte[] ToArray()
    {
        byte[] bytes = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        return bytes;
    }
}
