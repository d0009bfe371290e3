using System;

namespace Uring.FakeKernel;

/// <summary>Bytes on their way, first in, first out; moved in blocks, since simulations move many.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = [];
    private int _start;

    internal int Count { get; private set; }

    /// <summary>What is in it, valid until it changes.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, Count);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_start + Count + bytes.Length > _bytes.Length)
        {
            byte[] larger = Count + bytes.Length <= _bytes.Length / 2
                ? _bytes
                : GC.AllocateUninitializedArray<byte>(2 * (Count + bytes.Length));
            Bytes.CopyTo(larger);
            _bytes = larger;
            _start = 0;
        }

        bytes.CopyTo(_bytes.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    /// <summary>Takes the first bytes away.</summary>
    internal void Discard(int count)
    {
        _start += count;
        Count -= count;
        _start = Count == 0 ? 0 : _start;
    }

    internal void Clear()
    {
        Discard(Count);
    }
}
