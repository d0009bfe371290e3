using System;
using Uring.Registered;

namespace ChainServe.Connections;

/// <summary>
/// Two buffers for lines of a log: one is filled while the kernel writes the other. When both are full, what comes is
/// dropped and counted: a log never holds up a response.
/// </summary>
internal sealed class LogBuffers : IDisposable
{
    internal const int Capacity = 256 * 1024;

    private readonly NativeRegion _region = NativeRegion.Allocate(2 * Capacity);
    private int _filling;
    private int _filled;
    private int _writeStart;
    private int _writeEnd;

    /// <summary>Bytes of lines that wait.</summary>
    internal int Waiting => _filled;

    /// <summary>Lines that wait.</summary>
    internal int WaitingLines { get; private set; }

    /// <summary>Lines of the batch that is being written.</summary>
    internal int WritingLines { get; private set; }

    /// <summary>Whether the kernel reads from a batch.</summary>
    internal bool IsWriting => _writeStart < _writeEnd;

    /// <summary>What the kernel has still to write.</summary>
    internal ReadOnlySpan<byte> Batch =>
        _region.Slice((nuint)((1 - _filling) * Capacity) + (nuint)_writeStart, _writeEnd - _writeStart);

    /// <summary>Room for a line.</summary>
    internal Span<byte> Room => _region.Slice((nuint)(_filling * Capacity) + (nuint)_filled, Capacity - _filled);

    /// <summary>Keeps a line that stands at the beginning of the room.</summary>
    internal void Append(int length)
    {
        _filled += length;
        WaitingLines++;
    }

    /// <summary>Makes a batch of the lines that wait. None may be written.</summary>
    internal void BeginBatch()
    {
        _filling = 1 - _filling;
        _writeStart = 0;
        _writeEnd = _filled;
        WritingLines = WaitingLines;
        _filled = 0;
        WaitingLines = 0;
    }

    /// <summary>The kernel has written a part of the batch, or all of it.</summary>
    internal void Written(int count)
    {
        _writeStart += count;
    }

    /// <summary>Gives up what is left of the batch.</summary>
    internal void DropBatch()
    {
        _writeStart = _writeEnd;
    }

    public void Dispose()
    {
        _region.Dispose();
    }
}
