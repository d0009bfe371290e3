using System;
using System.Collections.Generic;
using System.Text;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// Makes a new input of known ones: some bytes changed, words of the grammar put in, parts between separators dropped,
/// doubled and moved, numbers brought to their bounds, ends of other inputs.
/// </summary>
internal sealed class Mutator
{
    private const int UsualLengthMax = 400;

    private static readonly string[] Numbers =
    [
        "0", "1", "9", "10", "00", "-1", "+1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295",
        "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e9", "0x1", "99",
        "000000000000000000000000000000001",
    ];

    private readonly FuzzTarget _target;
    private readonly Dice _dice;
    private readonly byte[] _separators;
    private readonly List<byte[]> _tokens = [];

    public Mutator(FuzzTarget target, Dice dice)
    {
        _target = target;
        _dice = dice;
        _separators = Encoding.Latin1.GetBytes(target.Separators);
        foreach (string token in target.Tokens)
        {
            // Both forms of a token that is not ASCII: one byte per letter, and as text is written.
            _tokens.Add(Encoding.Latin1.GetBytes(token));
            if (!Ascii.IsValid(token))
            {
                _tokens.Add(Encoding.UTF8.GetBytes(token));
            }
        }
    }

    public byte[] Mutate(IReadOnlyList<byte[]> corpus)
    {
        // What was kept last is the least explored.
        int first = _dice.Next(4) == 0 ? Math.Max(0, corpus.Count - 16) : 0;
        List<byte> bytes = [.. corpus[first + _dice.Next(corpus.Count - first)]];
        for (int change = 1 << _dice.Next(4); change > 0; change--)
        {
            Change(bytes, corpus);
        }

        // Long ones take long: they are few.
        int lengthMax = _dice.Next(16) == 0 ? _target.LengthMax : Math.Min(UsualLengthMax, _target.LengthMax);
        if (bytes.Count > lengthMax)
        {
            bytes.RemoveRange(lengthMax, bytes.Count - lengthMax);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        int at = _dice.Next(bytes.Count + 1);
        switch (_dice.Next(14))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _dice.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_dice.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes.RemoveRange(at, Math.Min(1 + _dice.Next(1 << _dice.Next(6)), bytes.Count - at));
                break;
            case 3:
                InsertCopy(bytes, at);
                break;
            case 4:
                bytes.InsertRange(at, new byte[1 + _dice.Next(1 << _dice.Next(9))]);
                Fill(bytes, at);
                break;
            case 5 or 6 or 7:
                bytes.InsertRange(at, _dice.Pick(_tokens));
                break;
            case 8:
                Replace(bytes, at, _dice.Pick(_tokens));
                break;
            case 9:
                ChangeNumber(bytes, at);
                break;
            case 10 or 11:
                ChangePart(bytes, at);
                break;
            case 12:
                Splice(bytes, at, _dice.Pick(corpus));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    private void InsertCopy(List<byte> bytes, int at)
    {
        int from = _dice.Next(bytes.Count + 1);
        int count = Math.Min(1 + _dice.Next(1 << _dice.Next(7)), bytes.Count - from);
        bytes.InsertRange(at, bytes.GetRange(from, count));
    }

    // Zeroes become a run of one byte, mostly one that is there already.
    private void Fill(List<byte> bytes, int at)
    {
        byte value = _dice.Next(3) == 0 ? (byte)_dice.Next(256) : bytes[_dice.Next(bytes.Count)];
        for (int index = at; index < bytes.Count && bytes[index] == 0; index++)
        {
            bytes[index] = value;
        }
    }

    private static void Replace(List<byte> bytes, int at, byte[] text)
    {
        bytes.RemoveRange(at, Math.Min(text.Length, bytes.Count - at));
        bytes.InsertRange(at, text);
    }

    private void ChangeNumber(List<byte> bytes, int at)
    {
        int start = bytes.FindIndex(at, static value => char.IsAsciiDigit((char)value));
        if (start >= 0)
        {
            int end = bytes.FindIndex(start, static value => !char.IsAsciiDigit((char)value));
            bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
            bytes.InsertRange(start, Encoding.ASCII.GetBytes(_dice.Pick(Numbers)));
        }
    }

    // A part with the separator behind it.
    private void ChangePart(List<byte> bytes, int at)
    {
        byte separator = _dice.Pick(_separators);
        int start = at == 0 ? 0 : bytes.LastIndexOf(separator, at - 1) + 1;
        int end = bytes.IndexOf(separator, start) + 1;
        List<byte> part = bytes.GetRange(start, (end == 0 ? bytes.Count : end) - start);
        int choice = _dice.Next(3);
        if (choice != 0)
        {
            bytes.RemoveRange(start, part.Count);
        }

        if (choice != 1)
        {
            int other = bytes.IndexOf(separator, _dice.Next(bytes.Count + 1)) + 1;
            bytes.InsertRange(other, part);
        }
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other[_dice.Next(other.Length + 1)..]);
    }
}
