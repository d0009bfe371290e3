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

    private const byte LineBreak = (byte)'\n';

    // In front of each buffer stands a line break, which is written only behind a line that was torn.
    private const int BlockLength = Capacity + 1;

    private readonly NativeRegion _region = NativeRegion.Allocate(2 * BlockLength);
    private int _filling;
    private int _filled;
    private int _writeStart;
    private int _writeEnd;
    private bool _isTorn;

    internal LogBuffers()
    {
        _region.Slice(0, 1)[0] = LineBreak;
        _region.Slice(BlockLength, 1)[0] = LineBreak;
    }

    /// <summary>Bytes of lines that wait.</summary>
    internal int Waiting => _filled;

    /// <summary>Lines that wait.</summary>
    internal int WaitingLines { get; private set; }

    /// <summary>Lines of the batch that are not written to their end.</summary>
    internal int WritingLines => IsWriting ? Batch.Count(LineBreak) - (_writeStart == 0 ? 1 : 0) : 0;

    /// <summary>Whether the kernel reads from a batch.</summary>
    internal bool IsWriting => _writeStart < _writeEnd;

    /// <summary>What the kernel has still to write.</summary>
    internal ReadOnlySpan<byte> Batch => Block[_writeStart.._writeEnd];

    /// <summary>Room for a line.</summary>
    internal Span<byte> Room => _region.Slice((nuint)((_filling * BlockLength) + 1 + _filled), Capacity - _filled);

    // Of the batch, with the line break in front.
    private ReadOnlySpan<byte> Block => _region.Slice((nuint)((1 - _filling) * BlockLength), BlockLength);

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
        _writeStart = _isTorn ? 0 : 1;
        _writeEnd = 1 + _filled;
        _isTorn = false;
        _filled = 0;
        WaitingLines = 0;
    }

    /// <summary>The kernel has written a part of the batch, or all of it.</summary>
    internal void Written(int count)
    {
        _writeStart += count;
    }

    /// <summary>Gives up what is left of the batch. A line of which a part is written is torn, and the next one must
    /// not begin in its midst.</summary>
    /// <returns>How many lines are lost.</returns>
    internal int DropBatch()
    {
        int lost = WritingLines;
        _isTorn = _writeStart == 0 || Block[_writeStart - 1] != LineBreak;
        _writeStart = _writeEnd;
        return lost;
    }

    /// <summary>What comes goes into a file without a torn line.</summary>
    internal void BeginFile()
    {
        _isTorn = false;
    }

    public void Dispose()
    {
        _region.Dispose();
    }
}
