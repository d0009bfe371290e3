using System;

namespace ChainServe.Http;

/// <summary>
/// A range of the request head, kept as two numbers, so that a request needs no memory of its own and survives a move
/// of its bytes to another buffer.
/// </summary>
internal readonly struct HeadSlice
{
    public readonly int Offset;
    public readonly int Length;

    public HeadSlice(int offset, int length)
    {
        Offset = offset;
        Length = length;
    }

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head)
    {
        return head.Slice(Offset, Length);
    }
}
