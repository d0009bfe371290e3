using System;
using System.Text;

namespace ChainServe.Http;

/// <summary>
/// The lists of content negotiation (RFC 9110 §12.4.2, §12.5): names with an optional weight, "gzip;q=0.8". An element
/// whose weight is no qvalue says nothing and is left out.
/// </summary>
internal ref struct QualityList
{
    /// <summary>q=1.</summary>
    public const int QualityMax = 1000;

    private ReadOnlySpan<byte> _rest;

    public QualityList(ReadOnlySpan<byte> list)
    {
        _rest = list;
    }

    /// <param name="name">What stands before the first semicolon.</param>
    /// <param name="quality">In thousandths; 0 is "not acceptable".</param>
    public bool TryNext(out ReadOnlySpan<byte> name, out int quality)
    {
        ReadOnlySpan<byte> rest = _rest;
        while (Grammar.TryNextElement(ref rest, out ReadOnlySpan<byte> element))
        {
            _rest = rest;
            int semicolon = element.IndexOf((byte)';');
            name = semicolon < 0 ? element : Grammar.TrimWhitespace(element[..semicolon]);
            quality = QualityMax;
            if (!name.IsEmpty && (semicolon < 0 || TryReadWeight(element[(semicolon + 1)..], out quality)))
            {
                return true;
            }
        }

        _rest = default;
        name = default;
        quality = 0;
        return false;
    }

    // Parameters before the weight belong to a media range; they narrow it to something that this server does not have.
    private static bool TryReadWeight(ReadOnlySpan<byte> parameters, out int quality)
    {
        quality = QualityMax;
        while (!parameters.IsEmpty)
        {
            int semicolon = parameters.IndexOf((byte)';');
            ReadOnlySpan<byte> parameter =
                Grammar.TrimWhitespace(semicolon < 0 ? parameters : parameters[..semicolon]);
            parameters = semicolon < 0 ? default : parameters[(semicolon + 1)..];
            int sign = parameter.IndexOf((byte)'=');
            if (sign >= 0 && Ascii.EqualsIgnoreCase(Grammar.TrimWhitespace(parameter[..sign]), "q"u8))
            {
                // White space around the sign is an error, and makes the weight one that cannot be read.
                return sign == 1 && TryReadQuality(parameter[2..], out quality);
            }
        }

        return true;
    }

    // qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
    private static bool TryReadQuality(ReadOnlySpan<byte> text, out int quality)
    {
        quality = 0;
        if (text.IsEmpty || text.Length > 5 || text[0] is not ((byte)'0' or (byte)'1')
            || (text.Length > 1 && text[1] != '.'))
        {
            return false;
        }

        quality = (text[0] - '0') * QualityMax;
        int unit = QualityMax / 10;
        for (int index = 2; index < text.Length; index++)
        {
            if (text[index] is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            quality += (text[index] - '0') * unit;
            unit /= 10;
        }

        return quality <= QualityMax;
    }
}
