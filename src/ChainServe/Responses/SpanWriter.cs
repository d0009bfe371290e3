using System;
using System.Buffers.Text;

namespace ChainServe.Responses;

/// <summary>Appends to a span; what does not fit makes the result 0 instead of an exception.</summary>
internal ref struct SpanWriter
{
    private readonly Span<byte> _destination;
    private int _length;
    private bool _overflowed;

    public SpanWriter(Span<byte> destination)
    {
        _destination = destination;
    }

    /// <summary>How much is written, or 0 when something did not fit.</summary>
    public readonly int Length => _overflowed ? 0 : _length;

    public void Append(scoped ReadOnlySpan<byte> text)
    {
        if (text.TryCopyTo(_destination[_length..]))
        {
            _length += text.Length;
        }
        else
        {
            _overflowed = true;
        }
    }

    public void Append(byte value)
    {
        if (_length < _destination.Length)
        {
            _destination[_length++] = value;
        }
        else
        {
            _overflowed = true;
        }
    }

    public void Append(long number)
    {
        if (Utf8Formatter.TryFormat(number, _destination[_length..], out int written))
        {
            _length += written;
        }
        else
        {
            _overflowed = true;
        }
    }
}
