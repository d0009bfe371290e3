using System;
using System.Buffers;

namespace ChainServe.Connections;

/// <summary>
/// Bytes that a connection carries from one receive to the next: a head that came in pieces, requests that came while a
/// response was in flight, and the head of a request whose file is being looked up. Empty, it holds no memory: an idle
/// connection costs nothing.
/// </summary>
internal struct Carry
{
    // Most heads are shorter; a longer one doubles its way up. The pool keeps the arrays of a thread at hand.
    private const int FirstLength = 1024;

    private byte[]? _buffer;

    internal int Length { get; private set; }

    internal readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        int needed = Length + bytes.Length;
        if (_buffer is null || _buffer.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstLength, needed));
            Bytes.CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(Length));
        Length = needed;
    }

    /// <summary>Drops bytes from the middle.</summary>
    internal void Remove(int offset, int count)
    {
        _buffer.AsSpan(offset + count, Length - offset - count).CopyTo(_buffer.AsSpan(offset));
        Length -= count;
    }

    /// <summary>Drops the first bytes.</summary>
    internal void Consume(int count)
    {
        if (count >= Length)
        {
            Clear();
            return;
        }

        _buffer.AsSpan(count, Length - count).CopyTo(_buffer);
        Length -= count;
    }

    internal void Clear()
    {
        ReturnBuffer();
        _buffer = null;
        Length = 0;
    }

    private readonly void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
