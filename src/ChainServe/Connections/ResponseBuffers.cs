using System;
using System.Runtime.InteropServices;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Connections;

/// <summary>
/// Native buffers for responses, one for every connection that has one in flight: path, head and body side by side, so
/// that head and body are one send. There are as many as connections, so that none ever waits for one; pages that
/// nobody touched cost nothing, and the last one given back is taken first.
/// <code>
/// 0         4096 (page)            7168 = BodyOffset            7168 + 65536 + 1
/// | path \0 | … head grows backwards | body                     | one byte more: a longer file shows |
/// </code>
/// </summary>
internal sealed class ResponseBuffers : IDisposable
{
    /// <summary>The longest file that one buffer holds, and the length of a chunk of a longer one, in bytes.</summary>
    internal const int BodyLength = 65536;

    private const int PathLength = 4096;
    private const int HeadLength = 3072;
    private const int BodyOffset = PathLength + HeadLength;

    private const int VectorsOffset = 64;
    private const int VectorLength = 16;

    // Whole pages: two buffers never share one.
    private const int BufferLength = 18 * 4096;

    private readonly NativeRegion _region;
    private readonly int[] _free;
    private int _freeCount;
    private int _usedMax;

    internal ResponseBuffers(int count)
    {
        Invariant.Require(BodyOffset + BodyLength + 1 <= BufferLength, "a buffer has room for all its parts");
        _region = NativeRegion.Allocate((nuint)count * BufferLength);
        _free = new int[count];
    }

    /// <summary>The longest answer that fits in one piece, without a file.</summary>
    internal static int AnswerLengthMax => HeadLength + BodyLength;

    /// <summary>The longest head in front of a file's body.</summary>
    internal static int HeadLengthMax => HeadLength;

    internal int Rent()
    {
        if (_freeCount > 0)
        {
            return _free[--_freeCount];
        }

        Invariant.Require(_usedMax < _free.Length, "there are as many response buffers as connections");
        return _usedMax++;
    }

    internal void Return(int buffer)
    {
        _free[_freeCount++] = buffer;
    }

    /// <summary>Room for a path and its zero byte.</summary>
    internal Span<byte> Path(int buffer)
    {
        return Slice(buffer, 0, PathLength);
    }

    /// <summary>One descriptor in native memory, where the path stood: it is opened by now.</summary>
    internal Span<int> Descriptor(int buffer)
    {
        return MemoryMarshal.Cast<byte, int>(Slice(buffer, 0, sizeof(int)));
    }

    /// <summary>What the kernel says of an open file, where the head will stand: the path before it and the body behind
    /// it are in use while it is asked.</summary>
    internal ref Statx Status(int buffer)
    {
        return ref _region.At<Statx>(((nuint)buffer * BufferLength) + PathLength);
    }

    /// <summary>A message of two parts in native memory, where the path stood: nobody opens it any more.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="headStart">The first part: where in <see cref="Answer"/> it begins.</param>
    /// <param name="headLength">Its bytes.</param>
    /// <param name="bodyAddress">The second part.</param>
    /// <param name="bodyLength">Its bytes.</param>
    internal ref readonly MessageHeader Message(
        int buffer,
        int headStart,
        int headLength,
        nuint bodyAddress,
        int bodyLength)
    {
        nuint start = (nuint)buffer * BufferLength;
        ref IoVector first = ref _region.At<IoVector>(start + VectorsOffset);
        first = new IoVector
        {
            Address = _region.Address + start + PathLength + (nuint)headStart,
            Length = (nuint)headLength,
        };
        _region.At<IoVector>(start + VectorsOffset + VectorLength) =
            new IoVector { Address = bodyAddress, Length = (nuint)bodyLength };
        ref MessageHeader message = ref _region.At<MessageHeader>(start);
        message = new MessageHeader { Vectors = _region.Address + start + VectorsOffset, VectorCount = 2 };
        return ref message;
    }

    /// <summary>Room for an answer in one piece.</summary>
    internal Span<byte> Answer(int buffer)
    {
        return Slice(buffer, PathLength, AnswerLengthMax);
    }

    /// <summary>The body, and with <paramref name="length"/> = BodyLength + 1 the byte behind it.</summary>
    internal Span<byte> Body(int buffer, int length)
    {
        Invariant.Require(length <= BodyLength + 1, "a body is no longer than its buffer");
        return Slice(buffer, BodyOffset, length);
    }

    /// <summary>Room for a head that ends where the body's byte <paramref name="bodyStart"/> begins.</summary>
    internal Span<byte> HeadBefore(int buffer, int bodyStart, int headLength)
    {
        Invariant.Require(headLength <= HeadLength + bodyStart, "a head fits before its body");
        return Slice(buffer, BodyOffset + bodyStart - headLength, headLength);
    }

    /// <summary>Head and body as one piece: what a response sends.</summary>
    internal ReadOnlySpan<byte> Response(int buffer, int headLength, int bodyStart, int bodyLength)
    {
        return Slice(buffer, BodyOffset + bodyStart - headLength, headLength + bodyLength);
    }

    public void Dispose()
    {
        _region.Dispose();
    }

    private Span<byte> Slice(int buffer, int offset, int length)
    {
        return _region.Slice(((nuint)buffer * BufferLength) + (nuint)offset, length);
    }
}
