using System;
using System.Buffers.Binary;
using System.Text;

namespace ChainServe.EndToEndTests.Harness;

/// <summary>What a request asks for: <c>enum fuse_opcode</c> of linux/fuse.h, as far as it is answered.</summary>
internal enum FuseOperation : uint
{
    Lookup = 1,
    Forget = 2,
    GetAttributes = 3,
    Open = 14,
    Read = 15,
    FileSystemStatus = 17,
    Release = 18,
    Flush = 25,
    Initialize = 26,
    OpenDirectory = 27,
    ReadDirectory = 28,
    ReleaseDirectory = 29,
    Interrupt = 36,
    Destroy = 38,
    ForgetMany = 42,
}

/// <summary>A request of the kernel: <c>struct fuse_in_header</c> and what follows it.</summary>
internal sealed class FuseMessage
{
    private const int HeaderLength = 40;

    private readonly byte[] _bytes;

    internal FuseMessage(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
    }

    internal FuseOperation Operation => (FuseOperation)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(4));

    internal ulong Unique => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(8));

    internal ulong Node => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(16));

    /// <summary>The name that an operation ends with.</summary>
    internal string Name => Encoding.UTF8.GetString(_bytes, HeaderLength, _bytes.Length - HeaderLength).TrimEnd('\0');

    /// <summary>A field behind the header.</summary>
    internal ulong Long(int offset)
    {
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(HeaderLength + offset));
    }

    /// <summary>A field behind the header.</summary>
    internal uint Word(int offset)
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(HeaderLength + offset));
    }
}
