using System;

namespace ChainServe.Http;

/// <summary>1*DIGIT, the only form in which HTTP writes numbers: no sign, no white space.</summary>
internal static class DecimalDigits
{
    /// <summary>The most digits of a 64-bit length.</summary>
    public const int LengthMax = 19;

    /// <summary>False when the text is not all digits, or its value exceeds 63 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        return TryParseSaturating(text, out value, out bool isExact) && isExact;
    }

    /// <summary>False when the text is not all digits; a value beyond 63 bits becomes the largest one.</summary>
    public static bool TryParseSaturating(ReadOnlySpan<byte> text, out long value, out bool isExact)
    {
        value = 0;
        isExact = true;
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                value = 0;
                return false;
            }

            int number = digit - '0';
            if (value > (long.MaxValue - number) / 10)
            {
                isExact = false;
            }

            value = isExact ? (value * 10) + number : long.MaxValue;
        }

        return true;
    }
}
