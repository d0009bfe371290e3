using System;
using System.Collections.Generic;
using Uring.Abi;

namespace Uring.FakeKernel;

/// <summary>A pipe as <c>struct pipe_inode_info</c>: so many places, each for bytes of one page. A place is free again
/// only when its last byte is gone.</summary>
internal sealed class FakePipe
{
    internal const int PageLength = 4096;

    private readonly Queue<byte[]> _places = new Queue<byte[]>();
    private readonly int _placesMax;
    private int _takenOfFirst;

    internal FakePipe(int length)
    {
        _placesMax = length / PageLength;
    }

    internal WaitQueue ReaderWaits { get; } = new WaitQueue();

    internal bool HasReader { get; set; } = true;

    internal bool HasWriter { get; set; } = true;

    internal int FreePlaces => _placesMax - _places.Count;

    /// <summary>Bytes in it.</summary>
    internal int Count { get; private set; }

    /// <summary>Puts bytes of a file in, page by page, until every place is taken.</summary>
    /// <returns>How many went in.</returns>
    internal int Put(ReadOnlySpan<byte> bytes, ulong fileOffset)
    {
        int put = 0;
        while (put < bytes.Length && FreePlaces > 0)
        {
            int restOfPage = PageLength - (int)((fileOffset + (uint)put) % PageLength);
            int count = Math.Min(restOfPage, bytes.Length - put);
            _places.Enqueue(bytes.Slice(put, count).ToArray());
            put += count;
        }

        Count += put;
        ReaderWaits.Wake(PollEvents.In);
        return put;
    }

    /// <summary>The first bytes, which stay in it.</summary>
    internal byte[] Peek(int countMax)
    {
        byte[] bytes = new byte[Math.Min(countMax, Count)];
        int copied = 0;
        int skipped = _takenOfFirst;
        foreach (byte[] place in _places)
        {
            ReadOnlySpan<byte> rest = place.AsSpan(skipped);
            rest = rest[..Math.Min(rest.Length, bytes.Length - copied)];
            rest.CopyTo(bytes.AsSpan(copied));
            copied += rest.Length;
            skipped = 0;
        }

        return bytes;
    }

    /// <summary>Takes the first bytes away.</summary>
    internal void Discard(int count)
    {
        Count -= count;
        _takenOfFirst += count;
        while (_places.TryPeek(out byte[]? first) && _takenOfFirst >= first.Length)
        {
            _places.Dequeue();
            _takenOfFirst -= first.Length;
        }
    }
}
