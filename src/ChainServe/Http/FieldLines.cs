using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// Walks all lines of one field. RFC 9110 §5.3: several lines of a list field mean the same as one line with their
/// values joined by commas. Used only when <see cref="Request.Repeated"/> says so.
/// </summary>
internal ref struct FieldLines
{
    private readonly ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _rest;

    /// <param name="head">A head that the parser has accepted, so that every line has its CRLF and its colon.</param>
    /// <param name="name">The field name; case does not matter.</param>
    public FieldLines(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        _name = name;
        ReadOnlySpan<byte> lines = head.TrimStart("\r\n"u8);
        _rest = lines[(lines.IndexOf((byte)'\n') + 1)..];
    }

    public bool TryNext(out ReadOnlySpan<byte> value)
    {
        while (true)
        {
            int end = _rest.IndexOf((byte)'\r');
            if (end <= 0)
            {
                value = default;
                return false;
            }

            ReadOnlySpan<byte> line = _rest[..end];
            _rest = _rest[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (colon == _name.Length && Ascii.EqualsIgnoreCase(line[..colon], _name))
            {
                value = Grammar.TrimWhitespace(line[(colon + 1)..]);
                return true;
            }
        }
    }
}
