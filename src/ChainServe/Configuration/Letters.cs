using System;
using System.Buffers;
using System.Text;
using ChainServe.Http;

namespace ChainServe.Configuration;

/// <summary>The classes of letters that several rules of a site share.</summary>
internal static class Letters
{
    private const string Name = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    /// <summary>What a name in a pattern is made of: <c>:year</c>.</summary>
    internal static readonly SearchValues<char> OfName = SearchValues.Create(Name);

    internal static readonly SearchValues<char> NameAndHyphen = SearchValues.Create("-" + Name);

    /// <summary>A token (RFC 9110 §5.6.2): the name of a field, half of a media type.</summary>
    internal static bool IsToken(ReadOnlySpan<char> text)
    {
        // What is not ASCII becomes bytes that are in no token.
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        return Grammar.IsToken(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
    }

    /// <summary>1*DIGIT: the parsers of .NET take "8" with a NUL behind it too.</summary>
    internal static bool AreDigits(ReadOnlySpan<char> text)
    {
        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    internal static bool IsVisibleAscii(ReadOnlySpan<char> text)
    {
        return !text.ContainsAnyExceptInRange('!', '~');
    }

    /// <summary>Visible ASCII and spaces: no such text ends a line of a head and begins another one.</summary>
    internal static bool IsOneLineOfAscii(ReadOnlySpan<char> text)
    {
        return !text.ContainsAnyExceptInRange(' ', '~');
    }

    internal static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }
}
