using System;
using System.Globalization;
using System.Text;

namespace ChainServe.FuzzTests.Engine;

/// <summary>Bytes as a C# string literal would have them.</summary>
internal static class Printable
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            string shown = value switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                >= (byte)' ' and <= (byte)'~' => ((char)value).ToString(),
                _ => "\\x" + value.ToString("x2", CultureInfo.InvariantCulture),
            };
            text.Append(shown);
        }

        return text.ToString();
    }
}
